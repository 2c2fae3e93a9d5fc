"""Generate what is made from the protos.

python protos/generate.py stubs [--check]    the Python stubs in the client package; --check only proves them current
python protos/generate.py image FILE         the descriptor set that buf lints and compares
"""

import argparse
import filecmp
import sys
import tempfile
from pathlib import Path

import google.api
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parents[1]
PROTOS = ROOT / "protos"
CLIENT = ROOT / "clients" / "python"
SITE_PACKAGES = Path(google.api.__path__[0]).parents[1]
WELL_KNOWN = Path(protoc.__file__).parent / "_proto"


def main() -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    commands.add_parser("stubs").add_argument("--check", action="store_true")
    commands.add_parser("image").add_argument("file", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "image":
        compile_protos("--include_imports", "--include_source_info", f"--descriptor_set_out={arguments.file}")
    elif arguments.check:
        check_stubs()
    else:
        generate_stubs(CLIENT)


def generate_stubs(folder: Path) -> None:
    """Write messages, their types and the gRPC stubs below `folder`."""
    compile_protos(f"--python_out={folder}", f"--pyi_out={folder}")
    compile_protos(f"--grpc_python_out={folder}", only="services.proto")


def check_stubs() -> None:
    """Exit with 1 and the names of the stubs that differ from what the protos give today."""
    with tempfile.TemporaryDirectory() as folder:
        generate_stubs(Path(folder))
        fresh = {path.relative_to(folder) for path in Path(folder).rglob("*_pb2*")}
        committed = {path.relative_to(CLIENT) for path in CLIENT.rglob("*_pb2*") if path.suffix in (".py", ".pyi")}
        stale = fresh ^ committed
        stale |= {name for name in fresh & committed if not filecmp.cmp(Path(folder) / name, CLIENT / name, False)}
    if stale:
        sys.exit(f"not current: {', '.join(sorted(map(str, stale)))}; run `make gen` and commit the result")


def compile_protos(*options: str, only: str = "*.proto") -> None:
    """Run protoc over the contract with googleapis and the well-known types in reach."""
    includes = [f"-I{folder}" for folder in (PROTOS, SITE_PACKAGES, WELL_KNOWN)]
    sources = sorted(map(str, PROTOS.rglob(only)))
    if protoc.main(["protoc", *includes, *options, *sources]) != 0:
        sys.exit("protoc refused the protos; its messages stand above")


if __name__ == "__main__":
    main()
