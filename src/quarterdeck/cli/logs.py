"""Log lines to standard error, for people or as JSON; standard output belongs to answers."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

from quarterdeck.settings.model import LogFormat, LogSettings


def say(text: str, *, error: bool = False) -> None:
    """A sentence to whoever started the command, on standard error: a log line where those are to be JSON."""
    if any(isinstance(handler, _JsonHandler) for handler in logging.getLogger().handlers):
        log = structlog.get_logger("quarterdeck.cli")
        (log.error if error else log.warning)(text)
    else:
        sys.stderr.write(f"quarterdeck: {text}\n")


class _JsonHandler(logging.StreamHandler[TextIO]):
    """Known by its type, so that `say` need not be told what was configured."""


def configure_logs(settings: LogSettings) -> None:
    """For our own loggers and for the libraries', which log through the standard module."""
    level = logging.getLevelNamesMapping()[settings.level.name]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    as_json = settings.format is LogFormat.JSON
    # Local variables hold tokens and keys: no traceback shows them, or reads sources on the loop to be pretty.
    render: list[Processor] = (
        [
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ]
        if as_json
        else [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = _JsonHandler(sys.stderr) if as_json else logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
