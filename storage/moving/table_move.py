"""One table on its way from one database to another."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Literal, Self

from sqlalchemy import Table

from storage.moving import rows
from storage.moving.progress import MoveRefused, Progress, Result, Tell
from storage.moving.tables import MovedTable, Row, values
from storage.sql.database import Database


class TableMove:
    """Checks, copies and compares page by page. Rows that are there stay as they are, whoever brought them."""

    def __init__(self, source: Database, target: Database, moved: MovedTable, total: int, tell: Tell) -> None:
        self._source = source
        self._target = target
        self._moved = moved
        self._total = total
        self._tell = tell
        self.result = Result(moved.name)

    @classmethod
    async def begin(cls, source: Database, target: Database, table: Table, tell: Tell) -> Self:
        """Look what there is here and there."""
        unmoved = MovedTable(table)
        first = await source.read(partial(rows.first, moved=unmoved))
        shift = await target.read(partial(rows.shift, table=unmoved, first_row=first))
        total = await source.read(partial(rows.count, table=table))
        return cls(source, target, MovedTable(table, shift), total, tell)

    async def check(self) -> None:
        """Make sure that every row can arrive.

        Raises:
            MoveRefused: naming the first that cannot.
        """
        if not await self._target.read(partial(rows.count, table=self._moved.table)):
            return
        async for page in self._pages("check"):
            if in_the_way := await self._target.read(partial(rows.objection, moved=self._moved, rows=page)):
                hint = "begin with an empty database, or delete it there; nothing was copied"
                raise MoveRefused(f"{in_the_way}: {hint}")

    async def copy(self) -> None:
        """Add all rows that are not there."""
        async for page in self._pages("copy"):
            self.result.copied += await self._target.write(partial(rows.add, moved=self._moved, rows=page))

    async def compare(self) -> None:
        """Read every row again, here and there."""
        async for page in self._pages("compare"):
            differing = await self._target.read(partial(rows.differing, moved=self._moved, rows=page))
            self.result.compared += len(page) - len(differing)
            self.result.differing += differing

    async def _pages(self, doing: Literal["check", "copy", "compare"]) -> AsyncIterator[Sequence[Row]]:
        after, done = None, 0
        while page := await self._source.read(partial(rows.page, moved=self._moved, after=after)):
            yield [self._moved.arriving(row) for row in page]
            after = values(page[-1], self._moved.order)
            done += len(page)
            self._tell(Progress(doing, self._moved.name, done, self._total))
