"""What the model is told of the two tables: how they are written, and of each column its kinds, forms and oddities.

All of it is counted on rows that are shown, and a reader of the profile sees the same of equal files.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from agents.comparison import SHAPE
from agents.crew.brief import Brief
from agents.crew.material.blocks import fitting, in_lines, json_line
from agents.crew.material.relations import Likes, resemblances
from agents.csv_file import CsvFile
from agents.induction.dates.layouts import describe, read_date
from agents.induction.dates.shapes import input_layouts
from agents.induction.numbers.shapes import DIGITS_TO_ZERO, find_number_readings
from agents.reading.cells import MISSING, kind_of
from csvconverter.v1.jobs_pb2 import CsvQuoting

PROFILE_CHARACTERS = 5_000  # of one table
CELLS_LOOKED_AT = 60_000  # of a table; of longer ones every second row, every third and so on
ROWS_COUNTED = 100_000  # to find repeated ones
MOST_FORMS = 6
MOST_SAMPLES = 4
MOST_DATES = 200  # of one form
MOST_NUMBERS = 200
SAMPLE_CHARACTERS = 60
SHORT = {"column", "kind", "forms", "mixed", "layouts", "number_style", "like"}
OFFSET = re.compile(r"(Z|[+-]\d\d(?::?\d\d)?)$")

Facts = dict[str, Any]


def profile_lines(brief: Brief, wanted: Sequence[str]) -> tuple[list[Facts], list[Facts]]:
    """Return a line about each table and its columns; `wanted` are the expected columns that matter most."""
    likes = resemblances(brief)
    sources = {source for name in wanted for source in likes.get(name, ())}
    (given, of_given), (expected, of_expected) = all_facts(brief)
    return [given, *fitted(of_given, sources)], [expected, *fitted(of_expected, set(wanted))]


@lru_cache(maxsize=1)  # each question of a job asks for the same
def all_facts(brief: Brief) -> tuple[tuple[Facts, list[Facts]], tuple[Facts, list[Facts]]]:
    """Return the facts about each table, and those about each of its columns."""
    given = table_facts(brief.shown_input, brief.task.input)
    expected = table_facts(brief.shown_expected, brief.task.expected) | {"rows_against_input": order_of_rows(brief)}
    return (given, columns(brief.shown_input, {})), (expected, columns(brief.shown_expected, resemblances(brief)))


def table_facts(shown: CsvFile, whole: CsvFile) -> Facts:
    """Say how a table is written, and how large it is."""
    dialect = shown.dialect
    some = shown.rows[:ROWS_COUNTED]
    facts = {
        "rows": len(whole.rows),
        "rows_looked_at": len(shown.rows),
        "columns": len(shown.header),
        "delimiter": dialect.delimiter,
        "encoding": dialect.encoding,
        "newline": dialect.newline,
        "quoting": CsvQuoting.Name(dialect.quoting).removeprefix("CSV_QUOTING_").lower(),
        "header": dialect.has_header,
        "lines_above": len(dialect.preamble),
        "lines_below": dialect.footer_lines,
        "repeated_rows": len(some) - len(set(some)),
    }
    return {name: fact for name, fact in facts.items() if fact or name in ("header", "rows")}


def order_of_rows(brief: Brief) -> str:
    """Say how the rows of the two tables belong together."""
    before, after = len(brief.task.input.rows), len(brief.task.expected.rows)
    counts = f"{before} rows became {after}"
    hidden = before > len(brief.shown_input.rows)
    if not brief.pairs:
        unknown = f"{counts}; it is not known which became which: rows may be grouped, split or merged"
        return f"{unknown}, and sums and counts of the rows that are shown may be too small" if hidden else unknown
    in_order = [one for one, _ in sorted(brief.pairs, key=lambda pair: pair[1])]
    order = "in the same order" if in_order == sorted(in_order) else "in another order"
    return f"{counts}, {order}, as far as they can be told apart"


def columns(file: CsvFile, likes: dict[str, Likes]) -> list[Facts]:
    """Return facts about each column."""
    rows = file.rows[:: 1 + len(file.rows) * len(file.header) // CELLS_LOOKED_AT]
    cells = zip(*rows, strict=True) if rows else ([] for _ in file.header)
    return [column_facts(name, own, likes.get(name, {})) for name, own in zip(file.header, cells, strict=True)]


def fitted(full: list[Facts], important: set[str]) -> list[Facts]:
    """Return facts about each column, as many as fit for all; of important columns more than of others."""
    first = [facts for facts in full if facts["column"] in important]
    others = [facts for facts in full if facts["column"] not in important]
    for lines in (
        full,
        [facts if facts in first else shortened(facts) for facts in full],
        [*first, *by_kind(others)],
        [*map(shortened, first), *by_kind(others)],
    ):
        if fitting(map(json_line, lines), PROFILE_CHARACTERS) == len(lines):
            return lines
    return by_kind(full)


def shortened(facts: Facts) -> Facts:
    """Return what matters most of a column's facts."""
    return {name: fact for name, fact in facts.items() if name in SHORT}


def by_kind(columns: Sequence[Facts]) -> list[Facts]:
    """Return only the names of columns, by what they hold and how each resembles one of the input, which is named."""
    names: dict[tuple[str, str], dict[str, str]] = {}
    for facts in columns:
        source, likeness = next(iter(facts.get("like", {}).items()), ("", ""))
        names.setdefault((facts["kind"], likeness), {})[facts["column"]] = source
    return [
        {"kind": kind, **({"like": likeness} if likeness else {}), "columns": names_or_sources(some)}
        for (kind, likeness), alike in names.items()
        for some in in_lines(alike.items())
    ]


def names_or_sources(columns: Sequence[tuple[str, str]]) -> list[str] | dict[str, str]:
    """Return columns, with the column of the input beside each unless it has the same name or there is none."""
    if all(source in ("", name) for name, source in columns):
        return [name for name, _ in columns]
    return dict(columns)


def column_facts(name: str, cells: Sequence[str], likes: Likes) -> Facts:
    """Return what can be said of a column, leaving out what goes without saying."""
    filled = [cell for cell in cells if kind_of(cell)]
    kinds = Counter(map(kind_of, filled)).most_common()
    kind = kinds[0][0] if kinds else "blank"
    facts = {
        "column": name,
        "kind": kind,
        "mixed": dict(kinds) if len(kinds) > 1 else {},
        "blank": sum(not cell.strip() for cell in cells),
        "missing_words": dict(Counter(cell for cell in cells if cell.strip() and cell.strip().lower() in MISSING)),
        "distinct": len(set(cells)),
        "forms": forms(filled, kind),
        **(date_facts(filled) if kind in ("date", "time") else number_facts(filled) if kind == "number" else {}),
        **oddities(cells),
        "like": dict(likes),
        "samples": samples(cells),
    }
    return {key: fact for key, fact in facts.items() if fact not in (0, {}, [], "")}


def forms(cells: Iterable[str], kind: str) -> dict[str, int]:
    """Return the commonest forms: 9 for a digit, A and a for letters; those of numbers show no length."""
    shapes: Counter[str] = Counter()
    for cell in cells:
        text = re.sub("a+", "a", re.sub("A+", "A", cell[:SAMPLE_CHARACTERS].translate(SHAPE)))
        shapes[re.sub("9+", "9", text) if kind == "number" else text] += 1
    return dict(shapes.most_common(MOST_FORMS))


def date_facts(cells: Sequence[str]) -> Facts:
    """Name the layouts that dates may have; where several fit one form the order of day and month is in doubt."""
    by_shape: dict[str, list[str]] = {}
    for cell in cells:
        by_shape.setdefault(cell.strip().translate(DIGITS_TO_ZERO), []).append(cell.strip())
    layouts: Counter[str] = Counter()
    offsets: Counter[str] = Counter()
    for shape, texts in by_shape.items():
        fitting_layouts = [
            one for one in input_layouts(shape) if all(read_date(text, one) for text in texts[:MOST_DATES])
        ]
        layouts[" or ".join(dict.fromkeys(map(describe, fitting_layouts))) or "none that is known"] += len(texts)
        if any("%z" in layout for layout in fitting_layouts):
            offsets.update(found[1] for text in texts if (found := OFFSET.search(text)))
    return {"layouts": dict(layouts.most_common(MOST_FORMS)), "offsets": dict(offsets.most_common(MOST_FORMS))}


def number_facts(cells: Sequence[str]) -> Facts:
    """Say how numbers are written, and their range."""
    texts = tuple(dict.fromkeys(cell.strip() for cell in cells))[:MOST_NUMBERS]
    readings = find_number_readings(texts)
    if not readings:
        return {}
    reading = readings[0]
    numbers = [reading.read(text) for text in texts]
    marks = {"decimal_mark": reading.mark, "thousands": reading.groups}
    style: Facts = {name: mark for name, mark in marks.items() if any(mark and mark in text for text in texts)}
    style |= {"beside": list(reading.affixes)} if reading.affixes else {}
    return {"number_style": style, "range": [f"{min(numbers):f}", f"{max(numbers):f}"]}


def oddities(cells: Sequence[str]) -> Facts:
    """Count what is easily lost or overlooked."""
    return {
        "leading_zeros": sum(re.match(r"0\d", cell) is not None for cell in cells),
        "blanks_around": sum(cell != cell.strip() for cell in cells),
        "several_blanks": sum("  " in cell.strip() for cell in cells),
        "line_breaks": sum("\n" in cell or "\r" in cell for cell in cells),
        "beyond_ascii": sum(not cell.isascii() for cell in cells),
        "longest": max(map(len, cells), default=0),
    }


def samples(cells: Sequence[str]) -> list[str]:
    """Return the commonest cells where they recur, else the first that differ."""
    commonest = Counter(cell for cell in cells if cell.strip()).most_common(MOST_SAMPLES)
    return [cell if len(cell) <= SAMPLE_CHARACTERS else f"{cell[:SAMPLE_CHARACTERS]}…" for cell, _ in commonest]
