"""Asks the same thing over gRPC and over REST, as the contract's annotations say that it is asked."""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import grpc
import httpx
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from csvconverter.v1.services_pb2 import GetQueueStatusRequest, StartTrainingRequest, WatchJobRequest
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub
from gateway.contract import SERVICE, http_rule
from tests.server.caller import Refused, refused
from tests.server.conftest import training_request
from tests.server.server_process import ServerProcess
from tests.server.stored_scripts import script_replaced

ALL_KEY, ACME_KEY = "all-key", "acme-key"
KEYS = f"{ALL_KEY}=*;{ACME_KEY}=acme"
PATIENCE = 60  # seconds that a call may take on a busy machine


@dataclass(frozen=True)
class Ask:
    """One call, whichever way it is made."""

    method: str
    request: Message
    key: str | None = ALL_KEY

    def http(self) -> tuple[str, str, dict]:
        """Return verb, path and the rest of the REST call."""
        rule = http_rule(SERVICE.methods_by_name[self.method])
        verb = rule.WhichOneof("pattern")
        fields = MessageToDict(self.request, preserving_proto_field_name=True)
        path = re.sub(r"{(\w+)}", lambda name: quote(fields.pop(name[1], ""), safe=""), getattr(rule, verb))
        if rule.body == "content":
            return verb, path, {"content": self.request.content.data}
        return verb, path, {"json" if rule.body else "params": fields}


class Api:
    """A running server with its gateway."""

    def __init__(self, server: ServerProcess, rest: httpx.Client, channel: grpc.Channel) -> None:
        self.server = server
        self.rest = rest
        self.channel = channel
        self.stub = ConversionServiceStub(channel)
        self.artifacts = Path(server.told["data_dir"]) / "artifacts"

    def over_grpc(self, ask: Ask, timeout: float = PATIENCE) -> list[Message]:
        """Return what the call answers.

        Raises:
            Refused: it is refused.
        """
        streams = SERVICE.methods_by_name[ask.method].client_streaming
        metadata = (("x-api-key", ask.key),) if ask.key else ()
        call = getattr(self.stub, ask.method)
        try:
            answer = call(iter([ask.request]) if streams else ask.request, timeout=timeout, metadata=metadata)
            return [answer] if isinstance(answer, Message) else list(answer)
        except grpc.RpcError as error:
            raise refused(error) from None

    def refusal(self, ask: Ask) -> Refused:
        """Return the refusal that the call meets over gRPC."""
        try:
            answer = self.over_grpc(ask)
        except Refused as refusal:
            return refusal
        raise AssertionError(f"{ask.method} was not refused: {answer}")

    def over_rest(self, ask: Ask, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Return the answer of the REST call."""
        verb, path, rest = ask.http()
        key = {"X-API-KEY": ask.key} if ask.key else {}
        return self.rest.request(verb, path, headers={**key, **(headers or {})}, **rest)

    def train(self, request: StartTrainingRequest) -> None:
        """Train a job and wait for its end."""
        [started] = self.over_grpc(Ask("StartTraining", request))
        self.over_grpc(Ask("WatchJob", WatchJobRequest(client_id=started.user_id, job_id=started.job_id)))

    def idle(self) -> bool:
        """Tell whether no job waits or runs."""
        [status] = self.over_grpc(Ask("GetQueueStatus", GetQueueStatusRequest()))
        return not status.queue_info.queue_size and not status.queue_info.active_jobs

    def script_replaced(self, user: str, job: str, script: str) -> AbstractContextManager[None]:
        """Put another script in the place of the learned one."""
        return script_replaced(self.artifacts.parent, user, job, script)


def puzzle(user: str, **others: object) -> StartTrainingRequest:
    """Return a training that takes some seconds and fails: eight columns of numbers without any system."""

    def table(step: int, modulus: int) -> bytes:
        rows = (",".join(str(row * row * step * column % modulus) for column in range(1, 9)) for row in range(5_000))
        return "\n".join((",".join(f"{modulus}_{column}" for column in range(8)), *rows)).encode()

    files = {"input_file": table(7_919, 10_007), "expected_output_file": table(6_007, 10_009)}
    return training_request(user, **files, **others)


@contextmanager
def connected(server: ServerProcess) -> Iterator[Api]:
    """Connect to a server both ways."""
    address = f"http://{server.told['http_address']}"
    with (
        httpx.Client(base_url=address, timeout=PATIENCE) as rest,
        grpc.insecure_channel(server.address) as channel,
    ):
        yield Api(server, rest, channel)
