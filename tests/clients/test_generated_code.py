"""The generated code carries rules written for protovalidate, and gets along with any version of it, and with none."""

import subprocess
import sys

import pytest

OURS = "from csvconverter.v1.services_pb2 import DESCRIPTOR, StartTrainingRequest"
ANOTHER_VERSION = """
from google.protobuf import descriptor_pb2, descriptor_pool
file = descriptor_pb2.FileDescriptorProto(name="buf/validate/validate.proto", package="buf.validate")
file.dependency.append("google/protobuf/descriptor.proto")
file.message_type.add(name="FieldConstraints").field.add(name="something_else", number=25, type=9, label=1)
file.extension.add(
    name="field", number=1159, type=11, label=1, extendee=".google.protobuf.FieldOptions",
    type_name=".buf.validate.FieldConstraints",
)
descriptor_pool.Default().AddSerializedFile(file.SerializeToString())
"""
USE = """
import sys
request = StartTrainingRequest(user_id="acme", column_instructions={"id": ""})
assert StartTrainingRequest.FromString(request.SerializeToString()) == request
assert [file.name for file in DESCRIPTOR.dependencies if "validate" in file.name] == []
assert {name.partition(".")[0] for name in sys.modules}.isdisjoint({"buf", "protovalidate"})
"""


@pytest.mark.parametrize(
    "imports",
    [(OURS,), (OURS, ANOTHER_VERSION), (ANOTHER_VERSION, OURS)],
    ids=["alone", "before another version", "after another version"],
)
def test_the_client_needs_no_protovalidate_and_minds_no_version(imports: tuple[str, ...]) -> None:
    program = "\n".join((*imports, USE))
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)
