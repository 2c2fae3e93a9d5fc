"""What every command works with: where the server is, who asks, and how to answer."""

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csvconverter.address import DEFAULT_ADDRESS, is_encrypted, reachable
from csvconverter.cli.credentials import find_api_key
from csvconverter.cli.text import visible

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from csvconverter.client import ConverterClient
    from csvconverter.tls import Tls


DEFAULT_USER = "default"
UNBROKEN = 100_000
"""Columns in a pipe."""


@dataclass(frozen=True)
class Session:
    """One invocation of one command."""

    address: str
    tls: "Tls | None"
    api_key: str | None
    user: str
    json: bool

    @property
    def encrypted(self) -> bool:
        """Whether the server is spoken to in TLS."""
        return self.tls is not None or is_encrypted(self.address)

    def client(self) -> "ConverterClient":
        """Return a client for the server; use it with `async with`."""
        from csvconverter.client import ConverterClient

        return ConverterClient(self.address, tls=self.tls, api_key=self.api_key)

    @cached_property
    def console(self) -> "Console":
        """Return standard output; what is printed there is text and never markup, and in a pipe no line is broken."""
        from rich.console import Console

        return Console(markup=False, emoji=False, highlight=False, width=None if self.on_terminal else UNBROKEN)

    @cached_property
    def on_terminal(self) -> bool:
        """Tell whether a person is looking; programs read pipes and JSON."""
        return sys.stdout.isatty() and not self.json

    def print(self, *parts: "RenderableType") -> None:
        """Print for people."""
        if self.on_terminal:
            self.console.print(*parts, sep="\n")
            return
        with self.console.capture() as captured:
            self.console.print(*parts, sep="\n")
        for line in captured.get().splitlines():
            typer.echo(line.rstrip())

    def record(self, **values: object) -> None:
        """Print one line of JSON."""
        typer.echo(json.dumps(values))

    def note(self, *lines: str) -> None:
        """Say something beside the output, on standard error."""
        for line in lines:
            typer.echo(visible(line), err=True)


def pem_file(variable: str, purpose: str) -> Any:
    """Return the option for a file of TLS."""
    return typer.Option(envvar=variable, metavar="FILE", help=purpose, exists=True, dir_okay=False, readable=True)


def open_session(
    address: Annotated[
        str,
        typer.Option(
            envvar=["CSV_CONVERTER_ADDRESS", "CSV_CONVERTER_GRPC_ADDRESS"],
            metavar="HOST:PORT",
            help="Where the server is; https:// or http:// before it says whether it speaks TLS. "
            "Without, TLS is spoken with every machine but this one.",
        ),
    ] = DEFAULT_ADDRESS,
    ca: Annotated[
        Path | None,
        pem_file("CSV_CONVERTER_CA", "Who signed the server's certificate, if none of the usual authorities."),
    ] = None,
    client_cert: Annotated[
        Path | None, pem_file("CSV_CONVERTER_CLIENT_CERT", "The certificate to show to a server that asks for one.")
    ] = None,
    client_key: Annotated[Path | None, pem_file("CSV_CONVERTER_CLIENT_KEY", "The key of that certificate.")] = None,
    api_key: Annotated[
        str | None,
        typer.Option(
            envvar=["CSV_CONVERTER_API_KEY", "FASTAPI_AND_WEP_APP_SECRET_KEY"],
            metavar="KEY",
            help="The key; a server on this machine that made its own needs none to be given. "
            "The environment variable, unlike the option, does not show in `ps`.",
            show_envvar=True,
        ),
    ] = None,
    user: Annotated[
        str, typer.Option(envvar="CSV_CONVERTER_USER", metavar="ID", help="To whom the jobs belong.")
    ] = DEFAULT_USER,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> Session:
    """Return the session for the options that all commands share."""
    address = reachable(address)
    return Session(address, tls_files(ca, client_cert, client_key), api_key or find_api_key(address), user, json)


def tls_files(ca: Path | None, certificate: Path | None, key: Path | None) -> "Tls | None":
    """Return what was named of TLS; None when nothing was."""
    if bool(certificate) != bool(key):
        raise typer.BadParameter("a certificate and its key come together: --client-cert and --client-key")
    if not (ca or certificate):
        return None
    from csvconverter.tls import Tls

    return Tls(ca, certificate, key)
