"""What the instructions weigh in the search: they choose between programs that explain the examples, nothing more."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.induction.cells.text import folded_name
from agents.induction.instructions.constraints import CellConstraint, Note, RowConstraint
from agents.induction.instructions.english import read_note
from agents.induction.instructions.program_phrases import operators_in
from agents.induction.instructions.prose import sentences
from agents.induction.model import Expression, TableStep, Target
from agents.task import Task

BITS_HONOURED = -6.0
BITS_IGNORED = 12.0


@dataclass(frozen=True)
class Instructions:
    """All that was said about one task."""

    notes: tuple[Note, ...]
    outputs: tuple[str, ...]  # the columns of the output

    @property
    def rows(self) -> list[RowConstraint]:
        """The wishes for rows."""
        return [wish for note in self.notes for wish in note.rows]

    def cells(self, target: str, sources: Sequence[str]) -> list[CellConstraint]:
        """Return the wishes for a column of the output that is made from some columns of the input."""
        return [wish for note in self.notes for wish in note.cells if self.concerns(wish, target, sources)]

    def concerns(self, wish: CellConstraint, target: str, sources: Sequence[str]) -> bool:
        """Tell whether a wish is for the column, by its own name or by that of a column it is made from."""
        if not wish.column or folded_name(wish.column) == folded_name(target):
            return True
        return wish.column in sources and wish.column not in self.outputs

    def bits(self, expression: Expression, target: Target) -> float:
        """Return the bits that the wishes take from an expression or add to it."""
        verdicts = [wish.agrees(expression, target.table) for wish in self.cells(target.name, expression.sources())]
        operators = operators_in(expression) if any(note.program for note in self.notes) else set()
        done = any(wish.honoured_by(operators) for note in self.notes for wish in note.program)
        return BITS_HONOURED * (verdicts.count(True) + done) + BITS_IGNORED * verdicts.count(False)

    def name(self, step: TableStep) -> bool:
        """Tell whether a wish for rows names what the step does."""
        return any(wish.names(step) for wish in self.rows if wish.column or wish.value)

    def forbid(self, steps: Sequence[TableStep]) -> bool:
        """Tell whether a wish for rows is against one of the steps."""
        return any(wish.forbids(step) for wish in self.rows for step in steps)


def read_instructions(task: Task) -> Instructions:
    """Read the instructions of a task, the general ones last."""
    columns = tuple(dict.fromkeys((*task.input.header, *task.expected.header)))
    given = [*task.column_instructions.items(), ("", task.general_instructions)]
    notes = tuple(read_note(sentences(text), column, columns) for column, text in given if text)
    return Instructions(notes, task.expected.header)
