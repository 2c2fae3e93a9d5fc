"""What a script says about files: how they are written, and the functions that read and write them.

The functions that read are those that read the example. What files like the example do not need does not stand there.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from agents.csv_file import CsvFile
from agents.induction.script import skeleton
from agents.reading import rows
from agents.reading.dialect import Dialect
from csvconverter.v1.jobs_pb2 import CSV_QUOTING_ALL, CSV_QUOTING_TEXTS

MODULES = {"codecs", "csv", "logging", "re", "sys", "time"}
READING: tuple[Callable[..., Any], ...] = (
    rows.find_encoding,
    rows.read_records,
    rows.without_zeros,
    rows.read_carefully,
    rows.split_line,
    rows.tell_spoilt,
    rows.tell_skipped,
    rows.tell_totals,
    rows.fit_rows,
    rows.line_of,
    rows.lines_in,
)


def source(function: Callable[..., Any]) -> str:
    """Return the text of a function."""
    return inspect.getsource(function).rstrip()


def input_constants(file: CsvFile) -> Iterator[tuple[str, Any]]:
    """Yield the constants that say how the input of the example is written."""
    dialect = file.dialect
    yield "INPUT_ENCODING", dialect.encoding.removesuffix("-sig")
    yield "INPUT_DELIMITER", dialect.delimiter
    if dialect.style:
        yield "INPUT_STYLE", dict(dialect.style)
    yield "INPUT_PREAMBLE", len(dialect.preamble)
    if finds_rows(file):
        yield "COMMENTS", rows.COMMENTS
    if dialect.footer_lines:
        yield "FOOTERS", rows.FOOTERS
    yield "TOTALS", rows.TOTALS


def output_constants(file: CsvFile) -> Iterator[tuple[str, Any]]:
    """Yield the constants that say how the expected output is written, but for its quoting, which is a name."""
    dialect = file.dialect
    yield "OUTPUT_ENCODING", dialect.encoding
    yield "OUTPUT_DELIMITER", dialect.delimiter
    yield "OUTPUT_NEWLINE", dialect.newline
    if dialect.preamble:
        yield "OUTPUT_PREAMBLE", "".join(dialect.preamble)
    if style := output_style(dialect):
        yield "OUTPUT_STYLE", style
    if dialect.quoting == CSV_QUOTING_TEXTS:
        yield "OUTPUT_BARE_COLUMNS", list(dialect.bare_columns)


def modules(expected: CsvFile) -> set[str]:
    """Return the modules that scripts import, but for those of their operators."""
    return MODULES if expected.dialect.final_newline else MODULES | {"io"}


def output_quoting(file: CsvFile) -> str:
    """Return the name of the csv module's constant."""
    return "csv.QUOTE_ALL" if file.dialect.quoting == CSV_QUOTING_ALL else "csv.QUOTE_MINIMAL"


def name_imports(file: CsvFile) -> list[str]:
    """Return the imports of single names that the functions of `reading` need."""
    return [
        f"from collections import {'deque' if file.dialect.has_header else 'Counter, deque'}",
        f"from collections.abc import Callable, Iterable, Iterator{', Sequence' if finds_rows(file) else ''}",
        *(["from itertools import islice"] if file.dialect.has_header else []),
        "from typing import Any, BinaryIO, TextIO",
    ]


def read_input(file: CsvFile) -> str:
    """Return the function that reads files like the input of the example."""
    text = source(skeleton.read_input if file.dialect.has_header else skeleton.read_input_without_header)
    text = text.replace("read_input_without_header", "read_input")
    if not file.dialect.footer_lines:
        text = re.sub(r"find_footer\(.*\)", "len(records)", text)
    if not finds_rows(file):
        text = text.replace("place, _ = find_table(records[:100])", "place = INPUT_PREAMBLE")
    return text if file.dialect.style else text.replace(", **INPUT_STYLE", "")


def finds_rows(file: CsvFile) -> bool:
    """Tell whether lines above a table have no header below them that would tell where they end."""
    return bool(file.dialect.preamble) and not file.dialect.has_header


def reading(file: CsvFile) -> list[str]:
    """Return the functions that `read_input` needs."""
    finding = (
        (skeleton.find_header, rows.unique_names, skeleton.tell_repeated_columns, rows.tell_repeated_header)
        if file.dialect.has_header
        else (rows.numbered_columns, rows.usual_width)
    )
    footer = [rows.find_footer] if file.dialect.footer_lines else []
    table = [rows.find_table, rows.extent, rows.is_comment, rows.may_have_one_cell] if finds_rows(file) else []
    return [source(function) for function in (skeleton.encoding_of, *finding, *table, *footer, *READING)]


def writing(file: CsvFile) -> list[str]:
    """Return the functions that write files like the expected output of the example."""
    dialect = file.dialect
    text = source(skeleton.write_output if dialect.final_newline else skeleton.write_output_without_last_newline)
    text = text.replace("write_output_without_last_newline", "write_output")
    if not dialect.preamble:
        text = text.replace("        file.write(OUTPUT_PREAMBLE)\n", "")
    return [text, *writing_rows(dialect)]


def writing_rows(dialect: Dialect) -> list[str]:
    """Return the functions that write a table into a file."""
    quotes_texts = dialect.quoting == CSV_QUOTING_TEXTS
    text = source(skeleton.write_rows_with_quoted_texts if quotes_texts else skeleton.write_rows)
    text = text.replace("write_rows_with_quoted_texts", "write_rows")
    if not dialect.has_header:
        text = text.replace("[name, *cells.tolist()] for name, cells", "cells.tolist() for _, cells")
    if not output_style(dialect):
        text = text.replace("        **OUTPUT_STYLE,\n", "")
    if quotes_texts or dialect.quoting == CSV_QUOTING_ALL or dialect.newline == "\r\n":
        return [text.replace("csv.QUOTE_ALL if need_quotes(columns) else OUTPUT_QUOTING", "OUTPUT_QUOTING")]
    return [text, source(skeleton.need_quotes)]


def output_style(dialect: Dialect) -> dict[str, Any]:
    """Return what csv.writer has to know beside the usual."""
    style = {key: value for key, value in dialect.style.items() if key == "quotechar"}
    return style | ({"doublequote": False, "escapechar": "\\"} if "escapechar" in dialect.style else {})
