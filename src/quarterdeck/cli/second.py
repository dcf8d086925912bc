"""A second start: asks the running server for a launch token and opens its page."""

from __future__ import annotations

import http.client
import time
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from quarterdeck.api.wire import LaunchView
from quarterdeck.app.instance import Running, running_instance
from quarterdeck.cli.exits import CommandError, Exit

_STARTS_WITHIN_S = 10.0
_ANSWERS_WITHIN_S = 5.0


def find_running(folder: Path, within_s: float = _STARTS_WITHIN_S) -> Running:
    """The first may still be starting. Raises CommandError."""
    deadline = time.monotonic() + within_s
    while (running := running_instance(folder)) is None:
        if time.monotonic() >= deadline:
            raise CommandError(
                f"Another Quarterdeck holds {folder} but does not say where it is. End it, or set folders.data.",
                Exit.FAILED,
            )
        time.sleep(0.05)
    return running


def ask_for_launch(running: Running) -> str:
    """Raises CommandError where it does not answer."""
    server = urlsplit(running.url)
    connection = http.client.HTTPConnection(server.hostname or "127.0.0.1", server.port, timeout=_ANSWERS_WITHIN_S)
    try:
        connection.request("POST", "/api/v1/launches", headers={"Authorization": f"Bearer {running.token}"})
        answer = connection.getresponse()
        body = answer.read(10_000)
        if answer.status == 200:
            return msgspec.json.decode(body, type=LaunchView).launch
        why = f"it answered {answer.status}"
    except (OSError, http.client.HTTPException, msgspec.DecodeError) as error:
        why = str(error) or type(error).__name__
    finally:
        connection.close()
    raise CommandError(f"The Quarterdeck that runs at {running.url} does not answer: {why}.", Exit.FAILED)
