"""The server's commands on the command line `csv-converter`, found through an entry point.

Nothing heavy is imported here: the command line loads this module whatever it is asked for.
"""

import json
import os
import sys
from typing import Annotated

import typer

from server import audit_commands, key_commands, migrate_commands

app = typer.Typer()
app.add_typer(key_commands.app, name="keys", help="Make, list and revoke keys.")
app.command()(audit_commands.audit)
app.command()(migrate_commands.migrate)
app.command()(migrate_commands.backup)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def serve(
    no_gateway: Annotated[bool, typer.Option("--no-gateway", help="Start the gRPC server without REST.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run the server with its workers and the REST gateway until it is told to stop."""
    options = [*["--no-gateway"] * no_gateway, *["--json"] * as_json]
    # A process of its own kind: workers import their parent's main module again, which must be a harmless one.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "server", *options])


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check the installation and say how to mend it; exit with 1 when something is wrong."""
    from server.doctor import examine

    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json:
            typer.echo(finding.line())
    healthy = all(finding.ok for finding in findings)
    if as_json:
        typer.echo(json.dumps({"ok": healthy, "checks": [finding.as_dict() for finding in findings]}))
    raise typer.Exit(0 if healthy else 1)
