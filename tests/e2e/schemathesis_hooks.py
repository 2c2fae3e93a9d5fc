"""What schemathesis cannot know: files are tables, often those of the document's own examples."""

import base64
import csv
import io

import schemathesis
from hypothesis import strategies as st

from gateway.openapi.examples import INPUT, OUTPUT

CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8)


def as_csv(rows: list[list[str]]) -> bytes:
    """Return rows as a file."""
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()


def tables(columns: int) -> st.SearchStrategy[bytes]:
    """Return files with so many columns."""
    return st.lists(st.lists(CELLS, min_size=columns, max_size=columns), min_size=2, max_size=5).map(as_csv)


EXAMPLES = st.sampled_from([INPUT, OUTPUT])
FILES = st.one_of(EXAMPLES, EXAMPLES, EXAMPLES, st.integers(1, 4).flatmap(tables), st.binary(max_size=40))

schemathesis.openapi.format("byte", FILES.map(lambda file: base64.b64encode(file).decode()))
schemathesis.openapi.format("binary", FILES)
