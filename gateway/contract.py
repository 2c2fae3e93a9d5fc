"""What the gateway knows of the contract: its descriptors, and the success statuses that differ from 200."""

from collections.abc import Iterator

from google.api import annotations_pb2
from google.api.http_pb2 import HttpRule
from google.protobuf.descriptor import FileDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.rpc import error_details_pb2

from csvconverter.v1 import errors_pb2, services_pb2

SERVICE: ServiceDescriptor = services_pb2.DESCRIPTOR.services_by_name["ConversionService"]

HEALTH_NAME = "gateway"
"""The name under which the gateway asks how the server is: SERVING as long as it answers, also while it stops."""

SUCCESS_STATUSES = {"CreateUpload": 201, "StartTraining": 202, "DeleteJob": 204, "DeleteUser": 204}
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
    return [http_rule(method).post for method in SERVICE.methods if method.client_streaming]


def query_parameters() -> list[str]:
    """Return the names under which a field may stand in a query: those of no path and of no body."""
    names = []
    for method in SERVICE.methods:
        rule = http_rule(method)
        if rule.WhichOneof("pattern") == "get":
            fields = [field for field in method.input_type.fields if f"{{{field.name}}}" not in rule.get]
            names += [name for field in fields for name in (field.name, field.camelcase_name)]
    return names


def http_rule(method: MethodDescriptor) -> HttpRule:
    """Return how an RPC is called over REST; empty when it is not."""
    rule: HttpRule = method.GetOptions().Extensions[annotations_pb2.http]
    return rule


def with_imports(file: FileDescriptor) -> Iterator[FileDescriptor]:
    """Yield what a file imports, however deep, and then the file."""
    for imported in file.dependencies:
        yield from with_imports(imported)
    yield file
