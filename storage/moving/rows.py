"""The transactions by which rows are read in the one database, and looked for and added in the other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import add as plus
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, func, insert, literal, select, tuple_
from sqlalchemy.orm import Session

from storage.moving.tables import Key, MovedTable, Row, called, values
from storage.sql.dialect import is_postgresql

PAGE_ROWS = 500  # every key of a page fits into one statement of either database
PAGE_BYTES = 8 * 1024 * 1024  # of a page, unless its first row alone is larger


def count(session: Session, table: Table) -> int:
    """Count the rows of a table."""
    return session.scalar(select(func.count()).select_from(table)) or 0


def first(session: Session, moved: MovedTable) -> Row | None:
    """Return the first row in order."""
    return next(iter(read(session, select(moved.table).order_by(*moved.order).limit(1))), None)


def page(session: Session, moved: MovedTable, after: Key | None) -> list[Row]:
    """Return the rows behind a place in the order; as many as memory can well hold, and none at the end."""
    place = tuple_(*moved.order)
    behind = [place > tuple_(*map(literal, after))] if after else []
    length = reduce(plus, (func.coalesce(func.length(column), 0) for column in moved.large), literal(0))
    ahead = select(*moved.order, length).where(*behind).order_by(*moved.order).limit(PAGE_ROWS)
    last = end_of_page(session.execute(ahead).all())
    if last is None:
        return []
    until = place <= tuple_(*map(literal, last))
    return read(session, select(moved.table).where(*behind, until).order_by(*moved.order))


def end_of_page(ahead: Sequence[Sequence[Any]]) -> Key | None:
    """Return the place of the last row that belongs to the page, given the places ahead with their sizes."""
    last, size = None, 0
    for *place, length in ahead:
        size += length
        if last and size > PAGE_BYTES:
            break
        last = tuple(place)
    return last


def shift(session: Session, table: MovedTable, first_row: Row | None) -> int:
    """Return by how much rows are counted on: as those that arrived before, or else behind all that are there."""
    if not table.number or not first_row:
        return 0
    number = table.table.c[table.number]
    same = [column == first_row[column.name] for column in table.table.c if column is not number]
    arrived = session.scalar(select(number).where(*same).order_by(number).limit(1))
    highest = session.scalar(select(func.max(number))) or 0
    own = int(first_row[table.number])
    return int(arrived) - own if arrived is not None else max(0, highest + 1 - own)


def differing(session: Session, moved: MovedTable, rows: Sequence[Row]) -> list[str]:
    """Name those rows that are not there, or not the same."""
    there = counterparts(session, moved, rows)
    return [called(moved.table, row) for row in rows if there.get(values(row, moved.key)) != row]


def objection(session: Session, moved: MovedTable, rows: Sequence[Row]) -> str | None:
    """Say of the first row that cannot arrive what is in its way."""
    return next(objections(session, moved, rows), None)


def objections(session: Session, moved: MovedTable, rows: Sequence[Row]) -> Iterator[str]:
    """Say so of each row."""
    there = counterparts(session, moved, rows)
    for row in rows:
        if there.get(values(row, moved.key), row) != row:
            yield f"{called(moved.table, row)} is there already, and differs"
    for columns in moved.unique:
        arriving = {values(row, columns): row for row in rows if None not in values(row, columns)}
        for taken in read(session, select(*moved.key, *columns).where(among(columns, arriving))):
            row = arriving[values(taken, columns)]
            if values(taken, moved.key) != values(row, moved.key):
                same = " and ".join(column.name for column in columns)
                yield f"{called(moved.table, row)}: another one there has the same {same}"


def add(session: Session, moved: MovedTable, rows: Sequence[Row]) -> int:
    """Add those rows that are not there, and return how many these were."""
    keys = {values(row, moved.key): row for row in rows}
    there = {values(key, moved.key) for key in read(session, select(*moved.key).where(among(moved.key, keys)))}
    missing = [row for key, row in keys.items() if key not in there]
    if missing:
        session.execute(insert(moved.table), missing)
        number_on(session, moved.table)
    return len(missing)


def number_on(session: Session, table: Table) -> None:
    """Let PostgreSQL give numbers behind those that arrived; SQLite does so of itself."""
    column = table.autoincrement_column
    if column is not None and is_postgresql(session):
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        session.execute(select(func.setval(sequence, select(func.max(column)).scalar_subquery())))


def counterparts(session: Session, moved: MovedTable, rows: Sequence[Row]) -> Mapping[Key, Row]:
    """Return the rows of this database that are called like these, by what names them."""
    keys = [values(row, moved.key) for row in rows]
    return {values(row, moved.key): row for row in read(session, select(moved.table).where(among(moved.key, keys)))}


def among(columns: Sequence[Column[Any]], keys: Iterable[Key]) -> ColumnElement[bool]:
    """Select the rows that have one of these keys in these columns."""
    return tuple_(*columns).in_(list(keys))


def read(session: Session, query: Select[Any]) -> list[Row]:
    """Return what a query finds."""
    return [dict(row) for row in session.execute(query).mappings()]
