"""The server's log: one line an entry, on standard error, ours and the libraries' alike."""

import logging
import sys
from contextlib import suppress

import structlog


class StandardError:
    """Takes lines, and lets no call fail because its line cannot be written."""

    def __init__(self, *_: object) -> None: ...

    def info(self, line: str) -> None:
        """Write a line, if that is possible."""
        with suppress(OSError):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    warning = error = critical = info


def configure_logs(*, as_json: bool) -> None:
    """Write entries as JSON, or as key=value for people.

    Our own are written at once and not through `logging`, which takes several times as long: each call leaves a line.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    )
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=StandardError,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
