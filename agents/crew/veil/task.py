"""Draws the veil over a job's two files."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agents.crew.veil.calendar import Calendar
from agents.crew.veil.cipher import Cipher
from agents.crew.veil.veil import Veil
from agents.csv_file import CsvFile
from agents.task import Task


@dataclass(frozen=True)
class VeiledTask:
    """A job with made-up rows, and what they were made up with."""

    task: Task
    veil: Veil


def veil_task(task: Task, key: bytes, input_path: Path) -> VeiledTask:
    """Make up rows for both files, and write those of the input into a file.

    Column names and instructions stay as they are; so do the numbers of rows and their order, and how the files are
    written. Lines above a table are made up, too.
    """
    files = (task.input, task.expected)
    cipher = Cipher(key, {file.dialect.encoding for file in files})
    veil = Veil(cipher, texts_of(task), list(told_texts(task)))
    columns = [set(file.column(name)) for file in files for name in file.header]
    calendar = Calendar(key, columns)
    made = [dict(veil_cells(cells, place, calendar, veil)) for place, cells in enumerate(columns)]
    width = len(task.input.header)
    given, wanted = veil_file(task.input, made[:width], veil), veil_file(task.expected, made[width:], veil)
    write_csv(given, input_path)
    return VeiledTask(replace(task, input=given, expected=wanted, input_path=input_path), veil)


def texts_of(task: Task) -> Iterator[str]:
    """Yield every cell once a column, and the lines above the tables."""
    for file in (task.input, task.expected):
        yield from file.dialect.preamble
        for cells in zip(*file.rows, strict=True):
            yield from set(cells)


def told_texts(task: Task) -> Iterator[str]:
    """Yield what a model is told as it is: names of columns and instructions."""
    for file in (task.input, task.expected):
        yield from file.written_header
        yield from file.header
    yield from task.column_instructions
    yield from task.column_instructions.values()
    yield task.general_instructions


def veil_cells(cells: set[str], column: int, calendar: Calendar, veil: Veil) -> Iterator[tuple[str, str]]:
    """Yield each cell of a column with the made-up one."""
    for cell in sorted(cells):  # in an order that is the same in every process
        date = calendar.veil(cell, column, veil.digits)
        if date is not None:
            veil.remember_cell(cell, date)
        yield cell, veil.text(cell) if date is None else date


def veil_file(file: CsvFile, made: list[dict[str, str]], veil: Veil) -> CsvFile:
    """Return a file with made-up cells; what was repaired in it is not told, since that quotes cells."""
    rows = tuple(tuple(cells[cell] for cells, cell in zip(made, row, strict=True)) for row in file.rows)
    dialect = replace(file.dialect, preamble=tuple(map(veil.text, file.dialect.preamble)))
    return replace(file, rows=rows, dialect=dialect, warnings=())


def write_csv(file: CsvFile, path: Path) -> None:
    """Write a file in its dialect."""
    dialect = file.dialect
    style: dict[str, Any] = dict(dialect.style)
    with path.open("w", encoding=dialect.encoding, newline="") as lines:
        lines.writelines(dialect.preamble)
        writer = csv.writer(lines, delimiter=dialect.delimiter, lineterminator=dialect.newline, **style)
        if dialect.has_header:
            writer.writerow(file.written_header)
        writer.writerows(file.rows)
