"""Free ports on loopback, outside the range from which the kernel takes ports for outgoing connections.

A server that is killed and started again needs the port it had. From the ephemeral range, any connection that somebody
opens in between may have taken it.
"""

from __future__ import annotations

import random
import socket
from pathlib import Path

_FIRST = 10240
_RANGE_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_taken: set[int] = set()


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody listens on and that this process was not given before."""
    end = 32768
    if _RANGE_FILE.exists():
        end = max(_FIRST + 1000, int(_RANGE_FILE.read_text().split()[0]))
    for _ in range(2000):
        # Random, not in turn: two test runs on one machine must not meet.
        port = random.randrange(_FIRST, end)
        if port not in _taken and _is_free(port):
            _taken.add(port)
            return port
    raise OSError(f"no free port between {_FIRST} and {end}")
