"""Proposes copies, constants, letter case, trimming and replacements for a column, read off its cells."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from agents.induction.cells.likeness import as_is, folded
from agents.induction.cells.text import CASE_FUNCTIONS, Case, Column, Constant, Keep, Replace, Trim, shared_length
from agents.induction.model import Cells, Expression, Table, Target

ENCLOSED_DIGITS = re.compile(r"\([0-9]+\)|\[[0-9]+\]|\{[0-9]+\}")
MOST_SYMBOLS_REPLACED = 4
MOST_DIFFERING_CELLS = 20
LONGEST_REPLACEMENT = 6
MOST_PIECES = 31


def propose_copies(target: Target) -> Iterator[Expression]:
    """Propose the columns that are the target as they are."""
    yield from map(Column, target.table.alike(target.cells, as_is))


def propose_constants(target: Target) -> Iterator[Expression]:
    """Propose a constant when every one of several rows says the same."""
    if len(set(target.cells)) == 1 and (target.table.height > 1 or not target.cells[0]):
        yield Constant(target.cells[0])


def propose_only_cell(target: Target) -> Iterator[Expression]:
    """Propose the text of a file's only row as a constant, which is little more than a guess."""
    if len(target.cells) == 1:
        yield Constant(target.cells[0])


def propose_clean(target: Target) -> Iterator[Expression]:
    """Propose letter case and trimming, alone and together, for columns whose letters are the target's."""
    names = target.table.alike(target.cells, folded)
    glance = Target(target.name, target.cells[:1], Table({name: target.table.columns[name][:1] for name in names}))
    for name in names:
        for source in (Column(name), Trim(Column(name), inner=False), Trim(Column(name), inner=True)):
            changes = (source, *(Case(source, style) for style in CASE_FUNCTIONS))
            yield from (one for one in changes[isinstance(source, Column) :] if glance.first_wrong_row(one) is None)


def propose_replacements(target: Target) -> Iterator[Expression]:
    """Propose to keep a class of characters, to replace one text, or to replace the symbols that are not wanted."""
    for name, cells in target.table.columns.items():
        if not all(map(ENCLOSED_DIGITS.search, cells)):  # what stands in parentheses is rather taken from there
            yield Keep(Column(name), "digits")
        yield from (Keep(Column(name), characters) for characters in ("letters", "letters_digits"))
        yield from (Replace(Column(name), old, new) for old, new in replaced_texts(cells, target.cells))
        symbols: Expression = Column(name)
        for old, new in replaced_symbols(cells, target.cells):
            symbols = Replace(symbols, old, new)
            yield symbols


def replaced_texts(cells: Cells, wanted: Cells) -> set[tuple[str, str]]:
    """Return what stands where cells differ, as (old, new), when at least two different cells show the same."""
    differing = dict.fromkeys((cell, want) for cell, want in zip(cells, wanted, strict=True) if cell != want)
    parts = Counter(changed_part(cell, want) for cell, want in itertools.islice(differing, MOST_DIFFERING_CELLS))
    return {part for part, count in parts.items() if count > 1 and part[0]}


def changed_part(cell: str, want: str) -> tuple[str, str]:
    """Cut what both texts begin and end with; ("", "") when nothing would be replaced."""
    start = shared_length(cell, want)
    end = shared_length(cell[start:][::-1], want[start:][::-1])
    old, new = cell[start : len(cell) - end], want[start : len(want) - end]
    pairs = {(one, other) for one, other in zip(old, new, strict=False) if one != other}
    if len(old) == len(new) and len(pairs) == 1:  # one character became another, maybe in several places
        return pairs.pop()
    return (old, new) if old else ("", "")


def replaced_symbols(cells: Cells, wanted: Cells) -> list[tuple[str, str]]:
    """Return the symbols that vanish, each with the text that takes its place, which must be the same everywhere."""
    before, after = "".join(cells), "".join(wanted)
    vanished = [c for c in dict.fromkeys(before) if not c.isalnum() and c not in after]
    if not vanished or len(vanished) > MOST_SYMBOLS_REPLACED:
        return []
    found: dict[str, str] = {}
    parting = re.compile(f"([{re.escape(''.join(vanished))}])")
    rows = dict.fromkeys((cell, want) for cell, want in zip(cells, wanted, strict=True) if parting.search(cell))
    for cell, want in itertools.islice(rows, MOST_DIFFERING_CELLS):
        pieces = parting.split(cell)
        texts = re.fullmatch(f"(.{{0,{LONGEST_REPLACEMENT}}}?)".join(map(re.escape, pieces[::2])), want, re.DOTALL)
        if len(pieces) > MOST_PIECES or texts is None:
            return []
        if any(found.setdefault(*pair) != pair[1] for pair in zip(pieces[1::2], texts.groups(), strict=True)):
            return []
    return list(found.items())
