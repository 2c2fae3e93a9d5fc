"""Spreading: the values of one column, or of two together, become names of columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.text import BITS_PER_CHARACTER, folded_name
from agents.induction.code import Code, literal, set_column
from agents.induction.model import Table, TableStep


def label_order(label: str) -> tuple[bool, float, str]:
    """Return what sorts numbers as numbers, and before texts."""
    plain = label.removeprefix("-").replace(".", "", 1)
    return (False, float(label), label) if plain.isascii() and plain.isdigit() else (True, 0.0, label)


@dataclass(frozen=True)
class Spread(TableStep):
    """Makes one row of the rows with the same keys, with a column for each label and each column of values.

    Where several rows have the same keys and label, the first one counts.
    """

    keys: tuple[str, ...]
    labels: tuple[str, ...]  # the columns whose cells become names, two of them joined
    values: tuple[tuple[str, str, str], ...]  # columns, and what stands before and behind the label in their names
    separator: str = "_"  # between the cells of two label columns
    order: str = "sorted"  # of the new columns: "sorted", or as they appear, by "labels" or by "values" first
    missing: str = ""  # where there is no row for a label
    op: ClassVar[str] = "spread"
    action: ClassVar[str] = "pivot_rows"
    reshapes: ClassVar[bool] = True
    names_from_cells: ClassVar[bool] = True

    def sources(self) -> tuple[str, ...]:
        """Return all columns that it reads."""
        return (*self.keys, *self.labels, *(column for column, _, _ in self.values))

    def run(self, table: Table) -> Table:
        """Collect the first cells of each key and label."""
        keys = list(zip(*(table.columns[name] for name in self.keys), strict=True))
        labels = self.labels_of(table)
        first: dict[tuple[tuple[str, ...], str], int] = {}
        for row, place in enumerate(zip(keys, labels, strict=True)):
            first.setdefault(place, row)
        shown = dict.fromkeys(keys)
        columns = {name: [key[place] for key in shown] for place, name in enumerate(self.keys)}
        for column, label, name in self.named(list(dict.fromkeys(labels))):
            cells = table.columns[column]
            columns[name] = [cells[first[key, label]] if (key, label) in first else self.missing for key in shown]
        return Table(columns)

    def labels_of(self, table: Table) -> list[str]:
        """Return the label of each row."""
        cells = zip(*(table.columns[name] for name in self.labels), strict=True)
        return [self.separator.join(row) for row in cells]

    def named(self, labels: Sequence[str]) -> list[tuple[str, str, str]]:
        """Return column of values, label and name of each new column, in their order."""
        made = [(column, label, before + label + behind) for column, before, behind in self.values for label in labels]
        if self.order == "sorted":
            return sorted(made, key=lambda one: label_order(one[2]))
        return made if self.order == "values" else sorted(made, key=lambda one: labels.index(one[1]))

    def render(self, code: Code) -> list[str]:
        """Pivot each column of values, and put the keys back in the order in which they appear."""
        keys = f"[{', '.join(map(literal, self.keys))}]"
        label = literal(self.labels[0])
        statements = []
        if len(self.labels) > 1:
            joined = f" + {literal(self.separator)} + ".join(code.column(name) for name in self.labels)
            statements += set_column(self.labels[0], joined)
        pivots = [
            f"    df.pivot(index={keys}, columns={label}, values={literal(column)})"
            f"{f'.add_prefix({literal(before)})' * bool(before)}{f'.add_suffix({literal(behind)})' * bool(behind)}"
            for column, before, behind in self.values
        ]
        return [
            *statements,
            f"rows = df[{keys}].drop_duplicates()",
            *([] if self.order == "sorted" else [f"labels = df[{label}].unique()"]),
            f"df = df.drop_duplicates([*{keys}, {label}])",
            f"wide = pd.concat(\n    [\n    {(',' + chr(10) + '    ').join(pivots)},\n    ],\n    axis=1,\n)",
            f"wide = wide[{self.render_names(code)}].fillna({literal(self.missing)})",
            f"df = rows.merge(wide, left_on={keys}, right_index=True).reset_index(drop=True).astype(object)",
        ]

    def render_names(self, code: Code) -> str:
        """Return the expression for the names of the new columns in their order."""
        if self.order == "sorted":
            return f"sorted(wide.columns, key={code.function(label_order)})"
        affixes = [f"({literal(before)}, {literal(behind)})" for _, before, behind in self.values]
        pairs = f"[{', '.join(affixes)}]"
        loops = f"for before, behind in {pairs}", "for label in labels"
        first, second = loops if self.order == "values" else loops[::-1]
        return f"[before + label + behind {first} {second}]"

    def explain(self) -> str:
        """Say what becomes names and what becomes cells."""
        cells = " and ".join(column for column, _, _ in self.values)
        names = f" joined by {self.separator!r}" if len(self.labels) > 1 else ""
        return (
            f"Make one row for each {' and '.join(self.keys)}, and a column for each {' and '.join(self.labels)}"
            f"{names} with the cells of {cells}"
        )

    def cost(self) -> float:
        """Count the columns; what stands around a label is free where it is the name of the column of values."""
        constants = [
            "" if folded_name(before + behind) == folded_name(column) else before + behind
            for column, before, behind in self.values
        ]
        said = BITS_PER_CHARACTER * sum(map(len, constants))
        columns = len(self.keys) + 2 * (len(self.labels) - 1) + len(self.values)
        return 4.0 + columns + said + 2.0 * bool(self.missing) + (self.order != "sorted")
