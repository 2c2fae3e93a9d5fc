"""Tells which instructions were not understood, and which the examples do not follow."""

from collections.abc import Iterator

from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Cells, Program, Table, Target

CELL_LENGTH = 40
MOST_NAMED = 8


def instruction_warnings(instructions: Instructions, program: Program, paired: Table, expected: Table) -> Iterator[str]:
    """Yield what was not understood, and where the example is not as the instructions ask.

    Args:
        instructions: all that was said.
        program: what was learned.
        paired: the input's rows as the output's are made from them.
        expected: the output.
    """
    unclear = [f'"{clause}"' for clause in not_understood(instructions, paired, expected)]
    if unclear:
        more = f" and {len(unclear) - MOST_NAMED} more" if len(unclear) > MOST_NAMED else ""
        yield f"instructions that were not understood: {', '.join(unclear[:MOST_NAMED])}{more}"
    broken = [
        *broken_in_cells(instructions, program, paired, expected),
        *broken_in_rows(instructions, program, paired, expected),
        *broken_in_header(instructions, expected),
        *broken_in_layout(instructions, program),
    ]
    yield from dict.fromkeys(broken)


def not_understood(instructions: Instructions, paired: Table, expected: Table) -> Iterator[str]:
    """Yield the clauses that mean nothing: unknown ones, and pairs of values of which none stands in either file."""
    yield from (clause for note in instructions.notes for clause in note.not_understood)
    mapped = [[wish for wish in note.cells if wish.family == "map"] for note in instructions.notes]
    known = values(paired) | values(expected) if any(mapped) else set()
    for wishes in mapped:
        if known.isdisjoint(value.lower() for wish in wishes for value in wish.pair()):
            yield from (wish.clause for wish in wishes)


def values(table: Table) -> set[str]:
    """Return all cells of a table, in small letters, but blanks."""
    return {cell.strip().lower() for cells in table.columns.values() for cell in cells if cell.strip()}


def broken_in_cells(instructions: Instructions, program: Program, paired: Table, expected: Table) -> Iterator[str]:
    """Yield the wishes that an expected cell breaks, or that name another column than the cells are made from."""
    made = {column.name: column.expression for column in program.columns}
    for name, cells in expected.columns.items():
        for wish in instructions.cells(name, ()):
            expression = made.get(name)
            sources = expression.sources() if expression else ()
            row = wish.contradicted_in(Target(name, cells, paired), sources) if wish.column else None
            if row is not None:
                yield f"{followed(name, wish.clause)}: {shown(row, cells)}"
            elif wish.source in paired.columns and expression and wish.source not in expression.sources():
                yield f"{followed(name, wish.clause)}: {expression.explain()}"


def broken_in_rows(instructions: Instructions, program: Program, paired: Table, expected: Table) -> Iterator[str]:
    """Yield the wishes for rows that an expected row breaks, or the row it is made from, or a step of the program."""
    for wish in instructions.rows:
        row = wish.contradicted_in(expected)
        if row is not None:
            yield f"{followed(wish.column, wish.clause)}: {shown(row, expected.columns[wish.column])}"
        source = wish.contradicted_in(paired) if left_out(wish.column, paired, expected) else None
        if source is not None:
            found = shown(source, paired.columns[wish.column], "comes from a row with")
            yield f"{followed(wish.column, wish.clause)}: {found}"
        yield from (
            f"{followed('rows', wish.clause)}: {step.explain()}"
            for step in (*program.before, *program.after)
            if wish.forbids(step)
        )


def broken_in_header(instructions: Instructions, expected: Table) -> Iterator[str]:
    """Yield the wishes for columns that the header of the expected file breaks."""
    listed = ", ".join(expected.header)
    for wish in (wish for note in instructions.notes for wish in note.columns):
        if wish.contradicted_by(expected.header):
            yield f"{followed(wish.column, wish.clause)}: the expected file has the columns {listed}"


def broken_in_layout(instructions: Instructions, program: Program) -> Iterator[str]:
    """Yield the wishes for another layout where the program leaves it as it is."""
    for wish in (wish for note in instructions.notes for wish in note.program):
        if wish.contradicted_by(program):
            yield f"{followed('table', wish.clause)}: its layout stays as it is"


def followed(subject: str, clause: str) -> str:
    """Return the beginning of the warning for an instruction that the examples break."""
    return f'{subject}: the examples were followed, not "{clause}"'


def left_out(name: str, paired: Table, expected: Table) -> bool:
    """Tell whether a column is only the input's, whose rows stand as those of the output that are made from them."""
    return name in paired.columns and name not in expected.columns and paired.height == expected.height


def shown(row: int, cells: Cells, has: str = "has") -> str:
    """Show the cell that breaks a wish."""
    return f"row {row + 1} of the expected file {has} {cells[row][:CELL_LENGTH]!r}"
