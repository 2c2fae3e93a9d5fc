"""Generate what is made from the protos.

python protos/generate.py stubs [--check]             the Python stubs in the client package; --check only proves them
                                                      current
python protos/generate.py image FILE [--protos DIR]   the descriptor set that buf lints and compares; of the protos in
                                                      DIR instead of these
"""

import argparse
import filecmp
import sys
import tempfile
from pathlib import Path

import google.api
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from grpc_tools import protoc
from protovalidate import ViolationPb

PROTOS = Path(__file__).resolve().parent
CLIENT = PROTOS.parent / "clients" / "python"
SITE_PACKAGES = Path(google.api.__path__[0]).parents[1]
WELL_KNOWN = Path(protoc.__file__).parent / "_proto"


def main() -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    commands.add_parser("stubs").add_argument("--check", action="store_true")
    image = commands.add_parser("image")
    image.add_argument("file", type=Path)
    image.add_argument("--protos", type=Path, default=PROTOS)
    arguments = parser.parse_args()
    if arguments.command == "image":
        write_image(arguments.file, arguments.protos)
    elif arguments.check:
        check_stubs()
    else:
        generate_stubs(CLIENT)


def write_image(file: Path, protos: Path) -> None:
    """Write the contract and all that it imports, comments included, as one descriptor set."""
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder, "rules.binpb")
        rules.write_bytes(FileDescriptorSet(file=[validation_rules()]).SerializeToString())
        run_protoc(
            *(f"--proto_path={path}" for path in (protos, SITE_PACKAGES, WELL_KNOWN)),
            f"--descriptor_set_in={rules}",
            "--include_imports",
            "--include_source_info",
            f"--descriptor_set_out={file}",
            *sorted(map(str, protos.rglob("*.proto"))),
        )


def generate_stubs(folder: Path) -> None:
    """Write messages, their types and the gRPC stubs below `folder`."""
    names = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))
    with tempfile.TemporaryDirectory() as scratch:
        image = Path(scratch, "contract.binpb")
        write_image(image, PROTOS)
        image.write_bytes(without_rules_import(image.read_bytes()))
        run_protoc(f"--descriptor_set_in={image}", f"--python_out={folder}", f"--pyi_out={folder}", *names)
        services = [name for name in names if name.endswith("/services.proto")]
        run_protoc(f"--descriptor_set_in={image}", f"--grpc_python_out={folder}", *services)


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


def validation_rules() -> FileDescriptorProto:
    """Return `buf/validate/validate.proto`, which protovalidate has in this form only."""
    return FileDescriptorProto.FromString(ViolationPb.desc().file.proto.to_binary())


def without_rules_import(image: bytes) -> bytes:
    """Return the image for the stubs: the rules stay in it as bytes, and the import of what they are written in goes.

    So whoever installs the client needs no protovalidate, and can have any version of it.
    """
    files = FileDescriptorSet.FromString(image)
    rules = validation_rules().name
    for file in files.file:
        if rules in file.dependency:
            file.dependency.remove(rules)
    return files.SerializeToString()


def run_protoc(*arguments: str) -> None:
    """Run protoc, or exit when it refuses the protos."""
    if protoc.main(["protoc", *arguments]) != 0:
        sys.exit("protoc refused the protos; its messages stand above")


if __name__ == "__main__":
    main()
