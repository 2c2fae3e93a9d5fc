"""The words, numbers, blanks and symbols of texts, and what those at the same places have in common."""

import itertools
import re
from collections.abc import Iterable, Sequence

from agents.induction.documents.atoms import KINDS, LITERAL, Atom

TOKEN = re.compile(r"(?P<digits>[0-9]+)|(?P<letters>[^\W\d_]+)|(?P<line>\n)|(?P<blanks>[^\S\n]+)|(?P<symbol>[^\w\s])|.")
LONGEST_CONTEXT = 12  # tokens

Atoms = tuple[Atom, ...]


def shared_atoms(tokens: Sequence[Sequence[re.Match[str]]]) -> list[Atom]:
    """Return what the tokens at the same places have in common, up to the first place where that is nothing.

    In other lines only the very same texts count.
    """
    atoms: list[Atom] = []
    for alike in itertools.islice(zip(*tokens, strict=False), LONGEST_CONTEXT):
        kind = alike[0].lastgroup
        if len({found.group() for found in alike}) == 1:
            atoms.append(Atom(LITERAL, alike[0].group()))
        elif kind in KINDS and all(found.lastgroup == kind for found in alike) and Atom(LITERAL, "\n") not in atoms:
            wide = kind == "blanks" and all(len(found.group()) > 1 for found in alike)
            atoms.append(Atom("wide blanks" if wide else kind))
        else:
            break
    return atoms


def merged(atoms: Iterable[Atom]) -> Atoms:
    """Return the atoms with neighbouring texts as one."""
    result: list[Atom] = []
    for atom in atoms:
        if atom.kind == LITERAL and result and result[-1].kind == LITERAL:
            result[-1] = Atom(LITERAL, result[-1].text + atom.text)
        else:
            result.append(atom)
    return tuple(result)


def own_ends(tokens: Sequence[Sequence[re.Match[str]]]) -> tuple[Atoms, Atoms]:
    """Return the texts with which all items begin and end."""
    first = itertools.takewhile(lambda atom: atom.kind == LITERAL, shared_atoms(tokens))
    last = itertools.takewhile(lambda atom: atom.kind == LITERAL, shared_atoms([found[::-1] for found in tokens]))
    return merged(first), merged(list(last)[::-1])
