"""What the tester needs of whoever runs scripts: one call, and an outcome with a name."""

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Outcome(enum.Enum):
    """How a run of a script ended."""

    COMPLETED = "completed"  # exit status 0 and an output that is text in a plain file, within the limits
    CRASHED = "crashed"  # an exception, another exit status or a signal
    TIMED_OUT = "timed out"  # wall clock or processor time
    OUT_OF_MEMORY = "out of memory"
    REFUSED = "refused"  # the sandbox stopped something that scripts may not do
    OUTPUT_TOO_LARGE = "output too large"  # more bytes or columns than it may have
    OUTPUT_NOT_CSV = "output not CSV"  # never written, binary, not a plain file, or not to be read


@dataclass(frozen=True)
class ScriptRun:
    """What came of one run."""

    outcome: Outcome
    detail: str  # one sentence for people, with the script's line where that is known; empty when completed
    log: str  # what the script wrote to stdout and stderr, without control characters, the last 256 KiB at most
    seconds: float  # wall clock
    cpu_seconds: float  # user and system
    peak_memory_bytes: int  # largest resident set
    layers: tuple[str, ...]  # what confined it, outermost first, such as ("rlimits", "landlock", "seccomp")


class ScriptRunner(Protocol):
    """Runs learned scripts where they can do no harm."""

    def run(self, script: str, input_file: Path, output_file: Path) -> ScriptRun:
        """Run `python script.py input_file output_file` and wait for its end.

        Args:
            script: the whole Python file.
            input_file: an existing CSV file, which the script can only read.
            output_file: where the script writes; does not exist yet, and exists afterwards only when completed.
        """
        ...
