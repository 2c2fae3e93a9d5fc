"""Ways to show a job's events: for people, for pipes, for programs."""

import sys
from typing import Protocol, Self

import typer

from csvconverter.cli.records import line
from csvconverter.cli.session import Session
from csvconverter.cli.story import tell
from csvconverter.cli.text import visible
from csvconverter.errors import ConverterError
from csvconverter.v1.events_pb2 import JobEvent


class View(Protocol):
    """Shows events as they come; used with `with`."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *trouble: object) -> None: ...

    def show(self, event: JobEvent) -> None:
        """Show one event."""

    def connection_lost(self, error: ConverterError) -> None:
        """Tell that the server is away for the moment."""


class PlainView:
    """One line an event: time, sequence, iteration, kind, sentence."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        sys.stdout.flush()

    def show(self, event: JobEvent) -> None:
        """Print the event."""
        kind = event.WhichOneof("payload")
        if kind:
            time = event.event_time.ToJsonString()
            typer.echo(f"{time} {event.sequence} {event.iteration} {kind} {tell(event)}".rstrip())

    def connection_lost(self, error: ConverterError) -> None:
        """Say so beside the events."""
        typer.echo(f"the connection was lost, trying again: {visible(error.message)}", err=True)


class JsonView(PlainView):
    """One JSON object an event."""

    def show(self, event: JobEvent) -> None:
        """Print the event, one of a newer kind included."""
        typer.echo(line(event))


def view_for(session: Session) -> View:
    """Return the view that suits who is looking."""
    if session.json:
        return JsonView()
    if session.on_terminal:
        from csvconverter.cli.live import LiveView

        return LiveView(session.console)
    return PlainView()
