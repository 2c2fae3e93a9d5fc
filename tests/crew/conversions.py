"""A conversion that induction cannot do, with scripts that do it, crash, or do something else.

Titles and dates are within induction's reach; a word whose letters are each moved by seven places is not.
"""

from dataclasses import dataclass

WORDS = [
    first + last
    for first in ("amber", "birch", "cedar", "dahl", "elm", "fern")
    for last in ("wood", "ia", "ette", "field", "in", "ora")
]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOVED = str.maketrans(LETTERS, LETTERS[7:] + LETTERS[:7])

SCRIPT = """\
import logging
import sys
import time

import pandas as pd

LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOVED = str.maketrans(LETTERS, LETTERS[7:] + LETTERS[:7])
COLUMNS = ["{mark}", "plant"]


def read_input(path: str) -> pd.DataFrame:
    df = pd.read_csv(path, dtype=str, keep_default_na=False)
    missing = [name for name in COLUMNS if name not in df.columns]
    if missing:
        raise SystemExit(f"ERROR missing columns: {{missing}}; the input has {{list(df.columns)}}")
    return df


def transform(df: pd.DataFrame) -> pd.DataFrame:
    {before}
    plant = df["plant"]
    return pd.DataFrame({{"{mark}": df["{mark}"], "Title": plant.str.title(), "code": {code}}})


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    started = time.perf_counter()
    df = read_input(sys.argv[1])
    result = transform(df)
    assert len(result) == len(df)
    result.to_csv(sys.argv[2], index=False)
    logging.info("done in %.3f s", time.perf_counter() - started)


main()
"""


@dataclass(frozen=True)
class Conversion:
    """Files that are known by the name of a column which no other job has."""

    mark: str
    rows: int = 12

    @property
    def words(self) -> list[str]:
        return [WORDS[number % len(WORDS)] * (1 + number // len(WORDS)) for number in range(self.rows)]

    @property
    def input(self) -> bytes:
        lines = [f"{number:03d},{word}" for number, word in enumerate(self.words)]
        return table(f"{self.mark},plant", lines)

    @property
    def expected(self) -> bytes:
        lines = [f"{number:03d},{word.title()},{word.translate(MOVED)}" for number, word in enumerate(self.words)]
        return table(f"{self.mark},Title,code", lines)

    @property
    def expected_without_code(self) -> bytes:
        """What induction can do alone."""
        return table(f"{self.mark},Title", [f"{number:03d},{word.title()}" for number, word in enumerate(self.words)])

    @property
    def good(self) -> str:
        return self.script("plant.map(lambda word: word.translate(MOVED))")

    @property
    def reversing(self) -> str:
        return self.script("plant.str[::-1]")

    @property
    def half_right(self) -> str:
        """What is right in half of the codes."""
        return self.script("plant.map(lambda word: word.translate(MOVED) if len(word) % 2 else word)")

    @property
    def crashing(self) -> str:
        return self.script("plant", 'df["flower"]')

    def script(self, code: str, before: str = '"""Convert."""') -> str:
        return SCRIPT.format(mark=self.mark, code=code, before=before)


def table(header: str, lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in [header, *lines]).encode()
