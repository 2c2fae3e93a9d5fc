"""What a request must look like before a handler sees it: the rules that stand beside its fields in the protos.

Where a field stands in a REST call follows from the contract's `google.api.http` annotations.
"""

import re
from collections.abc import Iterator, Sized

from google.api import annotations_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.empty_pb2 import Empty
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet
from protovalidate import Validator, Violation

from csvconverter.v1 import services_pb2
from csvconverter.v1.errors_pb2 import ERROR_REASON_FIELD_INVALID, ERROR_REASON_FILE_TOO_LARGE, FieldError
from server.errors import Refusal, invalid

VALIDATOR = Validator()  # compiles the rules of a message when it first sees one

SERVICE: ServiceDescriptor = services_pb2.DESCRIPTOR.services_by_name["ConversionService"]
METHODS: dict[str, MethodDescriptor] = {method.input_type.name: method for method in SERVICE.methods}

PROBLEMS = {
    "required": ("missing", "this field is required"),
    "string.pattern": (
        "string_pattern_mismatch",
        "wanted 1 to 128 letters, digits, dots, underscores or hyphens, a letter or digit first",
    ),
    "string.max_len": ("string_too_long", "found {found} characters; at most {wanted} are accepted"),
    "map.max_pairs": ("too_long", "found {found} entries; at most {wanted} are accepted"),
    "int32.gte": ("greater_than_equal", "wanted a number from {wanted} on"),
    "int64.gte_lte": ("value_error", "a number here {said}"),
    "enum.defined_only": ("enum", "there is no such value; the contract lists them"),
}
"""FastAPI's name for what breaks a rule, and what to say about it: never the value itself."""

CHOICE = re.compile(r"(?P<only>only )?one of (?P<file>\w+), (?P<upload>\w+) (can|must) be set")
"""How protovalidate says that one of two fields is wanted: a file, or what stands for it."""

INSTRUCTION_BYTES = 1 << 20  # a job carries them in every answer, and clients accept 4 MiB a message

# All calls wait while one is judged. Seconds would go by over millions of instructions, or fields to search for a text.
JUDGED_INSTRUCTIONS = 10_000
SEARCHED_BYTES = 1 << 16


def validate(request: Message, max_upload_bytes: int) -> None:
    """Check a whole request.

    Raises:
        Refusal: FIELD_INVALID naming every field that is wrong, or FILE_TOO_LARGE.
    """
    sizes = file_sizes(request)
    if problems := [*instruction_errors(request), *field_errors(without_files(request, sizes))]:
        raise invalid(ERROR_REASON_FIELD_INVALID, *problems)
    for name, size in sizes.items():
        if size > max_upload_bytes:
            raise too_large(name, size, max_upload_bytes)


def file_sizes(request: Message) -> dict[str, int]:
    """Return the size of each file; looking at one copies it, so nothing else here does."""
    files = (field.name for field in request.DESCRIPTOR.fields if field.type == FieldDescriptor.TYPE_BYTES)
    return {name: len(getattr(request, name)) for name in files}


def without_files(request: Message, sizes: dict[str, int]) -> Message:
    """Return the request with files of one byte: the validator would copy them several times."""
    if not sizes:
        return request
    found = type(request)(**{name: b"." for name, size in sizes.items() if size})
    rest = [field.name for field in request.DESCRIPTOR.fields if field.name not in sizes]
    FieldMask(paths=rest).MergeMessage(request, found)
    return found


def instruction_errors(request: Message) -> Iterator[FieldError]:
    """Yield that there are more instructions than can be judged one by one, and take them away, since others can."""
    if not isinstance(request, services_pb2.StartTrainingRequest):
        return
    if (number := len(request.column_instructions)) > JUDGED_INSTRUCTIONS:
        message = f"found {number} entries, many more than are accepted"
    elif (size := instruction_bytes(request)) > INSTRUCTION_BYTES:
        message = f"found {size} bytes of instructions; at most {INSTRUCTION_BYTES} are accepted in all"
    else:
        return
    yield FieldError(loc=["body", "column_instructions"], msg=message, type="too_long")
    request.ClearField("column_instructions")


def field_errors(request: Message) -> list[FieldError]:
    """Return what is wrong with each field, in the order of the fields; rules for several stand before all others."""
    errors = [field_error(request, violation) for violation in VALIDATOR.collect_violations(request)]
    fields = request.DESCRIPTOR.fields_by_name
    return sorted(errors, key=lambda error: max(fields[part].index if part in fields else -1 for part in error.loc[:2]))


def instruction_bytes(request: services_pb2.StartTrainingRequest) -> int:
    """Return the size of all columns' names and instructions, which no rule in the protos can add up."""
    return services_pb2.StartTrainingRequest(column_instructions=request.column_instructions).ByteSize()


def field_error(request: Message, violation: Violation) -> FieldError:
    """Say where a rule is broken, and how."""
    if violation.proto.rule_id == "message.oneof":
        return choice_error(request, violation)
    kind, words = PROBLEMS[violation.proto.rule_id]
    if kind == "missing" and violation.field_value == 0:
        words = "wanted a number above 0, found none or 0"
    found = len(violation.field_value) if isinstance(violation.field_value, Sized) else None
    message = words.format(found=found, wanted=violation.rule_value, said=violation.proto.message)
    return FieldError(loc=location(request.DESCRIPTOR.name, *path(violation)), msg=message, type=kind)


def choice_error(request: Message, violation: Violation) -> FieldError:
    """Say that a file is missing, or that there is an upload beside it; only the violation's words name the fields."""
    words = CHOICE.fullmatch(violation.proto.message)
    assert words, violation.proto.message
    file, upload = words["file"], words["upload"]
    if words["only"]:
        message = f"{file} is there already: send the file, or name an upload"
        return FieldError(loc=location(request.DESCRIPTOR.name, upload), msg=message, type="value_error")
    message = "wanted a file, found none or an empty one"
    return FieldError(loc=location(request.DESCRIPTOR.name, file), msg=message, type="missing")


def path(violation: Violation) -> Iterator[str]:
    """Yield the way to what is wrong, from the request inwards; a key of a map ends with "[key]", as in FastAPI."""
    way = violation.proto.field
    for element in way.elements if way else ():
        yield element.field_name
        if element.subscript:
            yield str(element.subscript.value)
    if violation.proto.for_key:
        yield "[key]"


def too_large(field: str, found: int, limit: int) -> Refusal:
    """Return the refusal of a file that is larger than the server accepts in one message."""
    return Refusal(
        ERROR_REASON_FILE_TOO_LARGE,
        f"{field}: the file has {found} bytes and at most {limit} are accepted here; "
        "Convert takes larger files, and CSV_CONVERTER_MAX_UPLOAD_BYTES raises the limit",
        limit_bytes=str(limit),
    )


def undecodable(method: str, data: bytes) -> Refusal:
    """Return the refusal of what cannot be read as a request of this method; it names a text that is not UTF-8."""
    request = SERVICE.methods_by_name[method].input_type
    if len(data) <= SEARCHED_BYTES and (name := field_not_utf8(request, data)):
        error = FieldError(loc=location(request.name, name), msg="wanted text in UTF-8", type="string_unicode")
    else:
        error = FieldError(loc=["body"], msg="the request is no message of this call", type="value_error")
    return invalid(ERROR_REASON_FIELD_INVALID, error)


def field_not_utf8(message: Descriptor, data: bytes) -> str | None:
    """Return the first field with a text that is not UTF-8, at whatever depth; None when there is no such field."""
    try:
        fields = UnknownFieldSet(Empty.FromString(data))
    except DecodeError:
        return None
    for index in range(len(fields)):
        field, value = message.fields_by_number.get(fields[index].field_number), fields[index].data
        if field and isinstance(value, bytes) and not is_utf8(field, value):
            return field.name
    return None


def is_utf8(field: FieldDescriptor, value: bytes) -> bool:
    """Tell whether every text in a field is UTF-8."""
    if field.message_type:
        return field_not_utf8(field.message_type, value) is None
    try:
        if field.type == FieldDescriptor.TYPE_STRING:
            value.decode()
        return True
    except UnicodeDecodeError:
        return False


def location(request: str, field: str, *inner: str) -> list[str]:
    """Return the way to a field of the message `request`, or to what is inside it, as a REST caller wrote it."""
    http = METHODS[request].GetOptions().Extensions[annotations_pb2.http]
    template = getattr(http, http.WhichOneof("pattern") or "get")
    if f"{{{field}}}" in template:
        return ["path", field, *inner]
    if http.body == field:
        return ["body", *inner]
    return ["body" if http.body == "*" or not template else "query", field, *inner]
