"""The command line. Each command returns how to exit; what goes wrong is told in a sentence on standard error."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

import msgspec
import structlog
from cyclopts import App, CycloptsError, Parameter, UnusedCliTokensError
from rich.console import Console as Terminal
from rich.table import Table

from quarterdeck.api.wire import SourceView
from quarterdeck.cli.answers import answering
from quarterdeck.cli.choose import choose
from quarterdeck.cli.compose import composition
from quarterdeck.cli.exits import CommandError, Exit
from quarterdeck.cli.logs import configure_logs, say
from quarterdeck.cli.options import Options
from quarterdeck.model.errors import QuarterdeckError
from quarterdeck.settings.document import shown
from quarterdeck.settings.load import Loaded, Origin
from quarterdeck.settings.model import LogLevel, Settings
from quarterdeck.settings.table import TABLE, value_of

_EPILOGUE = "Exit codes: 0 done, 1 a cluster failed, a question took too much or the console could not start, 2 usage, "
app = App(
    name="quarterdeck",
    help="A console for people who look after many Kubernetes clusters.",
    help_epilogue=_EPILOGUE + "70 a mistake of ours, 130 interrupted.",
    version_flags=["--version"],
    help_on_error=False,
)
Json = Annotated[bool, Parameter(name="--json", negative=(), help="One JSON document instead of text.")]


@app.default
def console(
    *,
    options: Options = Options(),  # noqa: B008 - frozen
    host: Annotated[str | None, Parameter(help="Address to listen on (default: loopback).")] = None,
    port: Annotated[str | None, Parameter(help="Port to listen on; 0 takes any free one.")] = None,
    browser: Annotated[bool | None, Parameter(help="Open the page (default: yes).")] = None,
    restore: Annotated[bool | None, Parameter(help="Open what was open before (default: yes).")] = None,
) -> Exit:
    """Serve the console and open its page."""
    return _serve(options, host, port, browser, restore, demo=False)


@app.command
def demo(
    *,
    options: Options = Options(),  # noqa: B008 - frozen
    host: Annotated[str | None, Parameter(help="Address to listen on (default: loopback).")] = None,
    port: Annotated[str | None, Parameter(help="Port to listen on; 0 takes any free one.")] = None,
    browser: Annotated[bool | None, Parameter(help="Open the page (default: yes).")] = None,
) -> Exit:
    """Serve the console on simulated clusters; no kubeconfig is read."""
    return _serve(options, host, port, browser, None, demo=True)


def _serve(
    options: Options, host: str | None, port: str | None, browser: bool | None, restore: bool | None, *, demo: bool
) -> Exit:
    from quarterdeck.cli.console import serve

    flags: dict[str, object] = {"server__host": host, "server__port": port, "server__open_browser": browser}
    serve(_loaded(options, quiet=False, **flags, selection__restore=restore), composition(), demo=demo)
    return Exit.OK


@app.command
def contexts(*, options: Options = Options(), as_json: Json = False) -> Exit:  # noqa: B008 - frozen
    """List the contexts of all kubeconfigs. Runs nothing."""
    from quarterdeck.api.views import Views
    from quarterdeck.cli.loop import run

    settings = _loaded(options, quiet=True).settings

    async def listed() -> bytes | None:
        async with composition()(settings, transient=True) as here:
            found = Views(here).contexts()
        if as_json:
            return msgspec.json.encode(found)
        table = Table(box=None, pad_edge=False)
        for title in ("", "context", "id", "server", "user", "namespace"):
            table.add_column(title, overflow="fold")
        for view in found.contexts:
            mark = "*" if view.current else "!" if view.consent_needed else ""
            table.add_row(mark, view.name, view.id, view.server, view.user, view.namespace)
        answering().print(table)
        _tell_broken(found.sources)
        return None

    _answer(run(listed()))
    return Exit.OK


@app.command
def doctor(
    names: Annotated[tuple[str, ...], Parameter(name="CONTEXT", negative=())] = (),
    /,
    *,
    options: Options = Options(),  # noqa: B008 - frozen
    everything: Annotated[bool, Parameter(name="--all", negative=(), help="All contexts.")] = False,
    as_json: Json = False,
) -> Exit:
    """Open contexts in parallel and say what each came to (default: the current one). Exits 1 if any failed."""
    from quarterdeck.cli.doctor import Finding, examine
    from quarterdeck.cli.doctor_view import print_findings, show_progress
    from quarterdeck.cli.loop import run

    settings = _loaded(options, quiet=True).settings
    deadlines = settings.deadlines

    async def findings() -> list[Finding]:
        async with composition()(_apart(settings, cache), transient=True) as here:
            now = here.contexts()
            _tell_broken(now.sources)
            chosen = choose(now, names, everything=everything)
            terminal = Terminal(stderr=True)
            drawing: asyncio.Task[None] | None = None
            async with asyncio.TaskGroup() as group:
                if terminal.is_terminal and not as_json:
                    drawing = group.create_task(show_progress(here, chosen, terminal))
                found = await examine(here, chosen, deadlines.open + deadlines.person + deadlines.close)
                if drawing is not None:
                    drawing.cancel()
            return found

    with TemporaryDirectory(prefix="quarterdeck-") as folder:
        cache = Path(folder)
        found = run(findings())
    if as_json:
        _answer(msgspec.json.encode(found))
    else:
        print_findings(found, answering())
    return Exit.OK if all(finding.ok for finding in found) else Exit.FAILED


def _apart(settings: Settings, cache: Path) -> Settings:
    """Rows go elsewhere: a console may be running on the real ones."""
    return msgspec.structs.replace(settings, folders=msgspec.structs.replace(settings.folders, cache=cache))


@app.command
def query(
    sql: Annotated[str | None, Parameter(name="SQL", allow_leading_hyphen=True)] = None,
    /,
    *,
    options: Options = Options(),  # noqa: B008 - frozen
    clusters: Annotated[
        tuple[str, ...],
        Parameter(name="--cluster", negative=(), help="Only these, by name, ID or key, with * and ?; repeatable."),
    ] = (),
    form: Annotated[
        Literal["table", "csv", "json"], Parameter(name="--format", help="How the answer is written.")
    ] = "table",
    limit: Annotated[int | None, Parameter(help="Rows at most.")] = None,
    tables: Annotated[bool, Parameter(negative=(), help="List the tables and their columns.")] = False,
) -> Exit:
    """Ask in SQL over what is kept of all clusters, closed ones as well; `-` reads the question from standard input."""
    from quarterdeck.cli.query import ask, schema
    from quarterdeck.cli.query_view import Format, remarks, write, write_tables

    if (sql is None) != tables:
        raise CommandError("Give a question in SQL, or --tables.")
    if limit is not None and limit < 1:
        raise CommandError("--limit takes 1 or more.")
    settings = _loaded(options, quiet=True).settings
    if sql is None:
        write_tables(schema(settings, composition), Format(form), sys.stdout)
        return Exit.OK
    question = sys.stdin.read() if sql == "-" else sql
    answer = ask(settings, composition, question, clusters, limit)
    write(answer, Format(form), sys.stdout)
    sys.stdout.flush()
    for line in remarks(answer, limited=limit is not None):
        say(line)
    cut = answer.truncated and limit is None
    return Exit.FAILED if cut or any(part.failure for part in answer.parts) else Exit.OK


@app.command(name="settings")
def show_settings(*, options: Options = Options(), as_json: Json = False) -> Exit:  # noqa: B008 - frozen
    """Show every setting with its value and where it comes from."""
    loaded = _loaded(options)
    rows = [(s.path, value_of(loaded.settings, s.path), loaded.sources[s.path]) for s in TABLE]
    if as_json:
        said = {
            path: {"value": value, "source": source.origin.value, "where": source.where} for path, value, source in rows
        }
        _answer(msgspec.json.encode(said, enc_hook=str))
        return Exit.OK
    table = Table(box=None, pad_edge=False)
    for title in ("setting", "value", "source"):
        table.add_column(title, overflow="fold")
    for path, value, source in rows:
        table.add_row(path, shown(value), source.where or source.origin.value)
    answering().print(table)
    return Exit.OK


def _loaded(options: Options, *, quiet: bool = False, **flags: object) -> Loaded:
    """`quiet`: log lines below a warning only where a level was asked for."""
    loaded = options.load(**flags)
    logs = loaded.settings.log
    if quiet and loaded.sources["log.level"].origin is Origin.DEFAULT:
        logs = msgspec.structs.replace(logs, level=LogLevel.WARNING)
    configure_logs(logs)
    for warning in loaded.warnings:
        say(warning)
    return loaded


def _answer(document: bytes | None) -> None:
    if document is not None:
        sys.stdout.write(document.decode() + "\n")


def _tell_broken(sources: Iterable[SourceView]) -> None:
    """Kubeconfigs that cannot be read: whose contexts are not there may have meant one of theirs."""
    for source in sources:
        failure = source.failure
        if failure is not None:
            line = f":{failure.line}" if failure.line else ""
            say(f"{source.path}{line}: {failure.message}")


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit code; cli/exits.py lists them."""
    try:
        result = app(argv, exit_on_error=False, print_error=False, result_action="return_value")
    except UnusedCliTokensError as error:
        unused = " ".join(error.unused_tokens or ())
        say(f"No command, and no argument of one: {unused}. `quarterdeck --help` lists them.", error=True)
        return Exit.USAGE
    except CycloptsError as error:
        say(" ".join(str(error).split()), error=True)
        return Exit.USAGE
    except CommandError as error:
        say(error.message, error=True)
        return error.code
    except QuarterdeckError as error:
        say(str(error), error=True)
        return Exit.USAGE
    except (KeyboardInterrupt, asyncio.CancelledError):
        return Exit.INTERRUPTED
    except BrokenPipeError:
        with suppress(OSError):
            sys.stdout.close()  # the reader left (`quarterdeck contexts | head`): nobody is there to be told
        return Exit.OK
    except Exception as error:  # noqa: BLE001 - the last border: a person gets a sentence, the log the rest
        structlog.get_logger("quarterdeck.cli").error("command failed", exc_info=error)
        say("Something went wrong in Quarterdeck; what is above says where.", error=True)
        return Exit.INTERNAL
    return int(result) if isinstance(result, int) else Exit.OK
