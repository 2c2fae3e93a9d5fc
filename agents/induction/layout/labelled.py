"""Records of labelled values, such as "Phone: 12345", become rows with a column for each label."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.code import Code, literal
from agents.induction.goal import Goal
from agents.induction.layout.demotion import DemoteHeader
from agents.induction.layout.explode import separators
from agents.induction.layout.grid import rows_of
from agents.induction.model import Chain, Table, TableStep
from agents.reading.rows import unique_names

MOST_KEYS = 3
FEWEST_LABELS = (2, 1)  # in a column that is the only one, and beside others


@dataclass(frozen=True)
class LabelledRecords(TableStep):
    """Makes a row of the values of each record, which stand behind their labels or in the column beside these.

    A record is what has the same key. Where there is no key, it ends where a label comes again, or at a blank row.
    """

    keys: tuple[str, ...]  # the columns that name a record, in its first row or in each
    label: str  # the column of labels; "" when each cell holds its own, before the separator
    separator: str
    op: ClassVar[str] = "labelled_records"
    action: ClassVar[str] = "collect_records"
    reshapes: ClassVar[bool] = True
    names_from_cells: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return the columns that name a record and its labels."""
        return (*self.keys, self.label) if self.label else self.keys

    def run(self, table: Table) -> Table:
        """Collect the records."""
        others = [name for name in table.header if name not in self.sources()]
        keys, rows = rows_of(table, self.keys), rows_of(table, others)
        if self.label:
            labels = table.columns[self.label]
            pairs = label_rows(list(labels), rows)
        else:
            pairs = label_cells(rows, self.separator)
        names, *records = collect_records(list(self.keys), keys, pairs)
        return Table({name: [row[place] for row in records] for place, name in enumerate(unique_names(names))})

    def render(self, code: Code) -> list[str]:
        """Collect the records in a loop: one depends on the rows before."""
        keys = f"[{', '.join(map(literal, self.keys))}]"
        others = f"df.drop(columns=[{', '.join(map(literal, self.sources()))}]).to_numpy().tolist()"
        if self.label:
            pairs = f"{code.function(label_rows)}({code.column(self.label)}.tolist(), {others})"
        else:
            pairs = f"{code.function(label_cells)}({others}, {literal(self.separator)})"
        collect, unique = code.function(collect_records), code.function(unique_names)
        return [
            f"pairs = {pairs}",
            f"names, *records = {collect}({keys}, df[{keys}].to_numpy().tolist(), pairs)",
            f"df = pd.DataFrame(records, columns={unique}(names), dtype=object)",
        ]

    def explain(self) -> str:
        """Say how labels are told from values, and records from each other."""
        by = f" of each {' and '.join(self.keys)}" if self.keys else ", up to a label that comes again,"
        values = f"values beside their {self.label}" if self.label else f'cells "label{self.separator}value"'
        return f"Collect the {values}{by} in one row, with a column for each label"

    def cost(self) -> float:
        """Count the columns that name a record, and the separator."""
        return 5.0 + len(self.keys) + len(self.separator)


def label_cells(rows: list[list[str]], separator: str) -> list[list[tuple[str, str]] | None]:
    """Return the pairs of label and value in each row, None for a blank row; cells without a label are left out."""
    pairs = [[cell.partition(separator) for cell in row] for row in rows]
    return [
        [(label, value) for label, found, value in own if found] if any(map(str.strip, row)) else None
        for row, own in zip(rows, pairs, strict=True)
    ]


def label_rows(labels: list[str], rows: list[list[str]]) -> list[list[tuple[str, str]] | None]:
    """Return each row's values with its label, None for a blank row."""
    return [
        [(label, value) for value in row] if any(map(str.strip, [label, *row])) else None
        for label, row in zip(labels, rows, strict=True)
    ]


def collect_records(
    names: list[str], keys: list[list[str]], rows: list[list[tuple[str, str]] | None]
) -> list[list[str]]:
    """Return the names of the columns, those of labels behind those of the key, and a row for each record."""
    records: list[tuple[list[str], dict[str, str]]] = []
    unfinished: dict[tuple[str, ...], dict[str, str]] = {}  # by key
    current = [""] * len(names)
    for key, pairs in zip(keys, rows, strict=True):
        current = key if any(map(str.strip, key)) else current
        if pairs is None and not names:
            unfinished.clear()
        for label, value in pairs or []:
            record = unfinished.get(tuple(current))
            if record is None or label in record:
                record = unfinished[tuple(current)] = {}
                records.append((current, record))
            record[label] = value
    labels = list(dict.fromkeys(label for _, record in records for label in record))
    return [[*names, *labels], *([*key, *(record.get(label, "") for label in labels)] for key, record in records)]


def propose_labelled(table: Table, goal: Goal) -> Iterator[Chain]:
    """Propose it where the output's header, or its first row, holds what stands before values or in a column."""
    first = [cells[0] for cells in goal.expected.columns.values()]
    wanted = frozenset(first) - {""} if goal.numbering else goal.names
    blank = next((place for place, name in enumerate(first) if name), 0)
    for step in labelled_by(table, goal, wanted):
        yield (step, DemoteHeader(blank)) if goal.numbering else (step,)


def labelled_by(table: Table, goal: Goal, wanted: frozenset[str]) -> Iterator[LabelledRecords]:
    """Yield the ways in which wanted names may be labels of values."""
    columns = list(table.columns.items())
    for place, (column, cells) in enumerate(columns[: MOST_KEYS + 1]):
        if not wanted.isdisjoint(cells) and len(columns) <= MOST_KEYS + 2:
            for value in (name for name in table.header if name != column):
                yield LabelledRecords(tuple(name for name in table.header if name not in (column, value)), column, "")
        keys = tuple(table.header[:place])
        for separator in separators(cells, "".join(cells)):
            pairs = [cell.partition(separator) for cell in cells if separator in cell]
            labels = Counter(label for label, _, value in pairs if value in goal.cells)
            enough = len(wanted.intersection(labels)) >= min(len(wanted), FEWEST_LABELS[len(table.header) > 1])
            if enough or (not goal.numbering and len(labels) > 1 and min(labels.values()) > 1):
                yield LabelledRecords(keys, "", separator)
