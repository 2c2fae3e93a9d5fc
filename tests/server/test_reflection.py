"""Reflection tells the whole contract to tools that know nothing of it."""

import asyncio
from typing import Any

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase


def rules_as_told(address: str, message: str, field: str) -> Any:
    """Return the rules of a field, knowing nothing but the server's address."""
    with grpc.insecure_channel(address) as channel:
        pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        told = pool.FindMessageTypeByName(f"csvconverter.v1.{message}").fields_by_name[field].GetOptions()
        options = GetMessageClass(pool.FindMessageTypeByName("google.protobuf.FieldOptions"))
        extension = pool.FindExtensionByName("buf.validate.field")
    return options.FromString(told.SerializeToString()).Extensions[extension]


async def test_a_stranger_learns_the_rules_for_requests(quiet_server):
    rules = await asyncio.to_thread(rules_as_told, quiet_server.address, "GetJobRequest", "job_id")
    assert rules.required
    assert rules.string.pattern == "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"
