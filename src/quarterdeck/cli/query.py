"""`quarterdeck query`: asks the console that runs, or else the files that it left."""

from __future__ import annotations

import http.client
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from quarterdeck.api.ports import Asking
from quarterdeck.api.wire import Problem
from quarterdeck.app.instance import Running, running_instance
from quarterdeck.cli.compose import Compose
from quarterdeck.cli.exits import CommandError, Exit
from quarterdeck.cli.loop import run
from quarterdeck.model.asking import QueryAnswer, QueryQuestion, QuerySchema
from quarterdeck.model.errors import ClusterError, InvalidRequestError, RequestError, UnknownClusterError
from quarterdeck.settings.model import Settings

T = TypeVar("T", QueryAnswer, QuerySchema)
Composition = Callable[[], Compose]
"""Importing what it gives takes half a second, which is not needed where a console runs."""

_PATH = "/api/v1/query"
_WAITS_S = 20.0
"""Past twice the time of a question: for its turn, and for the answer."""
_OF_THE_ASKER = (400, 404, 413)


def ask(
    settings: Settings, composition: Composition, sql: str, clusters: Sequence[str], limit: int | None
) -> QueryAnswer:
    """Raises CommandError."""
    question = QueryQuestion(sql, list(clusters), limit)
    running = running_instance(settings.folders.data)
    if running is not None:
        body = msgspec.json.encode(question)
        found = _ask_running(running, "POST", _PATH, body, settings.query.seconds, QueryAnswer, sql)
        if found is not None:
            return found
    return _ask_files(settings, composition, lambda asking: asking.ask(question), sql, QueryAnswer)


def schema(settings: Settings, composition: Composition) -> QuerySchema:
    """Raises CommandError."""
    running = running_instance(settings.folders.data)
    if running is not None:
        found = _ask_running(running, "GET", f"{_PATH}/schema", None, settings.query.seconds, QuerySchema)
        if found is not None:
            return found
    return _ask_files(settings, composition, lambda asking: asking.schema(), "", QuerySchema)


def _ask_running(
    running: Running, method: str, path: str, body: bytes | None, seconds: float, kind: type[T], sql: str = ""
) -> T | None:
    """None where nobody is there any more. Leaving closes the connection, which ends the question."""
    server = urlsplit(running.url)
    connection = http.client.HTTPConnection(server.hostname or "127.0.0.1", server.port, timeout=2 * seconds + _WAITS_S)
    headers = {"Authorization": f"Bearer {running.token}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status == 200:
            return msgspec.json.decode(content, type=kind)
        problem = msgspec.json.decode(content, type=Problem)
    except ConnectionRefusedError:
        return None
    except (OSError, http.client.HTTPException, msgspec.DecodeError) as error:
        why = str(error) or type(error).__name__
        raise CommandError(
            f"The Quarterdeck that runs at {running.url} does not answer: {why}.", Exit.FAILED
        ) from error
    finally:
        connection.close()
    code = Exit.USAGE if answer.status in _OF_THE_ASKER else Exit.FAILED
    raise CommandError(_pointed(problem.detail, sql, problem.position), code)


def _ask_files(
    settings: Settings, composition: Composition, asked: Callable[[Asking], Awaitable[T]], sql: str, kind: type[T]
) -> T:
    compose = composition()

    async def here() -> bytes:
        async with compose(settings, transient=True) as console:
            return msgspec.json.encode(await asked(console.asking))

    try:
        return msgspec.json.decode(run(here()), type=kind)
    except (InvalidRequestError, UnknownClusterError) as error:
        position = error.position if isinstance(error, InvalidRequestError) else None
        raise CommandError(_pointed(error.message, sql, position)) from error
    except (RequestError, ClusterError) as error:
        raise CommandError(error.message, Exit.FAILED) from error


def _pointed(message: str, sql: str, position: int | None) -> str:
    """With the line of the question, and a mark under the place."""
    if position is None or position > len(sql):
        return message
    start = sql.rfind("\n", 0, position) + 1
    line = sql[start:].partition("\n")[0]
    if len(line) > 200 or not line.isprintable():
        return f"{message} (character {position + 1})"
    return f"{message}\n  {line}\n  {' ' * (position - start)}^"
