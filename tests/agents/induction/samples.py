"""Programs taken from the language by chance, each with the kind of table that it is for."""

from collections.abc import Callable
from random import Random

import everyday

from agents.induction.cells.strings import Concatenate, Part, Piece, Slice
from agents.induction.cells.text import Case, Column, Constant, Replace, Trim
from agents.induction.cells.value_map import ValueMap
from agents.induction.choices.conditions import Choose
from agents.induction.choices.defaults import WhenBlank
from agents.induction.dates.arithmetic import LaterDate, TimeBetween
from agents.induction.dates.formats import DateFormat
from agents.induction.dates.periods import Edge, Period, PeriodLabel
from agents.induction.dates.source import DateSource
from agents.induction.groups.across import Across
from agents.induction.groups.aggregates import Aggregate
from agents.induction.groups.steps import GroupRows
from agents.induction.layout.explode import Explode
from agents.induction.layout.fill import Fill
from agents.induction.layout.gathering import GatherRecords
from agents.induction.layout.melt import Melt
from agents.induction.layout.promotion import PromoteHeader
from agents.induction.layout.spread import Spread
from agents.induction.layout.subtitles import MoveSubtitles
from agents.induction.layout.transpose import Transpose
from agents.induction.layout.wide_to_long import WideToLong
from agents.induction.model import Chain, Expression, OutputColumn, Program, Table, TableStep
from agents.induction.numbers.formats import NumberFormat, Operand
from agents.induction.numbers.ranges import NumberRange
from agents.induction.numbers.relations import Line
from agents.induction.numbers.styles import NumberLayout, NumberReading
from agents.induction.quantities.amounts import Writing
from agents.induction.quantities.conversion import ConvertUnit, Ratio
from agents.induction.rows.steps import Deduplicate, KeepRows, Sort, SortKey
from agents.induction.windows.added import AddColumn
from agents.induction.windows.best_column import BestColumn
from agents.induction.windows.places import Count, Member, Neighbour
from agents.induction.windows.window import Window

MakesTable = Callable[[Random, int], Table]
Made = tuple[Program, MakesTable]
"""A program, and what makes tables for it."""

PLAIN = NumberReading()
PRICE, PIECES = Operand(Column("price"), PLAIN), Operand(Column("pieces"), PLAIN)
DAY, DUE = DateSource(Column("day"), ("%Y-%m-%d",)), DateSource(Column("due"), ("%Y-%m-%d",))
MONTH = DateFormat(Column("day"), ("%Y-%m-%d",), "%Y-%m")
SHOP = Column("shop")
SUBJECTS = ("art", "math", "sport")


def columns(*expressions: Expression) -> tuple[OutputColumn, ...]:
    """Return columns of the output that are only numbered."""
    return tuple(OutputColumn(f"out {place}", expression) for place, expression in enumerate(expressions))


def copies(*names: str) -> tuple[OutputColumn, ...]:
    """Return columns that are kept as they are."""
    return tuple(OutputColumn(name, Column(name)) for name in names)


def whole(*steps: TableStep, of: MakesTable) -> Made:
    """Return a program of steps alone."""
    return Program(steps, (), whole=True), of


def texts(chance: Random) -> Made:
    """Make columns of texts, behind steps on rows as often as without."""
    name, mail, number, city = Column("name"), Column("mail"), Column("number"), Column("city")
    made = [
        Column(chance.choice(["number", "name", "city", "state", "day", "amount", "mail"])),
        Case(Column(chance.choice(["name", "city", "mail"])), chance.choice(["upper", "lower"])),
        Piece(name, " ", chance.choice([0, 1])),
        Piece(mail, "@", chance.choice([0, 1])),
        Part(number, "digits", 0),
        Slice(number, 0, 1),
        Replace(number, "-", chance.choice(["", "/", "."])),
        Concatenate((Piece(name, " ", 1), Constant(", "), Piece(name, " ", 0))),
        Concatenate((city, Constant(chance.choice([" (", " - "])), number)),
        Concatenate((Slice(name, 0, 1), Constant(". "), Piece(name, " ", 1))),
        Case(Concatenate((Piece(name, " ", 0), Constant("."), Piece(name, " ", 1))), "lower"),
        DateFormat(Column("day"), ("%Y-%m-%d",), chance.choice(["%d.%m.%Y", "%m/%d/%Y", "%d %b %Y", "%Y"])),
        ValueMap(Column("state"), (("open", "O"), ("paid", "P"), ("late", "L"))),
        Trim(city, inner=False),
    ]
    return Program(rows(chance), columns(number, *chance.sample(made, 3))), everyday.ledger


def rows(chance: Random) -> Chain:
    """Return steps on rows, none as often as each kind."""
    return chance.choice(
        [
            (),
            (KeepRows("state", "equals", (chance.choice(everyday.STATES),)),),
            (Sort((SortKey("day"),)),),
            (Sort((SortKey("number", descending=True),)),),
            (Deduplicate(("city",)),),
        ]
    )


def numbers_and_dates(chance: Random) -> Made:
    """Compute columns from numbers, dates and their like."""
    limit, width = str(chance.choice([10, 20, 25])), chance.choice([5, 10, 20])
    made = [
        NumberFormat((PRICE, PIECES), "*", layout=NumberLayout(places=2)),
        NumberFormat((PRICE,), layout=NumberLayout(places=chance.choice([0, 1]))),
        NumberFormat((PRICE,), layout=NumberLayout(places=2, mark=",", positive="{} €")),
        NumberFormat((PRICE,), line=Line(factor="1.2"), layout=NumberLayout(places=2)),
        NumberRange(PIECES, f"{width}", "0", f"{width}", NumberLayout(), NumberLayout(positive="-{}")),
        ConvertUnit(Column("pieces"), PLAIN, Ratio(factor="1.609344", known=True), Writing(places=1, after=" km")),
        LaterDate(DAY, "day", chance.choice([7, 14, 30, 90]), "%Y-%m-%d"),
        LaterDate(DAY, "month", chance.choice([1, 3]), "%d.%m.%Y"),
        TimeBetween(DAY, DUE, "day", NumberLayout()),
        PeriodLabel(DAY, Period(months=1), (Edge("%Y-%m-%d"),)),
        DateFormat(Column("day"), ("%Y-%m-%d",), chance.choice(["%Y-Q%q", "%A", "%B %Y", "%m/%d/%y", "%-d %b"])),
        Choose(KeepRows("pieces", "at_least", (limit,)), Constant("many"), Constant("few")),
        Choose(KeepRows("shop", "equals", (chance.choice(everyday.SHOPS),)), Constant("home"), Constant("away")),
        WhenBlank(Column("note"), "note", Constant("none")),
    ]
    return Program((), columns(Column("id"), *chance.sample(made, 3))), everyday.bookings


def windows(chance: Random) -> Made:
    """Compute columns from the rows around."""
    keys = chance.choice([(), (SHOP,)])
    made: list[Expression] = [
        Window("running_total", PIECES, keys, layout=NumberLayout()),
        Window("share_of_total", PIECES, keys, places=4),
        Window("rank_from_highest", PRICE, keys, layout=NumberLayout()),
        Window(chance.choice(["total", "highest", "lowest"]), PIECES, (SHOP,), layout=NumberLayout()),
        Window("difference", PIECES, keys, layout=NumberLayout()),
        Count("number", keys),
        Count("size", (SHOP,)),
        Neighbour(Column("price"), chance.choice([1, -1]), keys),
        Member(Column("day"), chance.choice(["first", "last"]), (SHOP,)),
    ]
    added = OutputColumn("new", chance.choice(made))
    return Program((), (*copies("id", "day", "shop", "pieces", "price"), added)), everyday.bookings


def across(chance: Random) -> Made:
    """Compute a column across the others of a row."""
    aggregate = Aggregate("", chance.choice(["sum", "largest", "smallest", "mean"]), "", layout=NumberLayout(places=2))
    made: list[Expression] = [Across(SUBJECTS, aggregate), BestColumn(SUBJECTS, chance.choice([True, False]), PLAIN)]
    return Program((), (*copies("student", *SUBJECTS), OutputColumn("new", chance.choice(made)))), everyday.grades


def aggregates(chance: Random) -> tuple[Aggregate, ...]:
    """Return figures of groups."""
    made = [
        Aggregate("total", "sum", "pieces"),
        Aggregate("average", "mean", "price", layout=NumberLayout(places=2)),
        Aggregate("highest", "largest", "price", layout=NumberLayout(places=2)),
        Aggregate("lowest", "smallest", "pieces"),
        Aggregate("count", "rows", "shop"),
        Aggregate("sizes", "distinct", "pieces"),
        Aggregate("first id", "first", "id"),
        Aggregate("ids", "joined", "id", separator="; "),
    ]
    return tuple(chance.sample(made, chance.randrange(1, 3)))


def groups(chance: Random) -> Made:
    """Group the rows, at times some of them only, and sort by the keys."""
    keys = chance.choice([("shop",), ("kind",), ("shop", "kind")])
    kept: Chain = chance.choice([(), (), (KeepRows("kind", "equals", ("food",)),)]) if keys == ("shop",) else ()
    order = Sort(tuple(SortKey(key) for key in keys))
    return whole(*kept, GroupRows(keys, aggregates(chance)), order, of=everyday.bookings)


def groups_of_months(chance: Random) -> Made:
    """Group by what is made of a column."""
    steps = (AddColumn("month", MONTH), GroupRows(("month",), aggregates(chance)), Sort((SortKey("month"),)))
    return whole(*steps, of=everyday.bookings)


def layouts(chance: Random) -> Made:
    """Change the layout, and nothing else."""
    melt = Melt(("shop", "city"), "quarter", "sales", chance.choice([True, False]))
    return chance.choice(
        [
            whole(melt, of=everyday.quarters),
            whole(Transpose(), of=everyday.quarters),
            whole(
                WideToLong(("sales", "costs"), " ", False, True, "year", chance.choice([True, False])),
                of=everyday.years,
            ),
            whole(
                Spread(("station",), ("kind",), (("value", "", ""),), order=chance.choice(["sorted", "labels"])),
                of=everyday.measurements,
            ),
            whole(MoveSubtitles("member", "team"), of=everyday.sections),
            whole(Fill(("region",)), of=everyday.gaps),
            whole(Explode("tags", ", "), of=everyday.lists),
            whole(GatherRecords("field", "content", chance.choice([True, False])), of=everyday.forms),
            whole(PromoteHeader(), of=everyday.reports),
        ]
    )


def chains(chance: Random) -> Made:
    """Change the layout in several steps, at times with rows left out, sorted or grouped behind it."""
    melt = Melt(("shop", "city"), "quarter", "sales", True)
    total = Aggregate("total", "sum", "sales")
    count = Aggregate("count", "rows", "tags")
    return chance.choice(
        [
            whole(melt, GroupRows(("quarter",), (total,)), of=everyday.quarters),
            whole(melt, GroupRows(("city",), (total,)), Sort((SortKey("city"),)), of=everyday.quarters),
            whole(Fill(("region",)), GroupRows(("region",), (total,)), of=everyday.gaps),
            whole(Fill(("region",)), Sort((SortKey("sales", "number", descending=True),)), of=everyday.gaps),
            whole(Fill(("region",)), KeepRows("kind", "equals", ("toys",)), of=everyday.gaps),
            whole(Fill(("region",)), Spread(("region", "shop"), ("kind",), (("sales", "", ""),)), of=everyday.gaps),
            whole(Explode("tags", ", "), GroupRows(("tags",), (count,)), Sort((SortKey("tags"),)), of=everyday.lists),
            whole(Explode("tags", ", "), Sort((SortKey("tags"), SortKey("title"))), of=everyday.lists),
            whole(
                MoveSubtitles("member", "team"),
                GroupRows(("team",), (Aggregate("points", "sum", "points"),)),
                of=everyday.sections,
            ),
            whole(
                KeepRows("kind", "differs", ("sun",)),
                Spread(("station",), ("kind",), (("value", "", ""),)),
                of=everyday.measurements,
            ),
            whole(PromoteHeader(), Sort((SortKey("points", "number"),)), of=everyday.reports),
        ]
    )


def cells_behind_layouts(chance: Random) -> Made:
    """Make columns of what steps leave."""
    team = Piece(Column("team"), " ", chance.choice([0, 1]))
    member = Concatenate((Piece(Column("member"), " ", 1), Constant(", "), Piece(Column("member"), " ", 0)))
    dollars = NumberFormat((Operand(Column("sales"), PLAIN),), layout=NumberLayout(places=2, positive="${}"))
    melt = Melt(("shop", "city"), "quarter", "sales", chance.choice([True, False]))
    code = Concatenate((Column("shop"), Constant("-"), Column("quarter")))
    return chance.choice(
        [
            (Program((MoveSubtitles("member", "team"),), columns(team, member, Column("points"))), everyday.sections),
            (Program((Fill(("region",)),), columns(Case(Column("region"), "upper"), SHOP, dollars)), everyday.gaps),
            (Program((melt,), columns(code, dollars)), everyday.quarters),
            (Program((Explode("tags", ", "),), columns(Column("id"), Case(Column("tags"), "title"))), everyday.lists),
            (
                Program(
                    (Fill(("region",)), KeepRows("kind", "equals", ("food",))), columns(Column("region"), SHOP, dollars)
                ),
                everyday.gaps,
            ),
        ]
    )


SAMPLES = (
    texts,
    numbers_and_dates,
    windows,
    across,
    groups,
    groups_of_months,
    layouts,
    chains,
    cells_behind_layouts,
)
