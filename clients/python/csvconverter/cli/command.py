"""How a coroutine becomes a command: shared options, and an exit code for whatever goes wrong."""

import asyncio
import inspect
import json
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import typer

from csvconverter.cli.session import Session, open_session

Function = TypeVar("Function", bound=Callable[..., Coroutine[Any, Any, None]])

SHARED = inspect.signature(open_session).parameters


def command(app: typer.Typer) -> Callable[[Function], Function]:
    """Add a coroutine function to `app`; it gets a `Session`, and the options of `open_session` join its own."""

    def add(function: Function) -> Function:
        def run(**values: Any) -> None:
            session = open_session(**{name: values.pop(name) for name in SHARED})
            run_to_end(function(session, **values), session)

        own = list(inspect.signature(function).parameters.values())[1:]
        parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own, *SHARED.values())]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        app.command(function.__name__, help=function.__doc__)(run)
        return function

    return add


def run_to_end(work: Coroutine[Any, Any, None], session: Session) -> None:
    """Run a command's coroutine; say what goes wrong and exit with its code."""
    from csvconverter.cli.exit_codes import ExitCode, error_record, exit_code, explanation
    from csvconverter.errors import ConverterError

    try:
        asyncio.run(work)
    except ConverterError as error:
        if session.json:
            typer.echo(json.dumps({"error": error_record(error)}), err=True)
        else:
            session.note(*explanation(error, session.address, session.encrypted))
        raise typer.Exit(exit_code(error)) from None
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.INTERRUPTED) from None
