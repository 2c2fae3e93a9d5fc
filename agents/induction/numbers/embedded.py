"""Numbers that stand in longer texts."""

import re
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import Change
from agents.induction.code import TEXTS, Code

NUMBER = r"(?:(?<![\w.])-)?(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"


def only_number(text: str, pattern: str) -> str | None:
    """Return the number in a text, None when there is none or more than one."""
    numbers = re.findall(pattern, text)
    return numbers[0] if len(numbers) == 1 else None


@dataclass(frozen=True)
class OnlyNumber(Change):
    """The number in a text that holds no other one, as it is written there."""

    op: ClassVar[str] = "only_number"
    action: ClassVar[str] = "extract_text"
    partial: ClassVar[bool] = True

    def change(self, cell: str) -> str | None:
        """Return the number, None where there is none or more than one."""
        return only_number(cell, NUMBER)

    def render(self, code: Code) -> str:
        """Look for numbers cell by cell."""
        find, pattern = code.function(only_number, "re"), code.constant("number pattern", NUMBER)
        return f'{self.source.render(code)}.map(lambda text: {find}(text, {pattern}), na_action="ignore"){TEXTS}'

    def clause(self) -> str:
        """Say what is taken."""
        return "take the only number in it"

    def bits(self) -> float:
        """Count it as dear as a few characters."""
        return 6.0
