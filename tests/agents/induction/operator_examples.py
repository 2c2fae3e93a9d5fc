"""Examples of all operators with tables to try them on, as the tests of what runs and what is rendered have them."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from agents.induction.cells.booleans import YesNo
from agents.induction.cells.text import Column
from agents.induction.dates.embedded import DATE_PATTERNS, DateIn
from agents.induction.dates.formats import DateFormat
from agents.induction.documents.field import Field
from agents.induction.documents.find import Items
from agents.induction.groups.across import Across
from agents.induction.groups.aggregates import Aggregate
from agents.induction.groups.steps import GroupRows
from agents.induction.layout.numbering import NumberColumns
from agents.induction.layout.spread import Spread
from agents.induction.model import Expression, Table, TableStep
from agents.induction.numbers.embedded import OnlyNumber
from agents.induction.numbers.formats import NumberFormat, Operand
from agents.induction.numbers.styles import NumberLayout, NumberReading
from agents.induction.numbers.unreadable import Otherwise
from tests.agents.induction import test_parity as cells
from tests.agents.induction.dates import test_date_arithmetic as date_arithmetic
from tests.agents.induction.dates import test_periods as periods
from tests.agents.induction.documents import test_document_parity as documents
from tests.agents.induction.groups import test_group_rows as groups
from tests.agents.induction.groups import test_spread as spread
from tests.agents.induction.layout import test_grid_parity as grids
from tests.agents.induction.layout import test_reshaping_parity as reshaping
from tests.agents.induction.numbers import test_formulas as formulas
from tests.agents.induction.numbers import test_ranges as ranges
from tests.agents.induction.quantities import test_quantity_parity as quantities
from tests.agents.induction.windows import test_windows_run_as_rendered as windows

Example = tuple[Expression | TableStep, Table]

A = Column("a")
NUMBER = Operand(A, NumberReading())
FURTHER: tuple[Expression | TableStep, ...] = (
    YesNo(A, "yes", "no"),
    DateFormat(A, ("%Y-%m-%d", "%d.%m.%Y"), "%-d %B %y"),
    *(DateIn(A, pattern) for pattern in DATE_PATTERNS),
    OnlyNumber(A),
    Otherwise(NumberFormat((NUMBER,), layout=NumberLayout(2)), A),
    Across(("a", 'b "c"'), Aggregate("", "mean", "")),
    NumberColumns("c", 1),
)
CELLS = ["2024-03-05", "on 05.03.2024, late", "", " ", "1.5", "Y", "no", "-2", "3 x", "\u00e9\U0001f600", '"', "\\n{0}"]


def drawn(header: Sequence[str], cells: Sequence[str], height: int = 25) -> Table:
    """Return a table of cells that are always the same."""
    chance = random.Random(0)
    return Table({name: [chance.choice(cells) for _ in range(height)] for name in header})


def pairs(operators: Iterable[Expression | TableStep], *tables: Table) -> Iterator[Example]:
    """Yield every operator with every table."""
    yield from ((operator, table) for operator in operators for table in tables)


def examples() -> Iterator[Example]:
    """Yield examples of all operators."""
    yield from pairs((*cells.EXPRESSIONS, *cells.STEPS), drawn(("a", cells.B.name), cells.PIECES))
    yield from pairs(FURTHER, drawn(("a", 'b "c"'), CELLS))
    yield from pairs(date_arithmetic.EXPRESSIONS, *map(Table, date_arithmetic.TABLES))
    yield from pairs(periods.LABELS, *(Table({"a": own}) for own in (periods.TIMES, periods.DAYS, periods.MOMENTS)))
    yield from pairs(ranges.EXPRESSIONS, Table({"a": ranges.CELLS}))
    yield from pairs(formulas.EXPRESSIONS, Table(formulas.CELLS))
    yield from pairs(quantities.EXPRESSIONS, Table({"a": quantities.CELLS}))
    yield from pairs(grids.STEPS, drawn(grids.HEADER, grids.CELLS))
    yield from pairs(reshaping.STEPS, drawn(reshaping.HEADER, reshaping.CELLS))
    texts = drawn(("a", documents.NAME), documents.TEXTS)
    yield from pairs(documents.STEPS, texts)
    yield from pairs((Field("a", Items((), one.pieces[:1], ())) for one in documents.ITEMS), texts)
    keys, values = (drawn(("",), own).columns[""] for own in (windows.KEYS, windows.VALUES))
    yield from pairs((*windows.EXPRESSIONS, *windows.STEPS), Table({"key": keys, windows.VALUE.name: values}))
    yield from grouped()


def grouped() -> Iterator[Example]:
    """Yield examples of grouping and spreading."""
    aggregates = tuple(replace(one, name=f"n{number}") for number, one in enumerate(groups.AGGREGATES))
    for names in (("a",), (groups.B, "a"), ()):
        yield from pairs([GroupRows(names, aggregates)], groups.NASTY, groups.PLAIN)
    for order in ("sorted", "labels", "values"):
        for labels in (("l",), ("m", "l")):
            values = ((spread.V, "", ""), ("w", "w.", ""))
            yield from pairs([Spread(("k",), labels, values, "-", order)], spread.NASTY, spread.ONE)
