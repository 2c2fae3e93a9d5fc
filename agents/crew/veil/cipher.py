"""Replaces each letter and digit by another of its kind, chosen by a key and by all that stands before it in the word.

So words that begin alike still begin alike, and one letter says nothing about the same letter elsewhere.
"""

import hashlib
import random
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import cache

LETTERS = "abcdefghijklmnopqrstuvwxyz"
UMLAUTS = "äöü"  # apart from other letters with marks, since they are spelled "ae", "oe", "ue"
BLOCK = 64  # letters that stand so close in Unicode are of one script
STATE = 16  # bytes of the hash of what stands before a letter
TABLES = 1024
TRIES_PER_LETTER = 4


class Cipher:
    """A key, and the letters that the files' encodings can write."""

    def __init__(self, key: bytes, encodings: Collection[str] = ("utf-8",)) -> None:
        self.start = hashlib.blake2b(key, digest_size=STATE).digest()
        self.encodings = tuple(encodings)
        self.likes = cache(self.find_likes)
        self.tables = cache(self.make_table)

    def veil(self, word: str, attempt: int = 0) -> str:
        """Return the made-up word for one in small letters, or for digits; further attempts change its end first."""
        turn = max(0, len(word.rstrip("0")) - 1 - attempt // TRIES_PER_LETTER)
        state, made = self.start, []
        for place, letter in enumerate(word):
            if attempt and place == turn:
                state = hashlib.blake2b(bytes([attempt]), key=state, digest_size=STATE).digest()
            made.append(self.tables(self.likes(letter), int.from_bytes(state[:2], "big") % TABLES)[letter])
            state = hashlib.blake2b(letter.encode("utf-8", "surrogatepass"), key=state, digest_size=STATE).digest()
        return "".join(made)

    def make_table(self, likes: str, number: int) -> Mapping[str, str]:
        """Return what may stand for each of some letters, in one of many ways, of which what stands before chooses."""
        lots = random.Random(self.start + number.to_bytes(2, "big") + likes.encode("utf-8", "surrogatepass"))
        return dict(zip(likes, reordered(likes, lots), strict=True))

    def find_likes(self, letter: str) -> str:
        """Return the letters that may stand for a letter, itself among them; zeros stay what they are."""
        if letter in LETTERS:
            return LETTERS
        if letter in UMLAUTS:
            return UMLAUTS
        start = ord(letter) // BLOCK * BLOCK
        return "".join(like for like in map(chr, range(start, start + BLOCK)) if self.alike(letter, like)) or letter

    def alike(self, letter: str, other: str) -> bool:
        """Tell whether two letters are of a kind: script, case, with or without marks, and to be written alike."""
        return kind(letter) == kind(other) and (letter == other or all(map(self.writable, (other, other.upper()))))

    def writable(self, text: str) -> bool:
        """Tell whether every encoding has a text."""
        try:
            return all(text.encode(encoding) for encoding in self.encodings)
        except UnicodeError:
            return False


def reordered(likes: str, lots: random.Random) -> Sequence[str]:
    """Return letters in an order in which none stands where it stood, if there are several."""
    while True:
        order = lots.sample(likes, len(likes))
        if len(likes) == 1 or all(one != other for one, other in zip(likes, order, strict=True)):
            return order


def kind(letter: str) -> tuple[object, ...]:
    """Return what letters have in common that may stand for each other."""
    if letter == "0" or letter in UMLAUTS:
        return (letter,)
    if letter.isdecimal():
        return ("digit", unicodedata.decimal(letter) == 0)
    script = unicodedata.name(letter, letter).partition(" ")[0]
    marked = unicodedata.normalize("NFKD", letter)[0] in LETTERS
    return (script, unicodedata.category(letter), marked, len(letter.upper()), letter.upper().lower() == letter)


def lowered(word: str) -> str:
    """Return a word in small letters, as long as it was."""
    small = word.lower()
    return small if len(small) == len(word) else "".join(map(_lowered, word))


def _lowered(letter: str) -> str:
    return letter.lower() if len(letter.lower()) == 1 else letter


def cased_like(word: str, letters: str) -> str:
    """Return small letters in the case of a word of the same length."""
    return "".join(
        letter.upper() if like.isupper() and len(letter.upper()) == 1 else letter
        for like, letter in zip(word, letters, strict=True)
    )


def folded(word: str) -> tuple[str, ...]:
    """Return how a word in small letters is spelled without marks, the German way and the plain one."""
    german = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    spellings = (unicodedata.normalize("NFKD", spelling) for spelling in (german, word.replace("ß", "ss")))
    return tuple("".join(letter for letter in spelling if not unicodedata.combining(letter)) for spelling in spellings)
