"""Replaces whole values by others, learned only where the values recur."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from agents.induction.cells.text import BITS_PER_CHARACTER, Case, Change, Column, Trim, folded_name
from agents.induction.chance import order_bits
from agents.induction.code import TEXTS, Code
from agents.induction.model import Expression, Table, Target

MOST_KEYS = 50
ENOUGH_BITS = 5.0
ENOUGH_BITS_IF_SAME_NAME = 3.0

Pairs = Mapping[str, str]
"""Old values, and the new value of each."""


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


def propose_value_maps(target: Target, named: Mapping[str, Pairs] = MappingProxyType({})) -> Iterator[Expression]:
    """Propose look-ups from columns whose values recur, where they say more than chance would.

    Args:
        target: the wanted cells and the rows from which they are made.
        named: for columns of the table, the pairs that instructions name; they need no evidence.
    """
    candidates = sum(recurring(Counter(cells), set()) for cells in target.table.columns.values())
    for name in target.table.header:
        same_name = folded_name(name) == folded_name(target.name)
        wanted_bits = ENOUGH_BITS_IF_SAME_NAME if same_name else ENOUGH_BITS + math.log2(max(candidates, 1))
        found = first_map(name, target, named.get(name, {}), wanted_bits)
        if found is not None:
            yield found


def first_map(name: str, target: Target, named: Pairs, wanted_bits: float) -> ValueMap | None:
    """Return the look-up from a column as it is, trimmed, or in small letters."""
    sources = (Column(name), Trim(Column(name), inner=False), Case(Trim(Column(name), inner=True), "lower"))
    found = (value_map(source, target, named, wanted_bits) for source in sources)
    return next((one for one in found if one is not None), None)


def value_map(source: Expression, target: Target, named: Pairs, wanted_bits: float) -> ValueMap | None:
    """Return the look-up from the source's cells to the target's when it is one and enough speaks for it."""
    keys = [key or "" for key in source.run(target.table)]
    pairs = dict(zip(keys, target.cells, strict=True))
    if any(pairs[key] != want for key, want in zip(keys, target.cells, strict=True)):
        return None
    if pairs.get("") == "":
        del pairs[""]
    counts = Counter(key for key in keys if key in pairs)
    said = {plain(old): new for old, new in named.items()}
    confirmed = {key for key in pairs if said.get(plain(key)) == pairs[key]}
    if not recurring(counts, confirmed) or measured(pairs) or counted(pairs, counts):
        return None
    if not confirmed and evidence(pairs, counts) < wanted_bits:
        return None
    return ValueMap(source, tuple(sorted((unseen(source, pairs, named) | pairs).items())))


def plain(value: str) -> str:
    """Return a value as instructions and cells are compared."""
    return value.strip().lower()


def recurring(counts: Counter[str], confirmed: set[str]) -> bool:
    """Tell whether the values are few and most of them stand in more than one row, or are named by an instruction."""
    singles = sum(count == 1 and key not in confirmed for key, count in counts.items())
    few = (1 if confirmed else 2) <= len(counts) <= MOST_KEYS
    return few and singles <= len(counts) / 4


def measured(pairs: Pairs) -> bool:
    """Tell whether the old values are decimal numbers, which are measured and name nothing."""
    return all(re.fullmatch(r"-?[0-9]*[.,][0-9]+", key) for key in pairs)


def counted(pairs: Pairs, counts: Counter[str]) -> bool:
    """Tell whether the new values only say how often the old ones stand in this very file."""
    return all(value == str(counts[key]) for key, value in pairs.items())


def evidence(pairs: Pairs, counts: Counter[str]) -> float:
    """Return the bits by which a look-up is better than chance.

    Of all orders in which the wanted cells could stand, it takes those few in which equal keys have equal cells: about
    as many as there are ways to hand out the new values among the keys.
    """
    cells: Counter[str] = Counter()
    for key, count in counts.items():
        cells[pairs[key]] += count
    return order_bits(cells.values()) - order_bits(Counter(pairs.values()).values())


def unseen(source: Expression, pairs: Pairs, named: Pairs) -> dict[str, str]:
    """Return the pairs that instructions name and no row has, with the old values as the source would give them."""
    seen = set(map(plain, pairs))
    news = [(old, new) for old, new in named.items() if plain(old) not in seen]
    keys = source.run(Table({name: [old for old, _ in news] for name in source.sources()}))
    return {key: new for key, (_, new) in zip(keys, news, strict=True) if key}
