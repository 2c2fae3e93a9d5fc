"""What reflection tells: the contract as its protos have it, with the rules for requests.

The generated code carries the rules and leaves out the import of what they are written in, so that clients need no
protovalidate. Here the import is put back.
"""

from collections.abc import Sequence

import grpc
from google.protobuf import descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection, reflection_pb2
from protovalidate import ViolationPb

from csvconverter.v1 import services_pb2

CONTRACT: FileDescriptor = services_pb2.DESCRIPTOR
SERVED: tuple[FileDescriptor, ...] = (CONTRACT, health_pb2.DESCRIPTOR, reflection_pb2.DESCRIPTOR)
RULES_NEED: tuple[FileDescriptor, ...] = tuple(
    module.DESCRIPTOR for module in (descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2)
)


def add_reflection(server: grpc.aio.Server) -> None:
    """Let callers ask the server what it understands."""
    names = [service.full_name for file in SERVED for service in file.services_by_name.values()]
    reflection.enable_server_reflection(names, server, described())


def described() -> DescriptorPool:
    """Return the files of all services, whole."""
    pool = DescriptorPool()
    for file in RULES_NEED:
        add(pool, file)
    rules = FileDescriptorProto.FromString(ViolationPb.desc().file.proto.to_binary())
    pool.Add(rules)
    for file in SERVED:
        add(pool, file, also_imports=[rules.name] if file is CONTRACT else [])
    return pool


def add(pool: DescriptorPool, file: FileDescriptor, also_imports: Sequence[str] = ()) -> None:
    """Add a file after all that it imports."""
    for imported in file.dependencies:
        add(pool, imported)
    copy = FileDescriptorProto()
    file.CopyToProto(copy)
    copy.dependency.extend(also_imports)
    pool.Add(copy)
