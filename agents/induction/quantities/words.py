"""Functions on the words or the items of a text: names for programs, initials, order, repetition."""

import itertools
import re
from collections.abc import Iterator, Sequence

from agents.induction.quantities.functions import Arguments, KnownFunction

SEVERAL_WORDS = re.compile(r"[^\W_][\W_]+[^\W_]|[a-z][A-Z]")
SPELLINGS = (
    ("as it is", "as it is"),
    ("lower", "lower"),
    ("capital", "capital"),
    ("lower", "capital"),
    ("capital", "lower"),
    ("upper", "upper"),
)


def join_words(text: str, joint: str, first: str, others: str, humps: bool) -> str | None:
    """Write the words of a text in one letter case with something else between them.

    Args:
        text: the text; apostrophes are left out.
        joint: what stands between words.
        first: the letter case of the first word: "lower", "upper", "capital" or "as it is".
        others: that of the others.
        humps: whether a capital behind a small letter begins a word.
    """
    text = re.sub(r"(?<=\w)['\u2019](?=\w)", "", text)
    if humps:
        text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    words = re.findall(r"[^\W_]+", text)
    return joint.join(spell(word, others if at else first) for at, word in enumerate(words)) or None


def spell(word: str, case: str) -> str:
    """Write a word in a letter case that join_words knows."""
    if case == "capital":
        return word.capitalize()
    return word.lower() if case == "lower" else word.upper() if case == "upper" else word


def initials(text: str, kind: str, joint: str, end: str) -> str | None:
    """Write the first letters of words, of all or of those with a capital."""
    words = re.findall(r"[^\W_]+(?:['\u2019][^\W_]+)*", text)
    letters = [word[0] for word in words if kind == "all" or word[0].isupper()]
    return joint.join(letters) + end if letters else None


def arrange_items(text: str, separator: str, order: str) -> str:
    """Write the items of a list in another order: "reversed", "sorted", "sorted as numbers", or each "once"."""
    items = text.split(separator)
    if order == "reversed":
        items = items[::-1]
    elif order == "sorted":
        items = sorted(items)
    elif order == "sorted as numbers":
        items = sorted(items, key=lambda item: float(item) if re.fullmatch(r"\s*-?[0-9]+(\.[0-9]+)?\s*", item) else 0)
    else:
        items = list(dict.fromkeys(items))
    return separator.join(items)


def read_joint(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off what stands between words and in which letter case they are; the first that does for all."""
    joints = {joint for want in wanted for joint in re.findall(r"(?<=[^\W_])[\W_]+(?=[^\W_])", want)}
    lettered = all(re.search(r"[^\W\d_]", want) for want in wanted)
    if not lettered or len(joints) > 1 or not any(SEVERAL_WORDS.search(cell) for cell in cells):
        return
    joint = joints.pop() if joints else ""
    humps = any(re.search("[a-z][A-Z]", cell) for cell in cells)
    for first, others in SPELLINGS:
        if all(join_words(cell, joint, first, others, humps) == want for cell, want in zip(cells, wanted, strict=True)):
            yield joint, first, others, humps
            return


def read_initials(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off what stands between and behind initials."""
    parts = [re.fullmatch(r"[^\W\d_](?:([. ]{0,2})[^\W\d_])*([.]?)", want) for want in wanted]
    longest = max(parts, key=lambda part: len(part.group()) if part else 0)
    if all(parts) and longest and any(" " in cell for cell in cells):
        yield from ((kind, longest.group(1) or "", longest.group(2)) for kind in ("all", "capitalised"))


def read_order(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Return the separators between items, and the orders in which the first cell's may be."""
    for separator in (", ", ",", "; ", ";", "|", " - ", "-", " ", "/", "\n", "."):
        if all(separator in cell for cell in itertools.islice(cells, 3)) and separator in wanted[0]:
            yield from ((separator, order) for order in ("reversed", "sorted", "sorted as numbers", "once"))
            return


WORDS = {
    "join_words": KnownFunction(
        join_words,
        'write its words with "{0}" between, the first as {1}, the others as {2}',
        2,
        read_joint,
        ("re",),
        (spell,),
    ),
    "initials": KnownFunction(initials, "write the first letters of {0} words", 4, read_initials, ("re",)),
    "arrange_items": KnownFunction(
        arrange_items, 'write what stands between "{0}" in another order: {1}', 4, read_order, ("re",), choice=True
    ),
}
