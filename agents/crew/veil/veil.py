"""The veil of one job: the same made-up word for the same real one, wherever it stands."""

import re
from collections.abc import Collection, Iterable
from functools import cached_property

from agents.crew.veil.cipher import Cipher, cased_like, folded, lowered
from agents.crew.veil.vocabulary import VOCABULARY

TOKEN = re.compile(r"\d+|[^\W\d_]+")
RUNS = re.compile(r"\d+(?:[-.,'/() ]{1,2}\d+)*|[^\W\d_]+")  # digits with what may stand between groups of them
MOST_RUNS = 6  # that are one number, such as a telephone number
SHORT = 3  # words and numbers with fewer characters may coincide with real ones
LONG_NUMBER = 4  # digits; written in groups elsewhere it is still the same number
LONGEST_PART = 12  # of a made-up word that is compared with real words
LONG_PART = 6  # of a made-up number: shorter ones stand in it by chance
LONG_WORD = 40  # whose parts are not compared: short words stand in it by chance
TRIES = 16


class Veil:
    """Replaces all words and numbers, but for those that the model is told anyway; signs and blanks stay."""

    def __init__(self, cipher: Cipher, texts: Iterable[str], told: Collection[str]) -> None:
        """Take whatever the files hold, and what names of columns and instructions say."""
        self.cipher = cipher
        self.told = words_of(told)
        words = words_of(texts)
        self.real_words = {word for word in words if len(word) >= SHORT and word.strip("0")} - self.told
        self.long_numbers = {word.lstrip("0") for word in words if word.isdecimal() and len(word) >= LONG_NUMBER}
        self.spellings = {
            spelling: (word, way)
            for word in sorted(words)
            if not word.isascii() and word.isalpha()
            for way, spelling in enumerate(folded(word))
            if spelling.isascii()
        }
        self.made: dict[str, str] = {}  # words by the real ones
        self.real: dict[str, str] = {}  # words by the made-up ones
        self.made_cells: dict[str, str] = {}  # whole cells that are no words, such as dates
        self.real_cells: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Return a text with made-up words and numbers."""
        return RUNS.sub(lambda match: self.digits(match[0]) if match[0][0].isdecimal() else self.word(match[0]), text)

    def word(self, word: str) -> str:
        """Return the made-up word in the same case."""
        small = lowered(word)
        if small in self.told:
            return word
        if small not in self.made:
            self.remember(small, self.choose(small))
        return self.made[small] if small == word else cased_like(word, self.made[small])

    def digits(self, text: str) -> str:
        """Return made-up digits; groups of them are one number when it stands somewhere without the signs between."""
        parts = re.split(r"(\D+)", text)
        runs, place, made = parts[::2], 0, ""
        while place < len(runs):
            ends = range(min(len(runs), place + MOST_RUNS), place + 1, -1)
            numbers = ((end, "".join(runs[place:end])) for end in ends)
            end, number = next(
                (found for found in numbers if found[1].lstrip("0") in self.long_numbers), (place + 1, runs[place])
            )
            made += self.word(number)
            place = end
        digits = iter(made)
        return "".join(next(digits) if letter.isdecimal() else letter for letter in text)

    def remember(self, real: str, made: str) -> None:
        """Keep a pair for both ways."""
        self.made[real] = made
        self.real.setdefault(made, real)

    def remember_cell(self, real: str, made: str) -> None:
        """Keep a pair of whole cells for both ways."""
        self.made_cells[real] = made
        self.real_cells.setdefault(made, real)

    def choose(self, word: str) -> str:
        """Return a made-up word that is none of the files, none that is told, and none that scripts give a meaning."""
        spelled = self.respelled(word)
        if spelled is not None:
            return spelled
        number = word.lstrip("0")
        if word.isdecimal() and number not in ("", word):  # zeros in front pad a number and are no part of it
            return word.removesuffix(number) + self.word(number)
        if len(word) < SHORT:
            return self.cipher.veil(word)
        for fits in (self.nowhere_real, self.is_new):
            for attempt in range(TRIES):
                made = self.cipher.veil(word, attempt)
                if fits(made):
                    return made
        return made

    def respelled(self, word: str) -> str | None:
        """Return the made-up word without marks where the word is one with marks that are spelled out."""
        if word not in self.spellings:
            return None
        origin, way = self.spellings[word]
        made = folded(lowered(self.word(origin)))[way]
        return made if len(made) == len(word) else None

    def number(self, code: str) -> str:
        """Return a number in a script with made-up digits where it may come from a cell."""
        return re.sub(r"\d{3,}", lambda match: self.known_number(match[0]), code)

    def known_number(self, digits: str) -> str:
        """Return made-up digits for those that some cell has, but for what scripts count with."""
        return digits if digits in VOCABULARY else self.made.get(digits, digits)

    def part(self, word: str) -> str | None:
        """Return what stands for a part of a real word, if it is one that says something; else None."""
        small = lowered(word)
        if len(small) < SHORT or small in self.told or small in VOCABULARY or small not in self.joined_words:
            return None
        return self.text(word)

    @cached_property
    def joined_words(self) -> str:
        """All real words."""
        return "\n".join(self.real_words)

    def is_new(self, made: str) -> bool:
        """Tell whether a made-up word stands for no other word yet."""
        return made not in self.real

    def nowhere_real(self, word: str) -> bool:
        """Tell whether a made-up word can be told from every other, and holds no real one."""
        if not self.is_new(word) or word in self.told or word in VOCABULARY:
            return False
        if len(word) > LONG_WORD:
            return word not in self.real_words
        shortest = LONG_PART if word.isdecimal() else SHORT
        lengths = range(shortest, min(len(word), LONGEST_PART) + 1)
        parts = (word[start : start + length] for length in lengths for start in range(len(word) - length + 1))
        return self.real_words.isdisjoint(parts) and word not in self.real_words


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the words and numbers of texts, in small letters."""
    return {lowered(word) for text in texts for word in TOKEN.findall(text)}
