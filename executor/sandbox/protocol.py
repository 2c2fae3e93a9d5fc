"""What crosses between a runner, the zygote and the sealed child: small, named, and never a live object.

A connection is a SOCK_SEQPACKET socket, so that one message is one packet:

    runner → zygote → child   Request, with two descriptors: the log pipe, the report pipe
    child → runner            on the report pipe, a line that says how it is sealed, and one more if the script failed
    zygote → runner           Answer, once the child is dead and reaped

What the script prints goes down the log pipe, straight to the runner: the zygote never holds a byte of any job, which
the next child could otherwise find in its memory.
"""

import json
import socket
from dataclasses import asdict, dataclass
from typing import NamedTuple, Self

from executor.sandbox.limits import Limits

SCRIPT, INPUT, OUTPUT = "script.py", "input.csv", "output.csv"
"""The files of a run's folder, which is the script's working directory."""

MESSAGE_BYTES = 4096
"""More than any request or answer takes."""

READY = b"ready"
"""The zygote's first packet to its owner."""

SEALED, TOO_WEAK = "sealed", "too-weak"
"""How a report's first line begins.

After the first come the seconds of processor time that went before the script, and the layers in force; after the
second the layers that are missing.
"""


class Descriptors(NamedTuple):
    """What comes with a request, in this order."""

    log: int  # a pipe for stdout and stderr
    report: int  # a pipe for the child's own words


@dataclass(frozen=True)
class Setup:
    """What holds for a zygote and all of its children."""

    runs: str  # the folder of the runs' folders
    layers: tuple[str, ...]  # that are put on where the machine has them
    minimum: tuple[str, ...]  # without which no script starts
    spares: int  # how many children wait

    def encode(self) -> str:
        """As one argument of a command."""
        return json.dumps(asdict(self))

    @classmethod
    def decode(cls, argument: str) -> Self:
        """From one argument of a command."""
        data = json.loads(argument)
        return cls(data["runs"], tuple(data["layers"]), tuple(data["minimum"]), data["spares"])


@dataclass(frozen=True)
class Request:
    """Run the script of a folder."""

    folder: str  # its name among the runs
    limits: Limits

    def encode(self) -> bytes:
        """As one packet."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, packet: bytes) -> Self:
        """From one packet."""
        data = json.loads(packet)
        return cls(data["folder"], Limits(**data["limits"]))


@dataclass(frozen=True)
class Answer:
    """How a child ended, as the kernel tells it."""

    status: int  # the exit status, or the negative number of the signal that ended it
    timed_out: bool  # the zygote killed it when its wall clock ran out
    seconds: float
    cpu_seconds: float
    peak_memory_bytes: int

    def encode(self) -> bytes:
        """As one packet."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, packet: bytes) -> Self:
        """From one packet."""
        return cls(**json.loads(packet))


def receive(peer: socket.socket, most_descriptors: int) -> tuple[bytes, list[int]]:
    """Take the next packet with its descriptors; no packet when the other end is gone."""
    try:
        packet, descriptors, _, _ = socket.recv_fds(peer, MESSAGE_BYTES, most_descriptors)
    except ConnectionError:
        return b"", []
    return packet, descriptors
