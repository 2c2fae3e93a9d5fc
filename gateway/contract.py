"""What the gateway knows of the contract: its descriptors, and the success statuses that differ from 200."""

from collections.abc import Iterator

from google.api import annotations_pb2
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.rpc import error_details_pb2

from csvconverter.v1 import errors_pb2, services_pb2

SERVICE: str = services_pb2.DESCRIPTOR.services_by_name["ConversionService"].full_name

SUCCESS_STATUSES = {"StartTraining": 202, "DeleteJob": 204, "DeleteUser": 204}
"""HTTP statuses of the RPCs that do not answer 200; an answer 204 has no body."""

# The messages inside an error's status can only be turned into JSON when their types are in the set.
ROOTS: tuple[FileDescriptor, ...] = (
    services_pb2.DESCRIPTOR,
    errors_pb2.DESCRIPTOR,
    error_details_pb2.DESCRIPTOR,
)


def descriptor_set() -> bytes:
    """Return the service and everything it needs as a serialized `FileDescriptorSet`, each file after its imports."""
    files: dict[str, FileDescriptorProto] = {}
    for root in ROOTS:
        for file in with_imports(root):
            if file.name not in files:
                files[file.name] = FileDescriptorProto()
                file.CopyToProto(files[file.name])
    return FileDescriptorSet(file=files.values()).SerializeToString(deterministic=True)


def upload_paths() -> list[str]:
    """Return the path templates of the REST calls whose body is a stream of any size."""
    methods = services_pb2.DESCRIPTOR.services_by_name["ConversionService"].methods
    streamed = [method.GetOptions().Extensions[annotations_pb2.http] for method in methods if method.client_streaming]
    return [rule.post for rule in streamed]


def with_imports(file: FileDescriptor) -> Iterator[FileDescriptor]:
    """Yield what a file imports, however deep, and then the file."""
    for imported in file.dependencies:
        yield from with_imports(imported)
    yield file
