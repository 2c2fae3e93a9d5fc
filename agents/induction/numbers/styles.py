"""How the numbers of a column are read and written, as plain data."""

import decimal
from dataclasses import dataclass
from decimal import Decimal

from agents.induction.numbers.text import read_number, write_number

WORDS = (
    (("thousand", "Thousand", "Tsd."), 10**3),
    (("million", "Million", "mln", "Mio."), 10**6),
    (("billion", "Billion", "bln", "Mrd."), 10**9),
    (("trillion", "Trillion"), 10**12),
)
SCALES = {
    "K": "1000",
    "k": "1000",
    "M": "1000000",
    "m": "1000000",
    "mn": "1000000",
    "B": "1000000000",
    "bn": "1000000000",
    **{word: str(number) for words, number in WORDS for word in words},
}


LETTERS_OF_WORD = 4  # units and currencies are shorter
BITS_OF_FURTHER_WORD = 4.0


@dataclass(frozen=True)
class NumberReading:
    """What `read_number` is told."""

    mark: str = "."
    groups: str = ""
    affixes: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()  # keys of SCALES

    def read(self, text: str) -> Decimal:
        """Return the number in the text, NaN when it is not one."""
        return read_number(text, self.mark, self.groups, self.affixes, {name: SCALES[name] for name in self.scales})

    def bits(self) -> float:
        """Return the description length; of words there will be others, where there are several."""
        words = sum(len(affix) >= LETTERS_OF_WORD and affix.isalpha() for affix in self.affixes)
        return 2.0 * len(self.affixes + self.scales) + BITS_OF_FURTHER_WORD * max(0, words - 1)

    def explain(self) -> str:
        """Say what is taken off, and that there is a decimal comma."""
        off = f" without {', '.join(self.affixes)}" if self.affixes else ""
        return f"{off} with a decimal comma" if self.mark == "," else off


@dataclass(frozen=True)
class NumberLayout:
    """What `write_number` is told."""

    places: int | None = None
    rounding: str = decimal.ROUND_HALF_UP
    strip: bool = False
    mark: str = "."
    groups: str = ""
    width: int = 0
    positive: str = "{}"
    negative: str = ""  # a minus before the other when empty
    multiple: str = ""
    fewer: bool = False
    zeros: int = 0
    fill: str = "0"
    tail: int = 0

    def unit(self) -> Decimal:
        """Return the smallest step between written numbers."""
        return Decimal(self.multiple) if self.multiple else Decimal(1).scaleb(-(self.places or 0))

    def write(self, number: Decimal) -> str | None:
        """Return the number as text, None when it is NaN."""
        return write_number(
            number,
            self.places,
            self.rounding,
            self.strip,
            self.mark,
            self.groups,
            self.width,
            self.positive,
            self.negative,
            self.multiple,
            self.fewer,
            self.zeros,
            self.fill,
            self.tail,
        )

    def explain(self) -> str:
        """Say how it is rounded, and show an example."""
        example = self.write(Decimal("1234.5") if self.places is None else Decimal("1234.5678"))
        rule = self.rounding.removeprefix("ROUND_").replace("_", " ").lower()
        if self.multiple:
            return f"rounded to a multiple of {self.multiple} ({rule}), as in {example}"
        if self.places is None:
            return f"as in {example}"
        unit = {0: "whole numbers", 1: "1 decimal"}.get(self.places, f"{self.places} decimals")
        return f"rounded to {unit} ({rule}), as in {example}"
