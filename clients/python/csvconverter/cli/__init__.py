"""The command line `csv-converter`: the client's commands, and those that other packages add to them."""

import sys


def main() -> None:
    """Run the command line."""
    from dotenv import load_dotenv

    from csvconverter.cli.app import build_app

    load_dotenv(".env")  # where the server reads its settings too; the environment goes before it
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows its code instead of a traceback.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    build_app()(prog_name="csv-converter")
