"""The server's log: one line an entry, on standard error, ours and the libraries' alike."""

import asyncio
import atexit
import json
import logging
import sys
from contextlib import suppress

import structlog

WAIT_SECONDS = 0.05
ENCODER = json.JSONEncoder(default=repr)


class StandardError:
    """Takes lines, and lets no call fail because its line cannot be written.

    What the event loop tells is written a moment later, many lines at once: a write for each call costs as much as all
    else that surrounds the call. Trouble is told at once.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        atexit.register(self.flush)

    def info(self, line: str) -> None:
        """Write a line soon, or at once from a thread that has no event loop."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.error(line)
            return
        if not self._lines:
            loop.call_later(WAIT_SECONDS, self.flush)
        self._lines.append(line + "\n")

    def error(self, line: str) -> None:
        """Write a line now."""
        with suppress(OSError):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    warning = critical = error

    def flush(self) -> None:
        """Write the lines that wait."""
        lines, self._lines = self._lines, []
        with suppress(OSError):
            sys.stderr.write("".join(lines))  # as one: standard error is flushed after each write
            sys.stderr.flush()


def json_line(entry: object, **_: object) -> str:
    """Return an entry as JSON, as one encoder that is made once writes it."""
    return ENCODER.encode(entry)


def configure_logs(*, as_json: bool) -> None:
    """Write entries as JSON, or as key=value for people.

    Our own do not go through `logging`, which takes several times as long: each call leaves a line.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(serializer=json_line)
        if as_json
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    )
    standard_error = StandardError()
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=lambda *_: standard_error,
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
    logging.getLogger("grpc._cython.cygrpc").addFilter(repeats_no_header)


def repeats_no_header(record: logging.LogRecord) -> bool:
    """Tell whether an entry is other than what gRPC says of a header that is not UTF-8: it may be a key."""
    return not str(record.msg).startswith("Invalid encoding")
