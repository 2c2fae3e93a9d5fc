"""Show the whole path on this machine: learn a conversion from an example, then convert a file that nobody has seen.

python examples/demo.py            the orders beside this file
python examples/demo.py FOLDER     any folder with input.csv, expected.csv and new.csv
"""

import base64
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from agents.csv_file import CsvError, decode
from csvconverter.cli.text import visible

ORDERS = Path(__file__).parent / "orders"
CLI = Path(sys.executable).with_name("csv-converter")
USER, JOB = "demo", "example"
SETTINGS = ("CSV_CONVERTER_", "FASTAPI_", "AWS_", "OPENAI_")
CREW = ("AGENTS", "PRIVACY", "MAX_TOKENS_PER_JOB", "MODEL_TIMEOUT_SECONDS", "JOB_SECONDS")
KEPT = ("OPENAI_", *(f"CSV_CONVERTER_{name}" for name in CREW))  # which model may take part, and what it may see
FILES = ("input.csv", "expected.csv", "new.csv")
STOP_SECONDS = 20
LOG_LINES = 20

console = Console(highlight=False)


class DemoFailed(Exception):
    """A step did not do what it should; the message says which one and what happened."""


@dataclass(frozen=True)
class Server:
    """A running server and gateway, and the key that opens them."""

    grpc_address: str
    http_address: str
    api_key: str


def main() -> None:
    """Run all steps; exit with 0 only when each of them went well."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    os.environ["no_proxy"] = "127.0.0.1"  # all that the demo calls is on this machine
    example = Path(sys.argv[1] if sys.argv[1:] else os.path.relpath(ORDERS))
    if missing := [name for name in FILES if not (example / name).exists()]:
        sys.exit(f"{example} has no {' and no '.join(missing)}")
    try:
        with (
            tempfile.TemporaryDirectory(prefix="csv-converter-demo-") as folder,
            running_server(Path(folder)) as server,
        ):
            show_path(server, example, Path(folder))
    except DemoFailed as failure:
        console.print(f"\n{failure}", style="bold red", markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        console.print("\nstopped")
        sys.exit(130)
    console.print("\nEverything went well, and everything that was started has been stopped.", style="bold green")


def show_path(server: Server, example: Path, folder: Path) -> None:
    """Learn from the example, say what was learned, convert the new file twice and compare."""
    heading("The example: what there is, and what it should be")
    show_file(example / "input.csv")
    show_file(example / "expected.csv")

    heading("Learning the conversion")
    cli(server, "train", example / "input.csv", example / "expected.csv", "--job-id", JOB, *instructions(example))

    heading("What was learned")
    cli(server, "show", JOB)
    cli(server, "show", JOB, "--script")

    heading("A new file through gRPC")
    converted = folder / "converted.csv"
    cli(server, "convert", JOB, example / "new.csv", "-o", converted)
    show_file(example / "new.csv")
    show_file(converted)

    heading("The same through REST")
    through_grpc, through_rest = converted.read_bytes(), run_inference(server, example / "new.csv")
    if through_rest != through_grpc:
        raise DemoFailed("REST gave another file than gRPC")
    console.print(f"gRPC and REST gave the same {len(through_grpc):,} bytes.", style="green")
    wanted = example / "new_expected.csv"
    if wanted.exists() and through_grpc != wanted.read_bytes():
        raise DemoFailed(f"the result is not what {wanted} says")


def inherited() -> dict[str, str]:
    """Return this environment with none of the server's settings but those that are kept, which `.env` may hold too."""
    in_file = {name: value for name, value in dotenv_values(".env").items() if value and name.startswith(KEPT)}
    here = {name: value for name, value in os.environ.items() if name.startswith(KEPT) or not name.startswith(SETTINGS)}
    return in_file | here


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """Run server, workers and gateway on free ports with their data in `folder`, and stop them in any case."""
    heading("Starting the server and the gateway")
    settings = {"DATA_DIR": str(folder / "data"), "GRPC_ADDRESS": "127.0.0.1:0", "HTTP_ADDRESS": "127.0.0.1:0"}
    environment = inherited() | {f"CSV_CONVERTER_{name}": value for name, value in settings.items()}
    log = folder / "server.log"
    with log.open("w") as errors:
        # In a session of its own: Ctrl-C reaches the demo alone, which then stops the server in order.
        process = subprocess.Popen(
            [CLI, "serve", "--json"],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    try:
        assert process.stdout
        line = process.stdout.readline()
        if not line:
            raise DemoFailed("the server did not start")
        told = json.loads(line)
        server = Server(told["grpc_address"], told["http_address"], told["api_key"])
        console.print(f"gRPC at {server.grpc_address}, REST at http://{server.http_address}")
        yield server
    except DemoFailed:
        lines = log.read_text().splitlines()[-LOG_LINES:]
        console.print("\nThe end of the server's log:", *lines, sep="\n", markup=False, soft_wrap=True)
        raise
    finally:
        stop(process)


def stop(process: subprocess.Popen[str]) -> None:
    """Ask, wait, kill."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def cli(server: Server, *arguments: str | Path) -> None:
    """Show a command line and run it on this terminal."""
    show_command(["csv-converter", *(shlex.quote(str(argument)) for argument in arguments)])
    settings = {"GRPC_ADDRESS": server.grpc_address, "API_KEY": server.api_key, "USER": USER}
    environment = os.environ | {f"CSV_CONVERTER_{name}": value for name, value in settings.items()}
    finished = subprocess.run([CLI, *arguments], env=environment, check=False)
    if finished.returncode != 0:
        raise DemoFailed(f"csv-converter {arguments[0]} ended with exit code {finished.returncode}")


def run_inference(server: Server, file: Path) -> bytes:
    """Convert the file as curl would: JSON and base64 both ways."""
    url = f"http://{server.http_address}/api/v1/inference/run"
    headers = {"X-API-KEY": server.api_key, "Content-Type": "application/json"}
    body = {"user_id": USER, "job_id": JOB, "input_file": base64.b64encode(file.read_bytes()).decode()}
    shown = json.dumps(body | {"input_file": "FILE"}).replace("FILE", f"'$(base64 -w0 {file})'")
    options = [f"-H '{name}: {value}'" for name, value in headers.items()]
    show_command(["curl", url, *options, f"-d '{shown}'"])
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        raise DemoFailed(f"POST {url} answered {error.code}: {error.read().decode()}") from None
    console.print(f"{answer['rows']} rows in {answer['seconds']:.2f} s")
    return base64.b64decode(answer["output_csv"])


def instructions(example: Path) -> list[str]:
    """Return what is said about the example as options of `csv-converter train`."""
    path = example / "instructions.json"
    said = json.loads(path.read_text()) if path.exists() else {}
    options = [f"--title={said.get('job_title', example.name)}"]
    if general := said.get("general_instructions"):
        options.append(f"--instruction={general}")
    return options + [f"--column={column}={text}" for column, text in said.get("column_instructions", {}).items()]


def heading(text: str) -> None:
    """Begin a part of the demo."""
    console.print()
    console.rule(text, align="left", style="cyan")


def show_command(words: list[str]) -> None:
    """Print a command line that can be pasted into a shell; a long one with each option on a line of its own."""
    line = " ".join(words)
    if len(line) > console.width - 2:
        line = "".join(f" \\\n    {word}" if word.startswith(("-", "'-")) else f" {word}" for word in words).strip()
    console.print(f"$ {line}", style="bold", markup=False, soft_wrap=True)


def show_file(path: Path, lines: int = 5) -> None:
    """Print the first lines of a file, cut at the terminal's width."""
    try:
        _, text, _ = decode(path)
    except CsvError as error:
        raise DemoFailed(f"{path}: {error}") from None
    shown = "\n".join(map(visible, text.splitlines()[:lines]))
    console.print(Panel(Text(shown, no_wrap=True, overflow="ellipsis"), title=path.name, title_align="left"))


if __name__ == "__main__":
    main()
