"""What a script says about files: how they are written, and the functions that read and write them.

The functions that read are those that read the example. What files like the example do not need does not stand there.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from agents.csv_file import CsvFile
from agents.induction import skeleton
from agents.induction.model import literal
from agents.reading import rows
from csvconverter.v1.jobs_pb2 import CSV_QUOTING_ALL, CSV_QUOTING_TEXTS

MODULES = {"codecs", "csv", "logging", "re", "sys", "time"}
READING: tuple[Callable[..., Any], ...] = (
    rows.find_encoding,
    rows.read_records,
    rows.without_zeros,
    rows.read_carefully,
    rows.split_line,
    rows.tell_skipped,
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


def output_constants(file: CsvFile) -> Iterator[tuple[str, Any]]:
    """Yield the constants that say how the expected output is written, but for its quoting, which is a name."""
    dialect = file.dialect
    yield "OUTPUT_ENCODING", dialect.encoding
    yield "OUTPUT_DELIMITER", dialect.delimiter
    yield "OUTPUT_NEWLINE", dialect.newline
    if dialect.preamble:
        yield "OUTPUT_PREAMBLE", "".join(dialect.preamble)
    if dialect.quoting == CSV_QUOTING_TEXTS:
        yield "OUTPUT_BARE_COLUMNS", list(dialect.bare_columns)


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
        (skeleton.find_header, rows.unique_names, rows.tell_repeated_header)
        if file.dialect.has_header
        else (rows.numbered_columns, rows.usual_width)
    )
    footer = [rows.find_footer] if file.dialect.footer_lines else []
    table = [rows.find_table, rows.extent, rows.is_comment, rows.may_have_one_cell] if finds_rows(file) else []
    return [source(function) for function in (skeleton.encoding_of, *finding, *table, *footer, *READING)]


def writing(file: CsvFile) -> list[str]:
    """Return the functions that write files like the expected output of the example."""
    dialect = file.dialect
    plain = dialect.quoting != CSV_QUOTING_TEXTS and not dialect.preamble and dialect.final_newline
    text = source(skeleton.write_output if plain else skeleton.write_output_as_text)
    text = with_options(text.replace("write_output_as_text", "write_output"), list(to_csv_options(file)))
    helpers = [source(skeleton.needs_quotes)]
    if dialect.quoting == CSV_QUOTING_ALL or dialect.newline == "\r\n":
        text = text.replace("csv.QUOTE_ALL if needs_quotes(df) else OUTPUT_QUOTING", "OUTPUT_QUOTING")
        helpers = []
    if dialect.quoting == CSV_QUOTING_TEXTS:
        start, end = text.index("df.to_csv("), text.index("    with open")
        text = f"{text[:start]}quote_texts(df)\n{text[end:]}"
        helpers = [source(skeleton.quote_texts)]
    if not dialect.preamble:
        text = text.replace("        file.write(OUTPUT_PREAMBLE)\n", "")
    if not dialect.final_newline:
        text = text.replace("file.write(text)", "file.write(text.removesuffix(OUTPUT_NEWLINE))")
    return [text, *helpers]


def to_csv_options(file: CsvFile) -> Iterator[str]:
    """Yield what to_csv has to know beside the usual."""
    style = file.dialect.style
    if not file.dialect.has_header:
        yield "header=False"
    if "quotechar" in style:
        yield f"quotechar={literal(str(style['quotechar']))}"
    if "escapechar" in style:
        yield 'doublequote=False, escapechar="\\\\"'


def with_options(text: str, options: list[str]) -> str:
    """Add options to a call of to_csv."""
    usual = "        quoting=csv.QUOTE_ALL if needs_quotes(df) else OUTPUT_QUOTING,\n"
    return text.replace(usual, usual + "".join(f"        {option},\n" for option in options))
