"""Finds the form that texts have in common: the cheapest pieces that end where those of the example end."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agents.induction.documents.atoms import KINDS, LITERAL, WIDTH, Atom, Piece
from agents.induction.documents.tokens import TOKEN, own_ends

CLASSES = (
    *("digits", "letters", "capitals", "number", "word", "capitalised"),
    *("e-mail address", "web address", "unbroken"),
)
BITS_OF_BOUNDARY = 3.0  # any text beside a piece that is no delimiter: less likely than one more such piece
BITS_OF_LOOSENESS = 6.0
BITS_OF_RARE_LETTER = 3.0  # of a delimiter, when a single text is all that has it
BITS_OF_RARE_WORD = 3.0  # as a delimiter of a few texts
BITS_OF_CHANGE = 6.0  # from fixed widths to something else
BITS_OF_NEXT_WIDTH = 3.0
ALIGNED = 3  # different numbers of blanks beside a symbol: it is aligned, and the longest name will have no blank there
FEW_TEXTS = 5

Spans = Sequence[int]  # where the pieces of a text end, from left to right


@dataclass(frozen=True)
class Texts:
    """Texts and where their pieces end; the first piece begins at 0, each other one where the one before it ends."""

    cells: Sequence[str]
    ends: Sequence[Spans]
    taken: Sequence[bool]  # for each piece
    strict: bool = False  # True: pieces say of which characters they are, as far as they can

    def values(self, number: int) -> list[str]:
        """Return the texts of one piece."""
        return [cell[start:end] for cell, start, end in zip(self.cells, *self.edges(number), strict=True)]

    def edges(self, number: int) -> tuple[list[int], list[int]]:
        """Return where one piece begins and ends in each text."""
        return [ends[number - 1] if number else 0 for ends in self.ends], [ends[number] for ends in self.ends]


@dataclass(frozen=True)
class Path:
    """The cheapest pieces so far."""

    bits: float
    pieces: tuple[Piece, ...]

    @property
    def waiting(self) -> bool:
        """True when the last piece ends only where the next one begins."""
        return bool(self.pieces) and self.pieces[-1].open

    @property
    def bordering(self) -> bool:
        """True when no delimiter ends the last piece: it is of one kind of characters, or so many of them."""
        return bool(self.pieces) and self.pieces[-1].atoms[-1].kind in (*CLASSES, WIDTH)

    @property
    def fixed(self) -> bool:
        """True when the last piece is so many characters; a single one may be an initial."""
        last = self.pieces[-1].atoms[-1] if self.pieces else None
        return last is not None and last.kind == WIDTH and last.text != "1"


def find_form(texts: Texts) -> tuple[Piece, ...] | None:
    """Return the cheapest pieces that fit all texts (Viterbi's algorithm); None when none do."""
    paths = [Path(0.0, ())]
    last = len(texts.taken) - 1
    for number in range(last + 1):
        reached: dict[tuple[str, bool, bool], Path] = {}
        options = list(options_for(texts, number))
        for path in paths:
            for atoms in options:
                piece = Piece(atoms, texts.taken[number])
                if (path.waiting and piece.open) or not fits(path, piece, texts, number, number == last):
                    continue
                longer = Path(path.bits + bits_behind(path, piece, texts), (*path.pieces, piece))
                state = (atoms[-1].kind if longer.waiting else "", longer.bordering, longer.fixed)
                if state not in reached or longer.bits < reached[state].bits:
                    reached[state] = longer
        paths = list(reached.values())
    best = min(paths, key=lambda path: path.bits, default=None)
    return best.pieces if best else None


def forms_from_end(texts: Texts) -> Iterator[tuple[Piece, ...]]:
    """Yield forms of which one piece takes all that the others leave, those behind it being told from the end."""
    for number in range(len(texts.taken) - 1):
        behind = [cheapest_closed(texts, later) for later in range(number + 1, len(texts.taken))]
        before = find_form(shortened(texts, number)) if number else ()
        if all(behind) and before is not None and not (before and before[-1].open) and all(texts.values(number)):
            yield (*before, Piece((Atom("all before"),), texts.taken[number]), *filter(None, behind))


def cheapest_closed(texts: Texts, number: int) -> Piece | None:
    """Return the simplest that a piece can be on its own, whatever stands behind it."""
    pieces = (Piece(atoms, texts.taken[number]) for atoms in options_for(texts, number))
    return min((piece for piece in pieces if not piece.open), key=Piece.bits, default=None)


def shortened(texts: Texts, pieces: int) -> Texts:
    """Return the texts with the first so many pieces only."""
    cells = [cell[: ends[pieces - 1]] for cell, ends in zip(texts.cells, texts.ends, strict=True)]
    return replace(texts, cells=cells, ends=[ends[:pieces] for ends in texts.ends], taken=texts.taken[:pieces])


def bits_behind(path: Path, piece: Piece, texts: Texts) -> float:
    """Return the bits of a piece behind others."""
    kind, text = piece.atoms[0].kind, piece.atoms[0].text
    if path.fixed:
        return BITS_OF_NEXT_WIDTH if kind == WIDTH else piece.bits() + BITS_OF_CHANGE
    border = (piece.open and path.bordering) or (path.waiting and kind in (*CLASSES, WIDTH))
    letters = sum(map(str.isalnum, text)) if kind == LITERAL else 0
    rare = BITS_OF_RARE_LETTER * letters if len(texts.cells) == 1 else 0.0
    rare += BITS_OF_RARE_WORD * (letters > 0 and len(texts.cells) < FEW_TEXTS)
    loose = piece.open and texts.strict
    return piece.bits() + BITS_OF_BOUNDARY * border + BITS_OF_LOOSENESS * loose + rare


def fits(path: Path, piece: Piece, texts: Texts, number: int, last: bool) -> bool:
    """Tell whether a piece ends where it should in all texts; one that is open waits for the next."""
    starts, ends = texts.edges(number)
    if piece.open:
        return not last or all(end == len(cell) for cell, end in zip(texts.cells, ends, strict=True))
    before = path.pieces[-1].atoms[0].pattern if path.waiting else ""
    match = re.compile(f"(?s)({before})(?:{piece.pattern})").match
    begins = texts.edges(number - 1)[0] if path.waiting else starts
    for cell, begin, start, end in zip(texts.cells, begins, starts, ends, strict=True):
        found = match(cell, begin)
        if not found or found.end(1) != start or found.end() != end:
            return False
    return True


def options_for(texts: Texts, number: int) -> Iterator[tuple[Atom, ...]]:
    """Yield what a piece can be, judged by its texts alone."""
    values = texts.values(number)
    distinct = set(values)
    if len(distinct) == 1 and values[0]:
        yield (Atom(LITERAL, values[0]),)
    yield from delimiters(distinct)
    yield (Atom("any" if all(values) else "any or nothing"),)
    if all(values) and number + 1 < len(texts.taken):
        yield (Atom("long"),)
    yield from ((Atom(kind),) for kind in CLASSES if all(re.fullmatch(KINDS[kind][0], value) for value in distinct))
    if not texts.taken[number]:
        first, last = own_ends([list(TOKEN.finditer(value)) for value in values])
        if first and last:
            yield (*first, Atom("any or nothing"), *last)
    lengths = {len(value) for value in distinct}
    if len(lengths) == 1 and 0 not in lengths and (len(distinct) > 1 or lengths == {1} or values[0].isspace()):
        yield (Atom(WIDTH, str(lengths.pop())),)


def delimiters(values: set[str]) -> Iterator[tuple[Atom, ...]]:
    """Yield what different texts without letters and digits have in common: a symbol, blanks, or both."""
    if any(character.isalnum() or character == "\n" for value in values for character in value) or len(values) == 1:
        return
    cores = {value.strip() for value in values}
    if cores == {""}:
        if min(map(len, values)) > 1:
            yield (Atom("wide blanks"),)
        yield (Atom("blanks" if "" not in values else "padding"),)
    elif len(cores) == 1 or all(re.fullmatch(KINDS["symbol"][0], core) for core in cores):
        core = Atom(LITERAL, *cores) if len(cores) == 1 else Atom("symbol")
        sides = [re.fullmatch(r"(\s*)\S+(\s*)", value) for value in values]
        if all(sides):
            yield (*padding({side[1] for side in sides if side}), core, *padding({side[2] for side in sides if side}))
    if "" not in values:
        yield (Atom("separators"),)


def padding(values: set[str]) -> tuple[Atom, ...]:
    """Return the blanks beside a symbol."""
    if len(values) == 1:
        return tuple(Atom(LITERAL, value) for value in values if value)
    return (Atom("padding" if "" in values or len(values) >= ALIGNED else "blanks"),)


def strict(texts: Texts) -> Texts:
    """Return the same, to be described by kinds of characters where these fit."""
    return replace(texts, strict=True)
