"""What becomes of cells that hold no date or number: they stay as they are, or all become the same text."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import Column, Constant
from agents.induction.code import Code, literal
from agents.induction.dates.columns import find_date_sources
from agents.induction.dates.embedded import propose_embedded_dates
from agents.induction.dates.formats import propose_dates
from agents.induction.dates.period_search import propose_periods
from agents.induction.model import Expression, Proposer, Table, Target
from agents.induction.numbers.search import propose_numbers
from agents.induction.numbers.shapes import find_number_readings

PROPOSERS: tuple[Proposer, ...] = (propose_dates, propose_periods, propose_numbers, propose_embedded_dates)
SAMPLE = 200
GLANCE = 12
FEWEST_READABLE = 2
FEWEST_OF_CONSTANT = 2
MOST_PROPOSED = 4


@dataclass(frozen=True)
class Otherwise(Expression):
    """What an expression gives and, where that is undefined, another one."""

    first: Expression
    other: Expression
    op: ClassVar[str] = "otherwise"
    action: ClassVar[str] = "fallback"

    def sources(self) -> tuple[str, ...]:
        """Return the columns of both."""
        return tuple(dict.fromkeys((*self.first.sources(), *self.other.sources())))

    def total(self) -> bool:
        """Say yes when the other expression is total."""
        return self.other.total()

    def run(self, table: Table) -> list[str | None]:
        """Fill the gaps."""
        pairs = zip(self.first.run(table), self.other.run(table), strict=True)
        return [other if cell is None else cell for cell, other in pairs]

    def render(self, code: Code) -> str:
        """Fill the gaps of the Series."""
        other = literal(self.other.text) if isinstance(self.other, Constant) else self.other.render(code)
        return f"{code.series(self.first)}.fillna({other})"

    def explain(self) -> str:
        """Say both."""
        kept = "leave it as it is" if isinstance(self.other, Column) else self.other.explain()
        return f"{self.first.explain()}; where that cannot be read, {kept[0].lower()}{kept[1:]}"

    def cost(self) -> float:
        """Add both; a column that is left as it is was named already."""
        return self.first.cost() + (3.0 if isinstance(self.other, Column) else 6.0 + self.other.cost())


def propose_with_unreadable(target: Target) -> Iterator[Expression]:
    """Propose conversions of dates and numbers for columns that hold other texts, too."""
    for name, cells in target.table.columns.items():
        odd = unreadable_rows(cells)
        readable = [row for row in range(len(cells)) if row not in odd and cells[row].strip()]
        if not odd or len({cells[row] for row in readable}) < FEWEST_READABLE:
            continue
        other = other_text(name, [(cells[row], target.cells[row]) for row in odd])
        if other is None:
            continue
        rest = Target(target.name, [target.cells[row] for row in readable], Table({name: [cells[r] for r in readable]}))
        found = [one for proposer in PROPOSERS for one in proposer(rest) if rest.first_wrong_row(one) is None]
        yield from (Otherwise(one, other) for one in sorted(found, key=lambda one: one.cost())[:MOST_PROPOSED])


def unreadable_rows(cells: Sequence[str]) -> list[int]:
    """Return the rows with texts that are neither dates nor numbers, when most texts of the column are."""
    different = tuple(dict.fromkeys(cell for cell in cells if cell.strip()))[:SAMPLE]
    glance = [is_readable(cell) for cell in different[:GLANCE]]
    if 2 * sum(glance) < len(glance) or is_readable(*different):
        return []
    kinds = {cell: is_readable(cell) for cell in dict.fromkeys(cells) if cell.strip()}
    return [row for row, cell in enumerate(cells) if cell.strip() and not kinds[cell]]


def is_readable(*cells: str) -> bool:
    """Tell whether texts are dates or numbers by themselves."""
    if not all(any(map(str.isdigit, cell)) for cell in cells):
        return False
    return bool(find_number_readings(cells) or find_date_sources("", cells))


def other_text(name: str, pairs: Sequence[tuple[str, str]]) -> Expression | None:
    """Return what becomes of texts that cannot be read: the text, or always the same one; None when that varies."""
    if all(cell == want for cell, want in pairs):
        return Column(name)
    text, count = Counter(want for _, want in pairs).most_common(1)[0]
    return Constant(text) if count == len(pairs) >= FEWEST_OF_CONSTANT and text else None
