"""The literals of a script, as they could be used for cells: alone, in collections, or packed into long texts."""

import ast
import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agents.crew.inspection.examples import as_cell

LONG = 24  # characters of a text that may be packed
MOST_UNPACKED = 1 << 20
MOST_LAYERS = 3  # of packing
MOST_LEVELS = 3  # such as the texts of rows in a list
SPLITS = (re.compile(r"[\n,;|\t]+"), re.compile(r"\s+"), re.compile(r"[\n,;|\t:=]+"))
HEX, BASE64 = re.compile(r"(?:[0-9a-fA-F]{2}\s*)+"), re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


@dataclass(frozen=True)
class Holding:
    """Texts that stand together in a script."""

    line: int
    keys: frozenset[str]  # of a dictionary
    texts: frozenset[str]  # all, the keys among them


def holdings(tree: ast.Module) -> Iterator[Holding]:
    """Yield the collections, the texts that hold several, and all that the script gives back or assigns one by one."""
    single: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = (key for key in node.keys if key is not None)
            yield Holding(node.lineno, frozenset(constants(*keys)), frozenset(constants(node)))
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            yield Holding(node.lineno, frozenset(), frozenset(constants(node)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            yield from (Holding(node.lineno, frozenset(), texts) for texts in packed(node.value))
        elif isinstance(node, ast.Return | ast.Assign | ast.IfExp | ast.Call):
            single.update(given_back(node))
    yield Holding(1, frozenset(), frozenset(single))


def all_texts(tree: ast.Module, held: Iterable[Holding]) -> set[str]:
    """Return all texts and numbers of a script, each by itself and in what holds several."""
    values = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    alone = {as_cell(value) for value in values if isinstance(value, str | bytes | int | float)}
    return alone.union(*(holding.texts | holding.keys for holding in held))


def constants(*nodes: ast.AST) -> set[str]:
    """Return the texts and numbers in some nodes and little below them, in the form in which they are compared."""
    return {
        as_cell(node.value)
        for start in nodes
        for node in within(start, MOST_LEVELS)
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes | int | float)
    }


def within(node: ast.AST, levels: int) -> Iterator[ast.AST]:
    """Yield a node and what is below it, down to some level: lists within lists take long otherwise."""
    yield node
    if levels:
        for child in ast.iter_child_nodes(node):
            yield from within(child, levels - 1)


def given_back(node: ast.Return | ast.Assign | ast.IfExp | ast.Call) -> Iterator[str]:
    """Yield the texts and numbers that a statement gives back, assigns or hands on by themselves."""
    match node:
        case ast.IfExp():
            found: Sequence[ast.expr | None] = [node.body, node.orelse]
        case ast.Call():
            found = node.args
        case _:
            found = [node.value]
    for value in found:
        if isinstance(value, ast.Constant) and isinstance(value.value, str | int | float):
            yield as_cell(value.value)


def packed(value: str | bytes) -> Iterator[frozenset[str]]:
    """Yield the parts of a text that holds several, and of what it holds in packed form."""
    for text in unpacked(value, MOST_LAYERS):
        for split in SPLITS:
            parts = [part.strip(" \"'[](){}") for part in split.split(text)]
            if len(parts) > 1:
                yield frozenset(as_cell(part) for part in parts if part)


def unpacked(value: str | bytes, layers: int) -> Iterator[str]:
    """Yield a text, and what it says when it is taken as base64, hexadecimal or compressed."""
    data = value.encode("utf-8", "replace") if isinstance(value, str) else value
    yield data.decode("utf-8", "replace")
    if layers and len(data) >= LONG:
        for found in decoded(data):
            yield from unpacked(found, layers - 1)


def decoded(data: bytes) -> Iterator[bytes]:
    """Yield what some bytes can be the packed form of."""
    text = data.decode("latin-1").strip()
    try:
        if HEX.fullmatch(text):
            yield bytes.fromhex(text)
        elif BASE64.fullmatch(text):
            yield base64.b64decode(text.translate(str.maketrans("-_", "+/")) + "==")
        if data[:1] in (b"\x78", b"\x1f"):  # how zlib and gzip begin
            yield zlib.decompressobj(wbits=47).decompress(data, MOST_UNPACKED)
    except (ValueError, binascii.Error, zlib.error):
        return
