"""The command line put together."""

from importlib.metadata import EntryPoint, entry_points, version
from typing import Annotated

import typer

from csvconverter.cli import conversion, jobs, training

ENTRY_POINTS = "csvconverter.commands"
"""Other packages name a typer app in this group, and its commands join ours."""

EXIT_CODES = """
Exit codes: 0 done · 1 the job or the conversion failed · 2 something given was not accepted ·
3 no server answers · 4 the key was refused · 5 not found · 130 interrupted
"""


def build_app() -> typer.Typer:
    """Return all commands, those of installed packages included."""
    app = typer.Typer(
        name="csv-converter",
        no_args_is_help=True,
        rich_markup_mode=None,  # plain help is quick, and reads well in a pipe
        epilog=EXIT_CODES,
        context_settings={"max_content_width": 100},
    )
    app.callback()(csv_converter)
    for commands in (training.app, conversion.app, jobs.app, *map(load, entry_points(group=ENTRY_POINTS))):
        app.add_typer(commands)
    return app


def tell_version(wanted: bool) -> None:
    """Print the version and exit."""
    if wanted:
        typer.echo(version("csv-converter-client"))
        raise typer.Exit


def csv_converter(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=tell_version, is_eager=True)
    ] = False,
) -> None:
    """Learn from an example how to turn one CSV file into another, and convert other files likewise."""


def load(entry_point: EntryPoint) -> typer.Typer:
    """Return another package's commands, or one that says why they are missing: ours must work without them."""
    try:
        commands = entry_point.load()
        if not isinstance(commands, typer.Typer):
            raise TypeError("not a typer app")
    except Exception as problem:
        return explanation(entry_point.name, f"The commands of {entry_point.value} cannot be loaded: {problem!r}")
    return commands


def explanation(name: str, text: str) -> typer.Typer:
    """Return a command that says what is wrong, in the list of commands too."""
    app = typer.Typer()

    @app.command(name, help=text)
    def explain() -> None:
        typer.echo(text, err=True)
        raise typer.Exit(1)

    return app
