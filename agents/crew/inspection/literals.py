"""The literals of a script, as they could be used for cells: alone, in collections, or packed into long texts."""

import ast
import base64
import binascii
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agents.crew.inspection.examples import as_cell

LONG = 24  # characters of a text that may be packed
MOST_UNPACKED = 1 << 20
MOST_LAYERS = 3  # of packing
MOST_LEVELS = 3  # such as the texts of rows in a list
SPLITS = (re.compile(r"[\n,;|\t]+"), re.compile(r"\s+"), re.compile(r"[\n,;|\t:=]+"), re.compile(r"[^\w\s.'/-]+"))
HEX, BASE64 = re.compile(r"(?:[0-9a-fA-F]{2}\s*)+"), re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


@dataclass(frozen=True)
class Holding:
    """Texts that stand together in a script."""

    line: int
    keys: frozenset[str]  # of a dictionary, or the names of arguments
    texts: frozenset[str]  # all, the keys of a dictionary among them


def holdings(tree: ast.Module) -> Iterator[Holding]:
    """Yield the collections, the texts that hold several, and what stands alone in many places of one kind."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    texts: defaultdict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict | ast.Call):
            yield (pairs := pairs_of(node))
            if len(pairs.keys) == 1:
                keys["pairs"] |= pairs.keys
                texts["pairs"] |= pairs.texts
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            yield Holding(node.lineno, frozenset(), frozenset(constants(node)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            yield from (Holding(node.lineno, frozenset(), parts) for parts in packed(node.value))
        kind, alone = standing_alone(node)
        texts[kind].update(as_cell(value) for value in map(constant, alone) if value is not None)
    yield from (Holding(1, frozenset(keys[kind]), frozenset(texts[kind])) for kind in texts)


def pairs_of(node: ast.Dict | ast.Call) -> Holding:
    """Return what a dictionary holds, or the arguments of a call that have names, as dict() takes them."""
    if isinstance(node, ast.Dict):
        keys, values = constants(*filter(None, node.keys)), constants(node)
    else:
        keys = {as_cell(argument.arg) for argument in node.keywords if argument.arg}
        values = constants(*(argument.value for argument in node.keywords))
    return Holding(node.lineno, frozenset(keys), frozenset(values))


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


def standing_alone(node: ast.AST) -> tuple[str, Sequence[ast.expr | None]]:
    """Return where a node has values by themselves, and these."""
    match node:
        case ast.Return() | ast.Yield():
            return "given back", [node.value]
        case ast.Lambda():
            return "given back", [node.body]
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
            return "assigned", [node.value]
        case ast.IfExp():
            return "chosen", [node.body, node.orelse]
        case ast.BoolOp():
            return "chosen", node.values
        case ast.Call():
            return "handed on", node.args
        case ast.arguments():
            return "assumed", [*node.defaults, *node.kw_defaults]
    return "", []


def constant(node: ast.expr | None) -> str | int | float | None:
    """Return a text or a number that an expression is."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float) else None


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
