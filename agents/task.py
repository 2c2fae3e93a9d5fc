"""What the agents are asked: two files and what was said about them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agents.csv_file import CsvFile

SAME_AS_INPUT = "SAME AS INPUT"

Progress = Callable[[str], None]
"""Takes what an agent has to show while it is at work."""


@dataclass(frozen=True)
class Task:
    """One conversion to learn."""

    input: CsvFile
    expected: CsvFile
    input_path: Path
    column_instructions: Mapping[str, str] = field(default_factory=dict)  # as `process_instructions` leaves them
    general_instructions: str = ""

    def unknown_columns(self) -> list[str]:
        """Return the columns that have an instruction and exist in neither file."""
        known = self.input.positions.keys() | self.expected.positions.keys()
        return [name for name in self.column_instructions if name not in known]


def process_instructions(column_instructions: Mapping[str, str]) -> dict[str, str]:
    """Replace empty instructions by "SAME AS INPUT"."""
    return {column: text.strip() or SAME_AS_INPUT for column, text in column_instructions.items()}
