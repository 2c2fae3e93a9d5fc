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
    """Takes entries, and lets no call fail because its line cannot be written.

    What the event loop tells becomes a line a moment later, many at once: done for each call by itself that costs as
    much as all else that surrounds the call. Trouble is told at once.
    """

    def __init__(self, render: structlog.typing.Processor) -> None:
        self._render = render
        self._entries: list[structlog.typing.EventDict] = []
        atexit.register(self.flush)

    def info(self, entry: structlog.typing.EventDict) -> None:
        """Write an entry soon, or at once from a thread that has no event loop."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.error(entry)
            return
        if not self._entries:
            loop.call_later(WAIT_SECONDS, self.flush)
        self._entries.append(entry)

    def error(self, entry: structlog.typing.EventDict) -> None:
        """Write an entry now."""
        self._write([entry])

    warning = critical = error

    def flush(self) -> None:
        """Write the entries that wait."""
        entries, self._entries = self._entries, []
        self._write(entries)

    def _write(self, entries: list[structlog.typing.EventDict]) -> None:
        lines = [str(self._render(None, "", entry)) + "\n" for entry in entries]
        with suppress(OSError):
            sys.stderr.write("".join(lines))  # as one: standard error is flushed after each write
            sys.stderr.flush()


def json_line(entry: object, **_: object) -> str:
    """Return an entry as JSON, as one encoder that is made once writes it."""
    return ENCODER.encode(entry)


def as_it_is(_: object, __: str, entry: structlog.typing.EventDict) -> tuple[tuple[object], dict[str, object]]:
    """Hand an entry to the logger, which makes a line of it when there is time."""
    return (entry,), {}


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
    standard_error = StandardError(renderer)
    structlog.configure(
        processors=[*shared, as_it_is],
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
