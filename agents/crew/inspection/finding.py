"""What speaks against a script, with its line."""

from dataclasses import dataclass

from csvconverter.v1.plans_pb2 import TestError


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that an honest conversion does not do."""

    line: int  # of the script, from 1
    kind: str  # the type of the error
    issue: str  # as the rest of a sentence that begins with the line
    suggestion: str

    def as_error(self) -> TestError:
        """Return it as the tester tells it."""
        return TestError(
            type=self.kind,
            issue=f"Line {self.line} {self.issue}. The script was not run.",
            suggestion=self.suggestion,
        )
