"""What is found out about untidy files, and how fast files are read, beside the csv module of the standard library."""

import csv
import io
import statistics
from collections.abc import Iterable, Iterator

from agents.csv_file import read_csv
from benchmarks.figure import Figure, seconds
from benchmarks.messy_files import MessyFile, messy_files

FILES = 2000
ROWS = 100_000
ROUNDS = 5


def measure() -> Iterator[Figure]:
    """Read generated files, then one long file in turns with a bare csv.reader."""
    files = messy_files(FILES)
    found = [read_csv(made.content) for made in files]
    sniffed = share(sniffed_delimiter(made) == made.delimiter for made in files)
    delimiters = share(file.dialect.delimiter == made.delimiter for file, made in zip(found, files, strict=True))
    yield Figure("csv.dialect_accuracy", delimiters, "ratio", "higher", f"csv.Sniffer, {sniffed:.3f}")
    headers = share(file.dialect.has_header == bool(made.header) for file, made in zip(found, files, strict=True))
    yield Figure("csv.header_accuracy", headers, "ratio", "higher", "a header or none, as the file was made")
    yield reading_speed()


def share(judgements: Iterable[bool]) -> float:
    """Return the share of what is true."""
    return statistics.fmean(judgements)


def sniffed_delimiter(made: MessyFile) -> str:
    """Return the delimiter that the standard library finds."""
    try:
        return csv.Sniffer().sniff(made.text[:8192], ",;\t|").delimiter
    except csv.Error:
        return ""


def reading_speed() -> Figure:
    """Measure a tidy file of 100,000 rows."""
    data = b"id,name,city,amount,when\n" + b"".join(
        b"%06d,name %d,city %d,%d.5,2024-01-%02d\n" % (row, row, row % 50, row * 7 % 1000, row % 28 + 1)
        for row in range(ROWS)
    )

    def bare() -> None:
        list(csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="")))

    rounds = [(seconds(lambda: read_csv(data)), seconds(bare)) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(times) for times in zip(*rounds, strict=True))
    return Figure("csv.read_vs_reader", ours / theirs, "ratio", "lower", f"csv.reader, {ROWS / theirs:,.0f} rows/s")
