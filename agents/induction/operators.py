"""All operators of the language, and how a stored program is read back with them."""

import json
import typing
from dataclasses import fields
from typing import Any

from agents.induction.cells.affixes import Ensure, LeaveOut
from agents.induction.cells.booleans import YesNo
from agents.induction.cells.digit_pattern import DigitPattern
from agents.induction.cells.places import Between
from agents.induction.cells.strings import Concatenate, JoinFilled, Part, Piece, Rest, Slice
from agents.induction.cells.text import Case, Column, Constant, Keep, Replace, Trim
from agents.induction.cells.value_map import ValueMap
from agents.induction.choices.cases import Cases
from agents.induction.choices.conditions import Choose
from agents.induction.choices.defaults import WhenBlank
from agents.induction.choices.levels import Levels
from agents.induction.dates.arithmetic import LaterDate, TimeBetween
from agents.induction.dates.embedded import DateIn
from agents.induction.dates.formats import DateFormat
from agents.induction.dates.periods import PeriodLabel
from agents.induction.documents.field import Field
from agents.induction.documents.find import FindInCells, FindInLines
from agents.induction.documents.split import SplitColumn
from agents.induction.groups.across import Across
from agents.induction.groups.steps import GroupRows
from agents.induction.layout.demotion import DemoteHeader
from agents.induction.layout.dividing import DivideColumn
from agents.induction.layout.explode import Explode
from agents.induction.layout.fill import Fill
from agents.induction.layout.fill_within import FillWithin
from agents.induction.layout.flip import Flip
from agents.induction.layout.fold import Fold
from agents.induction.layout.gathering import GatherRecords
from agents.induction.layout.headings import MoveHeadings
from agents.induction.layout.labelled import LabelledRecords
from agents.induction.layout.melt import Melt
from agents.induction.layout.numbering import NumberColumns
from agents.induction.layout.promotion import PromoteHeader, SkipRows
from agents.induction.layout.selection import DropBlankColumns, KeepColumns
from agents.induction.layout.splitting import SplitAtSeparator
from agents.induction.layout.spread import Spread
from agents.induction.layout.subtitles import MoveSubtitles
from agents.induction.layout.tidying import TidyCells
from agents.induction.layout.transpose import Transpose
from agents.induction.layout.wide_to_long import WideToLong
from agents.induction.layout.wrap import WrapAll, WrapBlocks, WrapByKey, WrapEvery, WrapFrom
from agents.induction.model import Operator, Program
from agents.induction.numbers.embedded import OnlyNumber
from agents.induction.numbers.formats import NumberFormat
from agents.induction.numbers.formulas import Formula
from agents.induction.numbers.ranges import NumberRange
from agents.induction.numbers.unreadable import Otherwise
from agents.induction.quantities.checks import WhenValid
from agents.induction.quantities.conversion import ConvertUnit
from agents.induction.quantities.known import Apply
from agents.induction.quantities.measures import ConvertMeasure
from agents.induction.quantities.public_search import LookUpPublic
from agents.induction.rows.steps import Deduplicate, KeepFirst, KeepRows, Sort
from agents.induction.windows.added import AddColumn
from agents.induction.windows.best_column import BestColumn
from agents.induction.windows.count_where import CountWhere
from agents.induction.windows.date_grid import CompleteDates
from agents.induction.windows.duplicates import KeepRepeated
from agents.induction.windows.empty_rows import DropEmptyRows
from agents.induction.windows.places import Count, Member, Neighbour
from agents.induction.windows.rare import ReplaceRare
from agents.induction.windows.window import Window

KNOWN: tuple[type[Operator], ...] = (
    Ensure,
    LeaveOut,
    YesNo,
    Cases,
    Choose,
    WhenBlank,
    DigitPattern,
    Levels,
    Between,
    Concatenate,
    JoinFilled,
    Part,
    Piece,
    Rest,
    Slice,
    Case,
    Column,
    Constant,
    Keep,
    Replace,
    Trim,
    ValueMap,
    LaterDate,
    TimeBetween,
    DateIn,
    DateFormat,
    PeriodLabel,
    Field,
    FindInCells,
    FindInLines,
    SplitColumn,
    Across,
    GroupRows,
    DemoteHeader,
    DivideColumn,
    Explode,
    Fill,
    FillWithin,
    Flip,
    Fold,
    GatherRecords,
    MoveHeadings,
    LabelledRecords,
    Melt,
    NumberColumns,
    PromoteHeader,
    SkipRows,
    DropBlankColumns,
    KeepColumns,
    SplitAtSeparator,
    Spread,
    MoveSubtitles,
    TidyCells,
    Transpose,
    WideToLong,
    WrapAll,
    WrapBlocks,
    WrapByKey,
    WrapEvery,
    WrapFrom,
    OnlyNumber,
    NumberFormat,
    NumberRange,
    Formula,
    Otherwise,
    WhenValid,
    ConvertUnit,
    Apply,
    ConvertMeasure,
    LookUpPublic,
    Deduplicate,
    KeepFirst,
    KeepRows,
    Sort,
    AddColumn,
    BestColumn,
    CountWhere,
    CompleteDates,
    KeepRepeated,
    DropEmptyRows,
    Count,
    Member,
    Neighbour,
    ReplaceRare,
    Window,
)
OPERATORS = {operator.op: operator for operator in KNOWN}


def read_program(text: str) -> Program:
    """Return the program that `Program.dumps` wrote."""
    program = from_data(Program, json.loads(text))
    assert isinstance(program, Program)
    return program


def from_data(kind: Any, data: Any) -> Any:
    """Turn JSON data back into a value of the annotated kind: operators, dataclasses, tuples and plain values."""
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) is tuple:
        kinds = [arguments[0]] * len(data) if arguments[-1] is ... else arguments
        return tuple(from_data(item_kind, item) for item_kind, item in zip(kinds, data, strict=True))
    if not isinstance(data, dict):
        return data
    if "op" in data:
        kind = OPERATORS[data["op"]]
    elif arguments:
        kind = next(argument for argument in arguments if argument is not type(None))
    hints = typing.get_type_hints(kind)
    return kind(**{field.name: from_data(hints[field.name], data[field.name]) for field in fields(kind)})
