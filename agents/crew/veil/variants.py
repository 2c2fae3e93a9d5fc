"""Other rows of the same patterns, on which two scripts that agree on the real ones may part."""

from collections import Counter

from agents.crew.veil.calendar import Calendar
from agents.crew.veil.cipher import Cipher
from agents.crew.veil.task import veil_cells, veil_file
from agents.crew.veil.veil import Veil
from agents.csv_file import CsvFile


def variant(file: CsvFile, key: bytes) -> CsvFile:
    """Return a file with made-up rows; values that recur in their column stay, since look-ups know no others."""
    columns = [file.column(name) for name in file.header]
    recurring = [cell for cells in columns for cell, count in Counter(cells).items() if count > 1]
    veil = Veil(Cipher(key, {file.dialect.encoding}), {cell for cells in columns for cell in cells}, recurring)
    calendar = Calendar(key, [set(cells) for cells in columns])
    made = [dict(veil_cells(set(cells), place, calendar, veil)) for place, cells in enumerate(columns)]
    return veil_file(file, made, veil)
