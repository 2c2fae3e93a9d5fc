"""Which tables are moved, and how their rows look where they arrive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, UniqueConstraint

from storage.sql.models import Base

Row = dict[str, Any]
Key = tuple[Any, ...]

LEFT_OUT = {
    "chores": "other servers begin their own rounds; only since when a database is kept is carried over",
    "reservations": "they end with the call that made them",
}

NUMBERS = {"audit": "number", "keys": "revision"}
"""Columns that do nothing but put rows in order: beside rows that are there already they are counted on."""

LEASE_OVER = 0.0  # so that the first server that sees a running job takes it up at once


@dataclass(frozen=True)
class MovedTable:
    """A table, and by how much its rows are counted on where they arrive."""

    table: Table
    shift: int = 0

    @property
    def name(self) -> str:
        """What the table is called."""
        return self.table.name

    @property
    def number(self) -> str | None:
        """The column that does nothing but put rows in order."""
        return NUMBERS.get(self.name)

    @property
    def order(self) -> list[Column[Any]]:
        """The columns by which rows are read; all of them together are unique and have an index."""
        return [self.table.c[self.number]] if self.number else self.key

    @property
    def key(self) -> list[Column[Any]]:
        """The columns that name a row, here and there."""
        return list(self.table.primary_key)

    @property
    def unique(self) -> list[list[Column[Any]]]:
        """Other columns in which no two rows agree."""
        constraints = [list(one.columns) for one in self.table.constraints if isinstance(one, UniqueConstraint)]
        return constraints + [list(index.columns) for index in self.table.indexes if index.unique]

    @property
    def large(self) -> list[Column[Any]]:
        """The columns whose values may be large."""
        return [column for column in self.table.c if isinstance(column.type, LargeBinary)]

    def arriving(self, row: Mapping[str, Any]) -> Row:
        """Return a row as it is to be where it arrives."""
        arrived = dict(row)
        if self.number:
            arrived[self.number] += self.shift
        if arrived.get("lease_expires_at") is not None:
            arrived["lease_expires_at"] = LEASE_OVER
        return arrived


def moved_tables() -> list[Table]:
    """Return the tables in an order in which each row finds those that it refers to."""
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


def values(row: Mapping[str, Any], columns: Sequence[Column[Any]]) -> Key:
    """Return what a row has in some columns."""
    return tuple(row[column.name] for column in columns)


def called(table: Table, row: Mapping[str, Any]) -> str:
    """Name a row for people."""
    if table.name == "jobs":
        return f"job {row['job_id']} of {row['user_id']}"
    return f"{table.name}: " + ", ".join(f"{column.name} {row[column.name]}" for column in table.primary_key)
