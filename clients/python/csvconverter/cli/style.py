"""Colours, and the parts from which the terminal views are put together."""

from rich.console import Group, RenderableType
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
ROLE_STYLES = {"planner": "cyan", "coder": "blue", "tester": "magenta"}


def part(label: str, headline: RenderableType, *details: RenderableType, style: str = "", aside: str = "") -> Table:
    """Return a paragraph: a label on the left, what is said about it, and something small on the right."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=9, no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(no_wrap=True, justify="right", style="dim")
    table.add_row(Text(f"  {label}", style), headline, Text(visible(aside)))
    if details:
        table.add_row("", Group(*details), "")
    return table


def sentence(text: str, style: str = "", mark: str = "") -> RenderableType:
    """Return a sentence whose further lines are indented behind its mark, such as "1." or "!"."""
    if not mark:
        return Text(visible(text), style)
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, justify="right", style=style or "dim")
    table.add_column()
    table.add_row(Text(mark), Text(visible(text), style))
    return table


def sentences(texts: list[str]) -> Table:
    """Return numbered sentences."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, justify="right", style="dim")
    table.add_column()
    for number, text in enumerate(texts, 1):
        table.add_row(f"{number}.", Text(visible(text)))
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
