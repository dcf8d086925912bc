"""The console's own command line, in a process whose resolver never answers for names under `.hangs.test`.

A test ground cannot put a silent name server before the system's resolver without being root; this stands where that
would be felt, in the call itself, and leaves every other name alone.
"""

from __future__ import annotations

import socket
import sys
import threading
from typing import Any

from quarterdeck.cli.main import main as quarterdeck

_asked = socket.getaddrinfo


def _silent(host: Any, *more: Any, **named: Any) -> Any:
    if isinstance(host, str) and host.endswith(".hangs.test"):
        threading.Event().wait()
    return _asked(host, *more, **named)


if __name__ == "__main__":
    socket.getaddrinfo = _silent
    sys.exit(quarterdeck(sys.argv[1:]))
