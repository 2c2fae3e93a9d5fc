import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

from typer.testing import CliRunner

from csvconverter.cli.app import load


def test_help_needs_neither_grpc_nor_pandas() -> None:
    asked = "import sys; from csvconverter.cli.app import build_app; build_app(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert not {"grpc", "pandas", "google.protobuf", "rich.live"} & set(loaded)


def test_a_broken_package_of_commands_says_what_is_wrong(tmp_path: Path) -> None:
    broken = EntryPoint("extras", "no.such.module:app", "csvconverter.commands")
    result = CliRunner().invoke(load(broken))
    assert result.exit_code == 1
    assert "No module named 'no'" in result.output


def test_the_version_is_told() -> None:
    told = subprocess.run(
        [Path(sys.executable).with_name("csv-converter"), "--version"], capture_output=True, text=True, check=True
    )
    assert told.stdout[0].isdigit()
