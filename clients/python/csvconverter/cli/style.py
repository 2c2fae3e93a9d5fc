"""Colours, and the parts from which the terminal views are put together."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from csvconverter.cli.text import cell, visible
from csvconverter.v1.plans_pb2 import CellMismatch

STATUS_STYLES = {
    "QUEUED": "yellow",
    "RUNNING": "cyan",
    "SUCCEEDED": "green",
    "FAILED": "red",
    "CANCELLED": "magenta",
    "PASSED": "green",
}
LABEL_STYLES = {"planner": "cyan", "coder": "blue", "tester": "magenta", "feedback": "yellow"}
INDENT = 12


def part(label: str, headline: RenderableType, *details: RenderableType, aside: str = "") -> RenderableType:
    """Return a paragraph: a label on the left, what is said about it, and something small on the right."""
    head = Table.grid(padding=(0, 2, 0, 0), expand=True)
    head.add_column(width=INDENT - 2, no_wrap=True, style=LABEL_STYLES.get(label, ""))
    head.add_column(ratio=1)
    head.add_column(no_wrap=True, style="dim")
    head.add_row(f"  {label}", headline, Text(visible(aside)))
    return Group(head, *(Padding(detail, (0, 0, 0, INDENT)) for detail in details))


def sentence(text: str, style: str = "", mark: str = "") -> RenderableType:
    """Return a sentence whose further lines are indented behind its mark, such as "?" or "!"."""
    return marked([(mark, text)], style) if mark else Text(visible(text), style)


def sentences(texts: list[str]) -> RenderableType:
    """Return numbered sentences."""
    return marked([(f"{number}.", text) for number, text in enumerate(texts, 1)])


def marked(lines: list[tuple[str, str]], style: str = "") -> Table:
    """Return sentences behind their marks."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, justify="right", style=style or "dim")
    table.add_column()
    for mark, text in lines:
        table.add_row(Text(mark), Text(visible(text), style))
    return table


def mismatch_table(mismatches: list[CellMismatch]) -> Table:
    """Return the cells that differ, side by side."""
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("row", justify="right")
    for heading in ("column", "expected", "found"):
        table.add_column(heading, overflow="fold")
    for item in mismatches:
        expected, found = Text(cell(item.expected), "green"), Text(cell(item.actual), "red")
        table.add_row(Text(str(item.row)), Text(cell(item.column)), expected, found)
    return table
