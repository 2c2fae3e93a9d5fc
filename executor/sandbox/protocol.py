"""What crosses between a runner, the zygote and the sealed child: small, named, and never a live object.

A connection is a SOCK_SEQPACKET socket, so that one message is one packet:

    runner → zygote   Request, with three descriptors: the run's folder, the log pipe, the report pipe
    zygote → runner   Answer, once the child is dead and reaped
    child  → runner   on the report pipe, a line that says how it is sealed, and one more if the script failed

What the script prints goes down the log pipe, straight to the runner: the zygote never holds a byte of any job, which
the next child could otherwise find in its memory.
"""

import json
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
"""How a report's first line begins; the layers in force follow, or those that are missing."""


class Descriptors(NamedTuple):
    """What comes with a request, in this order."""

    folder: int  # the run's
    log: int  # a pipe for stdout and stderr
    report: int  # a pipe for the child's own words


@dataclass(frozen=True)
class Request:
    """Run the script of a folder."""

    limits: Limits

    def encode(self) -> bytes:
        """As one packet."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, packet: bytes) -> Self:
        """From one packet."""
        return cls(limits=Limits(**json.loads(packet)["limits"]))


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
