"""Replaces whole values by others, learned only where the values recur."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.model import Code, Expression, Target
from agents.induction.strings import TEXTS
from agents.induction.text import BITS_PER_CHARACTER, Case, Change, Column, Trim, folded_name

MOST_KEYS = 50
BITS_IF_SAME_NAME = 2.0
BITS_IF_OTHER_NAME = 3.0
ROWS_PER_KEY = 2.5


@dataclass(frozen=True)
class ValueMap(Change):
    """Each known value is replaced by another; other values are undefined."""

    pairs: tuple[tuple[str, str], ...]
    op: ClassVar[str] = "value_map"
    action: ClassVar[str] = "value_mapping"
    partial: ClassVar[bool] = True

    def change(self, cell: str) -> str | None:
        """Look one cell up."""
        return dict(self.pairs).get(cell)

    def render(self, code: Code) -> str:
        """Map with a dictionary that stands at the top of the script."""
        name = code.constant(f"{self.sources()[0]}_values", dict(self.pairs))
        return f"{self.source.render(code)}.map({name}){TEXTS}"

    def clause(self) -> str:
        """Say the first pairs."""
        shown = ", ".join(f'"{old}" by "{new}"' for old, new in self.pairs[:4])
        return f"replace {shown}{' and so on' if len(self.pairs) > 4 else ''}"

    def bits(self) -> float:
        """Count every pair, new values once."""
        keys = sum(2.0 + len(old) for old, _ in self.pairs)
        return 4.0 + keys + sum(2.0 + BITS_PER_CHARACTER * len(new) for new in {new for _, new in self.pairs})


def propose_value_maps(target: Target) -> Iterator[Expression]:
    """Propose look-ups from columns whose values recur, where they say more than chance would."""
    maps = [found for name in target.table.header if (found := first_map(name, target)) is not None]
    candidates = sum(recurring(Counter(cells)) for cells in target.table.columns.values())
    for found in maps:
        same_name = folded_name(found.sources()[0]) == folded_name(target.name)
        if confirmed_bits(found, target) >= (BITS_IF_SAME_NAME if same_name else BITS_IF_OTHER_NAME + candidates):
            yield found


def first_map(name: str, target: Target) -> ValueMap | None:
    """Return the look-up from a column as it is, trimmed, or in small letters."""
    sources = (Column(name), Trim(Column(name), inner=False), Case(Trim(Column(name), inner=True), "lower"))
    return next((found for source in sources if (found := value_map(source, target)) is not None), None)


def value_map(source: Expression, target: Target) -> ValueMap | None:
    """Return the look-up from the source's cells to the target's when it is one and its values recur."""
    keys = [key or "" for key in source.run(target.table)]
    pairs = dict(zip(keys, target.cells, strict=True))
    if any(pairs[key] != want for key, want in zip(keys, target.cells, strict=True)):
        return None
    if pairs.get("") == "":
        del pairs[""]
    counts = Counter(key for key in keys if key in pairs)
    if recurring(counts) and not measured(pairs) and not counted(pairs, counts):
        return ValueMap(source, tuple(sorted(pairs.items())))
    return None


def recurring(counts: Counter[str]) -> bool:
    """Tell whether the values are few and most of them stand in more than one row."""
    singles = sum(count == 1 for count in counts.values())
    return 2 <= len(counts) <= min(MOST_KEYS, counts.total() / ROWS_PER_KEY) and singles <= len(counts) / 4


def measured(pairs: dict[str, str]) -> bool:
    """Tell whether the old values are decimal numbers, which are measured and name nothing."""
    return all(re.fullmatch(r"-?[0-9]*[.,][0-9]+", key) for key in pairs)


def counted(pairs: dict[str, str], counts: Counter[str]) -> bool:
    """Tell whether the new values only say how often the old ones stand in this very file."""
    return all(value == str(counts[key]) for key, value in pairs.items())


def confirmed_bits(found: ValueMap, target: Target) -> float:
    """Return how unlikely the look-up is by chance.

    Each row after the first with its value agrees by chance once in as many times as there are new values.
    """
    known = dict(found.pairs)
    rows = sum(key in known for key in found.source.run(target.table))
    return (rows - len(known)) * math.log2(max(2, len(set(known.values()))))
