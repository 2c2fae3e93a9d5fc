"""What stands before and behind the items of texts, and what they themselves are like, read off the texts.

Each of these is a choice of atoms, from the plain to the particular; which of them belong together only a search of the
whole texts tells, since they must find all items there and nothing else.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.induction.documents.atoms import KINDS, LINES, LITERAL, Atom, Piece
from agents.induction.documents.forms import CLASSES, Texts, find_form
from agents.induction.documents.tokens import LONGEST_CONTEXT, TOKEN, merged, own_ends, shared_atoms

MOST_LINES_BEFORE = 4
LONGEST_SHAPE = 9  # tokens
MOST_FAR_WORDS = 3
LOOKED_AT = 400  # characters before and behind an item

Atoms = tuple[Atom, ...]
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Document:
    """A text and the items in it, each of which has one or more parts."""

    text: str
    items: tuple[Spans, ...]


def befores(documents: Sequence[Document]) -> Iterator[Atoms]:
    """Yield what may stand before every item."""
    places = [(each.text, item[0][0]) for each in documents for item in each.items]
    yield ()
    near = [text[max(0, at - LOOKED_AT) : at] for text, at in places]
    tokens = [list(TOKEN.finditer(text))[::-1] for text in near]
    common = shared_atoms(tokens)
    far = shared_words([text.rpartition("\n")[2] for text in near])
    for count in range(len(common) + 1):
        atoms = merged(reversed(common[:count]))
        if cuts_chunk(common, count) or (atoms and begins_line(atoms[0])):
            continue
        if all(starts_line(found, count) for found in tokens):
            yield (Atom("start of line"), *atoms)
            yield from ((*lines, *atoms) for lines in lines_before(places, tokens, count))
        elif count:
            yield atoms
            if atoms[0].kind == LITERAL and not atoms[0].text.isspace():
                yield (Atom("start of line"), Atom("any or nothing"), *atoms)
                yield from ((Atom("start of line"), *passed(word), Atom("any or nothing"), *atoms) for word in far)


def shared_words(texts: Sequence[str]) -> list[str]:
    """Return the longest few words that stand in all texts."""
    words = set.intersection(*({found.group() for found in re.finditer(r"[^\W\d_]{3,}", text)} for text in texts))
    return sorted(words, key=lambda word: (-len(word), word))[:MOST_FAR_WORDS]


def passed(word: str) -> Atoms:
    """Return what passes over everything up to a word and the word itself."""
    return (Atom("any or nothing"), Atom(LITERAL, word))


def cuts_chunk(common: Sequence[Atom], count: int) -> bool:
    """Tell whether a context would end within words and symbols that always stand together, as in <name>."""
    ends = common[count - 1 : count + 1]
    return count > 0 and len(ends) == 2 and all(end.kind == LITERAL and not end.text.isspace() for end in ends)


def begins_line(atom: Atom) -> bool:
    """Tell whether a text begins with the end of the line before, which the start of a line says better."""
    return atom.text.startswith("\n") and not atom.text.startswith("\n\n")


def starts_line(tokens: Sequence[re.Match[str]], count: int) -> bool:
    """Tell whether a line or the text begins before so many tokens."""
    return len(tokens) == count or tokens[count].lastgroup == "line"


def lines_before(
    places: Sequence[tuple[str, int]], tokens: Sequence[Sequence[re.Match[str]]], count: int
) -> Iterator[Atoms]:
    """Yield what the lines before the items' own lines may be, from the start of a line or of a block of lines."""
    starts = [
        at - sum(len(found.group()) for found in row[:count]) for (_, at), row in zip(places, tokens, strict=True)
    ]
    above = [
        text[:start].split("\n")[-2 - MOST_LINES_BEFORE : -1][::-1]
        for (text, _), start in zip(places, starts, strict=True)
    ]
    below: Atoms = ()
    for number in range(MOST_LINES_BEFORE + 1):
        lines = [row[number] if number < len(row) else None for row in above]
        if all(not line for line in lines):
            yield (Atom("start of block"), *below)
        if None in lines:
            return
        if len(set(lines)) == 1:
            below = merged((Atom(LITERAL, f"{lines[0]}\n"), *below))
        elif all(lines):
            start, _ = own_ends([list(TOKEN.finditer(line or "")) for line in lines])
            below = (*start, Atom("line"), *merged((Atom(LITERAL, "\n"), *below)))
        else:
            return
        yield (Atom("start of line"), *below)


def behinds(documents: Sequence[Document]) -> Iterator[Atoms]:
    """Yield what may stand behind every item."""
    places = [(each.text, item[-1][1]) for each in documents for item in each.items]
    tokens = [list(itertools.islice(TOKEN.finditer(text, at, at + LOOKED_AT), LONGEST_CONTEXT)) for text, at in places]
    common = shared_atoms(tokens)
    yield from [(), (Atom("end of line"),)][: 1 + all(starts_line(found, 0) for found in tokens)]
    far = shared_words([text[at : at + LOOKED_AT].partition("\n")[0] for text, at in places])
    yield from map(passed, far)
    for count in range(1, len(common) + 1):
        if not cuts_chunk(common, count):
            yield merged(common[:count])
        if all(starts_line(found, count) for found in tokens):
            yield (*merged(common[:count]), Atom("end of line"))


def bodies(documents: Sequence[Document]) -> Iterator[tuple[Piece, ...]]:
    """Yield what the items may be like."""
    parts = len(documents[0].items[0]) if documents and documents[0].items else 1
    if parts > 1:
        form = find_form(record_texts(documents))
        if form:
            yield form
            if form[-1].open:
                yield (*form[:-1], Piece((Atom("line"),)))
        return
    values = [each.text[start:end] for each in documents for ((start, end),) in each.items]
    yield from ((Piece(atoms),) for atoms in several_lines(values) or one_line(values))


def record_texts(documents: Sequence[Document]) -> Texts:
    """Return the items as texts, with the gaps between their parts as pieces."""
    texts, ends = [], []
    for each in documents:
        for item in each.items:
            start = item[0][0]
            texts.append(each.text[start : item[-1][1]])
            ends.append([edge - start for span in item for edge in span][1:])
    filled = [
        place for place in range(len(ends[0])) if place % 2 == 0 or any(row[place] > row[place - 1] for row in ends)
    ]
    return Texts(texts, [[row[place] for place in filled] for row in ends], [place % 2 == 0 for place in filled])


def one_line(values: Sequence[str]) -> Iterator[Atoms]:
    """Yield what items within lines may be like."""
    yield from ((Atom("any"),), (Atom("line"),))
    yield from ((Atom(kind),) for kind in CLASSES if all(re.fullmatch(KINDS[kind][0], value) for value in values))
    tokens = [list(TOKEN.finditer(value)) for value in values]
    shape = kinds(tokens)
    if 1 < len(shape) <= LONGEST_SHAPE:
        yield merged(shape)
    first, last = own_ends(tokens)
    if first:
        yield (*first, Atom("line"))
        yield from ((*first, Atom(kind)) for kind in CLASSES if all_match((*first, Atom(kind)), values))
    if first and last:
        yield (*first, Atom("any or nothing"), *last)


def all_match(atoms: Atoms, values: Sequence[str]) -> bool:
    """Tell whether the atoms are all that each of the texts consists of."""
    match = re.compile("".join(atom.pattern for atom in atoms)).fullmatch
    return all(map(match, values))


def kinds(tokens: Sequence[Sequence[re.Match[str]]]) -> list[Atom]:
    """Return the tokens of items that are all of one shape, letters and digits as what they are; [] for others."""
    if len(set(map(len, tokens))) != 1:
        return []
    atoms = []
    for alike in zip(*tokens, strict=True):
        kind = alike[0].lastgroup
        same = len({found.group() for found in alike}) == 1
        if any(found.lastgroup != kind for found in alike) or (kind is None and not same):
            return []
        atoms.append(Atom(LITERAL, alike[0].group()) if same and kind not in ("digits", "letters") else Atom(str(kind)))
    return atoms


def several_lines(values: Sequence[str]) -> list[Atoms]:
    """Return what items of several lines may be like."""
    counts = {value.count("\n") + 1 for value in values}
    if counts == {1}:
        return []
    first, last = own_ends([list(TOKEN.finditer(value)) for value in values])
    return [
        *([(Atom("block"),)] if all("\n\n" not in value for value in values) else []),
        *([(Atom(LINES, str(*counts)),)] if len(counts) == 1 else []),
        *([(*first, Atom("any lines"), *last)] if first and last else []),
        (Atom("any lines"),),
    ]
