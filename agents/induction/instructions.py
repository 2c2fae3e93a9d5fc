"""What the instructions weigh in the search: they choose between programs that explain the examples, nothing more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.induction.constraints import CellConstraint, Note, RowConstraint
from agents.induction.english import read_note
from agents.induction.model import Expression, Table, TableStep, Target
from agents.induction.text import folded_name
from agents.task import Task

BITS_HONOURED = -6.0
BITS_IGNORED = 12.0
CELL_LENGTH = 40


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
        return BITS_HONOURED * verdicts.count(True) + BITS_IGNORED * verdicts.count(False)

    def name(self, step: TableStep) -> bool:
        """Tell whether a wish for rows names what the step does."""
        return any(wish.names(step) for wish in self.rows if wish.column or wish.value)

    def warnings(self, paired: Table, expected: Table) -> Iterator[str]:
        """Yield what was not understood, and where the expected file is not as the instructions ask.

        Args:
            paired: the input's rows as the output's are made from them.
            expected: the output.
        """
        unclear = [f'"{clause}"' for note in self.notes for clause in note.not_understood]
        if unclear:
            yield f"instructions that were not understood: {', '.join(unclear)}"
        for name, cells in expected.columns.items():
            for wish in self.cells(name, ()):
                row = wish.contradicted_in(Target(name, cells, paired)) if wish.column else None
                if row is not None:
                    yield contradiction(name, wish.clause, row, cells[row][:CELL_LENGTH])
        for row_wish in self.rows:
            row = row_wish.contradicted_in(expected)
            if row is not None:
                yield contradiction(row_wish.column, row_wish.clause, row, expected.columns[row_wish.column][row])


def contradiction(column: str, clause: str, row: int, cell: str) -> str:
    """Return the warning for an instruction that the examples break."""
    return f'{column}: the examples were followed, not "{clause}": row {row + 1} of the expected file has {cell!r}'


def read_instructions(task: Task) -> Instructions:
    """Read the instructions of a task, the general ones last."""
    columns = tuple(dict.fromkeys((*task.input.header, *task.expected.header)))
    given = [*task.column_instructions.items(), ("", task.general_instructions)]
    notes = tuple(read_note(text, column, columns) for column, text in given if text)
    return Instructions(notes, task.expected.header)
