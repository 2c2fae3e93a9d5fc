"""Names and values below each other become one row a record."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code
from agents.induction.goal import Goal
from agents.induction.layout.demotion import DemoteHeader
from agents.induction.layout.splitting import SplitAtSeparator
from agents.induction.layout.tidying import and_tidied
from agents.induction.model import Chain, Table, TableStep

FEWEST_NAMES = 2
MOST_NAMES = 500
SEPARATORS = (":", "=", "\t", "|", "->")
WIDEST = 4  # columns of a table whose header may be a row as the others are


@dataclass(frozen=True)
class GatherRecords(TableStep):
    """Makes a row of every run of names and values in which no name comes twice; each name becomes a column."""

    names: str
    values: str
    by_name: bool  # True: the columns are sorted by their names; False: in the order of their first values
    op: ClassVar[str] = "gather_records"
    action: ClassVar[str] = "gather_records"
    reshapes: ClassVar[bool] = True
    names_from_cells: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the two columns."""
        return (self.names, self.values)

    def run(self, table: Table) -> Table:
        """Gather the records, and write a blank where one has no value for a name."""
        records = gather_records(list(table.columns[self.names]), list(table.columns[self.values]))
        header = dict.fromkeys(name for record in records for name in record)
        names = sorted(header) if self.by_name else header
        return Table({name: [record.get(name, "") for record in records] for name in names})

    def render(self, code: Code) -> list[str]:
        """Make a table of dictionaries."""
        gather = code.function(gather_records)
        records = f"{gather}(list({code.column(self.names)}), list({code.column(self.values)}))"
        frame = f'df = pd.DataFrame({records}, dtype=object).fillna("").astype(object)'
        return [frame, "df = df[sorted(df.columns)]"] if self.by_name else [frame]

    def explain(self) -> str:
        """Say which columns hold what."""
        order = "sorted by name" if self.by_name else "in the order in which they come"
        made = f"Make a column of each name in {self.names}, {order}, with the values from {self.values}"
        return f"{made}; a new row begins where a name comes again"

    def cost(self) -> float:
        """Count the two columns."""
        return 9.0 + (not self.by_name)


def gather_records(names: list[str], values: list[str]) -> list[dict[str, str]]:
    """Return the records: each ends before the first name that it has already, or at a blank name."""
    records: list[dict[str, str]] = []
    new = True
    for name, value in zip(names, values, strict=True):
        if name and (new or name in records[-1]):
            records.append({})
        new = not name
        if name:
            records[-1][name] = value
    return records


def propose_records(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose it where a column's cells become the header, and others the cells below."""
    yield from gatherings(table, goal)
    if 1 < len(table.header) <= WIDEST and not goal.cells.isdisjoint(table.header):
        yield from after(DemoteHeader(0), table, goal)
    if len(table.header) == 1 and any(map(table.header[0].__contains__, SEPARATORS)):
        demoted = DemoteHeader(0).run(table)
        for separator in SEPARATORS:
            if all(separator in cell or not cell for cell in demoted.columns["column_1"]):
                split = SplitAtSeparator("column_1", separator, once=True)
                yield from ((DemoteHeader(0), *chain) for chain in after(split, demoted, goal))


def after(step: TableStep, table: Table, goal: Goal) -> Iterator[Chain]:
    """Yield what can be gathered behind another step."""
    yield from ((step, *chain) for chain in gatherings(step.run(table), goal))


def gatherings(table: Table, goal: Goal) -> Iterator[Chain]:
    """Yield the pairs of columns that hold names of the output and values of it."""
    for names, cells in table.columns.items():
        different = set(cells) - {""}
        if not FEWEST_NAMES <= len(different) <= MOST_NAMES or 2 * len(different & goal.names) < len(different):
            continue
        for values, others in table.columns.items():
            if values != names and not goal.cells.isdisjoint(others):
                for by_name in (True, False):
                    yield from and_tidied((GatherRecords(names, values, by_name),), table, goal)
