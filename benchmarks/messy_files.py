"""Makes CSV files as untidy as real ones, and says what is true of each.

How often a fault occurs is taken from counts over 3,712 real files; the files themselves are invented. They cannot show
what nobody thought of, so rates that are measured on them are higher than on real files.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

Row = list[str]

SHARES = {
    "ragged rows": 0.26,
    "no header": 0.13,
    "empty header cells": 0.12,
    "preamble": 0.12,
    "duplicate header cells": 0.08,
    "header of two rows": 0.07,
    "several tables": 0.06,
    "footer": 0.05,
}
DELIMITERS = {",": 0.75, ";": 0.13, "\t": 0.08, "|": 0.04}
ENCODINGS = {"utf-8": 0.7, "utf-8-sig": 0.1, "cp1252": 0.13, "utf-16": 0.05, "utf-16-le": 0.01, "utf-16-be": 0.01}
NEWLINES = {"\n": 0.6, "\r\n": 0.38, "\r": 0.02}
QUOTINGS = {"minimal": 0.8, "all": 0.15, "texts": 0.05}

NAMES = ["Ann Lee", "Bob O'Neil", "Chloé Dubois", "Müller, Jörg", "Zoë Kim", "Ivan Petrov", "Fatima Haddad", "Li Wei"]
CITIES = ["Graz", "Lyon", "São Paulo", "Köln", "Oslo", "New York", "Cork", "Malmö"]
NOTES = ["", "", "late", "paid, twice", 'size 5"', "see file; ask Bob", "first line\nsecond line", "ok", "ask for more"]
TITLES = ["Monthly report", "Sales, all regions", "Kundenliste Größe 2024", "Export of 2024-03-01 12:30"]
PROPERTIES = [("Created", "2024-03-01"), ("By", "ann"), ("Department", "Sales"), ("Currency", "EUR")]


@dataclass(frozen=True)
class MessyFile:
    """A file, and what a reader should find in it."""

    content: bytes
    text: str
    encoding: str
    delimiter: str
    faults: frozenset[str]
    header: Row  # as it stands in the file; empty when there is none
    rows: list[Row]  # of the first table, as long as its header
    preamble_lines: int
    footer_lines: int


def decimal(rng: random.Random, mark: str) -> str:
    """Return an amount such as 12.50, with the mark of the place."""
    return f"{rng.randrange(100_000) / 100:.2f}".replace(".", mark)


COLUMNS: dict[str, Callable[[random.Random, int, str], str]] = {
    "id": lambda rng, number, mark: str(number),
    "customer no": lambda rng, number, mark: f"{number * 7919 % 100_000:05}",
    "name": lambda rng, number, mark: rng.choice(NAMES),
    "city": lambda rng, number, mark: rng.choice(CITIES),
    "amount": lambda rng, number, mark: decimal(rng, mark),
    "price": lambda rng, number, mark: decimal(rng, mark),
    "quantity": lambda rng, number, mark: str(rng.randrange(1, 40)),
    "date": lambda rng, number, mark: (date(2020, 1, 1) + timedelta(rng.randrange(1500))).isoformat(),
    "email": lambda rng, number, mark: f"user{rng.randrange(900)}@example.org",
    "code": lambda rng, number, mark: f"AB-{rng.randrange(1000, 9999)}",
    "status": lambda rng, number, mark: rng.choice(["open", "paid", "void"]),
    "note": lambda rng, number, mark: rng.choice(NOTES),
    "time": lambda rng, number, mark: f"{rng.randrange(24):02}:{rng.randrange(60):02}",
    "2019": lambda rng, number, mark: str(rng.randrange(5000)),
    "2020": lambda rng, number, mark: str(rng.randrange(5000)),
}


def messy_files(count: int, seed: int = 1) -> list[MessyFile]:
    """Return files; the same seed gives the same files."""
    rng = random.Random(seed)
    return [messy_file(rng) for _ in range(count)]


def messy_file(rng: random.Random) -> MessyFile:
    """Make one file."""
    faults = frozenset(fault for fault, share in SHARES.items() if rng.random() < share)
    delimiter, newline, quoting, encoding = (pick(rng, of) for of in (DELIMITERS, NEWLINES, QUOTINGS, ENCODINGS))
    names, rows = make_table(rng, "," if delimiter == ";" else ".")
    header = [] if "no header" in faults else spoilt_header(rng, names, faults)
    if header and "header of two rows" in faults:
        rows.insert(0, [rng.choice(["(kg)", "[EUR]", "unit", "total"]) for _ in names])
    table = [header] * bool(header) + (ragged(rng, rows) if "ragged rows" in faults else rows)
    above = make_preamble(rng, delimiter, len(names)) if "preamble" in faults else []
    below = make_footer(rng, delimiter, len(names), len(rows)) if "footer" in faults else []
    second = ["", *lines_of(make_second_table(rng, len(names)), delimiter, quoting)]
    text = newline.join(
        [*above, *lines_of(table, delimiter, quoting), *(second if "several tables" in faults else []), *below, ""]
    )
    found = "utf-8" if text.isascii() and encoding == "cp1252" else encoding
    width = len(header) or len(names)
    rows = [[*row, *[""] * width][:width] for row in table[bool(header) :]]
    return MessyFile(text.encode(encoding), text, found, delimiter, faults, header, rows, len(above), len(below))


def pick(rng: random.Random, shares: dict[str, float]) -> str:
    """Return one of some values as often as it is said."""
    return rng.choices(list(shares), list(shares.values()))[0]


def make_table(rng: random.Random, mark: str) -> tuple[Row, list[Row]]:
    """Return names and rows."""
    names = rng.sample(list(COLUMNS), rng.randrange(2, 9))
    return names, [[COLUMNS[name](rng, number, mark) for name in names] for number in range(1, rng.randrange(5, 60))]


def spoilt_header(rng: random.Random, names: Row, faults: frozenset[str]) -> Row:
    """Return the header with what is wrong with it; one name at least stays what it is."""
    header = list(names)
    if "duplicate header cells" in faults:
        header[rng.randrange(1, len(header))] = header[0]
    if "empty header cells" in faults:
        header[rng.randrange(1, len(header))] = ""
    return header


def ragged(rng: random.Random, rows: list[Row]) -> list[Row]:
    """Return rows some of which are too short or too long."""
    shorter = rng.random() < 0.6
    return [
        row if rng.random() > 0.15 else row[: max(1, len(row) - rng.randrange(1, 3))] if shorter else [*row, "more"]
        for row in rows
    ]


def make_preamble(rng: random.Random, delimiter: str, width: int) -> list[str]:
    """Return lines that stand above a table."""
    title = rng.choice(TITLES)
    return rng.choice(
        [
            [title],
            [title, ""],
            [title + delimiter * (width - 1), delimiter * (width - 1)],
            [f"# {title}", "# made by hand"],
            [title, *(f"{name}{delimiter}{value}" for name, value in PROPERTIES[: rng.randrange(1, 4)]), ""],
            [f"sep={delimiter}"],
        ]
    )


def make_footer(rng: random.Random, delimiter: str, width: int, rows: int) -> list[str]:
    """Return lines that stand below a table."""
    return rng.choice(
        [
            [f"{rows} rows"],
            ["", "Source: our own counts"],
            ["", "* all amounts are before tax", "* as of yesterday"],
            [delimiter.join(["Total", *[""] * (width - 2), "1234"])],
        ]
    )


def make_second_table(rng: random.Random, width: int) -> list[Row]:
    """Return a table of another width."""
    return [
        [f"key{number}" for number in range(width + 1)],
        *([str(rng.randrange(99))] * (width + 1) for _ in range(5)),
    ]


def lines_of(rows: list[Row], delimiter: str, quoting: str) -> list[str]:
    """Return rows as they are written."""
    return [delimiter.join(cell_as_written(cell, delimiter, quoting) for cell in row) for row in rows]


def cell_as_written(cell: str, delimiter: str, quoting: str) -> str:
    """Put a cell into quotes where it needs them or the file's style has them."""
    is_text = not cell.replace(".", "").replace(",", "").isdecimal()
    needed = any(character in cell for character in f'{delimiter}"\r\n')
    quoted = needed or quoting == "all" or (quoting == "texts" and is_text)
    return '"' + cell.replace('"', '""') + '"' if quoted else cell
