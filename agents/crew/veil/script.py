"""Rewrites the string literals and comments of a script, and leaves its code as it is."""

import ast
import io
import tokenize
from collections.abc import Callable, Iterable, Iterator, Mapping

from agents.induction.code import literal

SETTINGS = frozenset(
    """
    axis date_format datefmt delimiter dtype encoding engine errors escapechar format freq how keep kind level
    lineterminator method mode newline origin quotechar sep style unit
    """.split()  # noqa: SIM905 - easier to read
)
"""Arguments, by keyword, that say how and hold no cells."""

FILES = frozenset({"open", "float", "getLogger", "astype", "encode", "decode", "import_module"})
"""Functions whose arguments hold no cells."""

Change = Callable[[str], str]
Edit = tuple[int, int, str]
"""Where a text begins and ends, and what stands there afterwards."""


def rewrite(script: str, in_literal: Change, in_comment: Change, in_number: Change | None = None) -> str | None:
    """Return a script with other texts in its literals and comments; None for one that is no Python.

    Args:
        script: the whole file.
        in_literal: gives the new text for that of a string literal, or of a part of an f-string.
        in_comment: gives the new text for a comment.
        in_number: gives other digits for a number, if these change at all.
    """
    script = io.IncrementalNewlineDecoder(None, translate=True).decode(script, final=True)  # as the parser does
    try:
        tree = ast.parse(script)
        tokens = list(tokenize.generate_tokens(io.StringIO(script).readline))
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return None
    lines = Lines(script)
    try:
        edits = list(literal_edits(lines, tree, in_literal))
    except RecursionError:  # the parser goes deeper than we can
        return None
    in_tokens = {tokenize.COMMENT: in_comment} | ({tokenize.NUMBER: in_number} if in_number else {})
    edits += [edit for edit in token_edits(lines, tokens, in_tokens) if not any(lies_in(edit, one) for one in edits)]
    for start, end, text in sorted(edits, reverse=True):
        script = script[:start] + text + script[end:]
    return script


def literal_edits(lines: "Lines", tree: ast.AST, change: Change) -> Iterator[Edit]:
    """Yield the edits of all literals that change."""
    for node in texts_of(tree):
        start, end = lines.place(node.lineno, node.col_offset), lines.place(node.end_lineno, node.end_col_offset)
        written = lines.text[start:end]
        changed = rewritten(node, written, change) if isinstance(node, ast.Constant) else formatted(node, change)
        if changed is not None and changed != written:
            yield start, end, changed


def texts_of(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Yield string literals and f-strings, but for those that say how something is done."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        if not says_how(node, child):
            yield from texts_of(child)


def says_how(parent: ast.AST, child: ast.AST) -> bool:
    """Tell whether a node is an argument that holds no cells."""
    if isinstance(child, ast.keyword):
        return child.arg in SETTINGS
    if not isinstance(parent, ast.Call) or child is parent.func:
        return False
    called = parent.func
    return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in FILES


def rewritten(node: ast.Constant, written: str, change: Change) -> str | None:
    """Return a literal with its new text, in its own quotes if nothing in it is escaped; None when it is the same."""
    old = text_of(node)
    new = change(old)
    if new == old:
        return None
    return written.replace(old, new) if written.count(old) == 1 and len(new) == len(old) else literal(new)


def formatted(node: ast.JoinedStr, change: Change) -> str | None:
    """Return an f-string with new texts, in it and in the expressions that it holds; None when they are the same."""
    before = ast.dump(node)
    change_parts(node, change)
    try:
        return None if ast.dump(node) == before else ast.unparse(node)
    except ValueError:  # before Python 3.12 some that can be read cannot be written
        return None


def change_parts(node: ast.JoinedStr, change: Change) -> None:
    """Change the texts of an f-string, but for those that say how a value is written."""
    for part in node.values:
        for text in texts_of(part.value if isinstance(part, ast.FormattedValue) else part):
            if isinstance(text, ast.Constant):
                text.value = change(text_of(text))
            else:
                change_parts(text, change)


def text_of(node: ast.Constant) -> str:
    """Return the text of a string literal."""
    assert isinstance(node.value, str)
    return node.value


def token_edits(lines: "Lines", tokens: Iterable[tokenize.TokenInfo], changes: Mapping[int, Change]) -> Iterator[Edit]:
    """Yield the edits of all tokens of some types that change."""
    for token in tokens:
        if token.type in changes and (text := changes[token.type](token.string)) != token.string:
            start = lines.starts[token.start[0] - 1] + token.start[1]
            yield start, start + len(token.string), text


def lies_in(edit: Edit, other: Edit) -> bool:
    """Tell whether an edit is made inside another, as of a number in an f-string."""
    return other[0] <= edit[0] < other[1]


class Lines:
    """Where the lines of a text begin, since Python counts lines, and in them the bytes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = io.StringIO(text).readlines()
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def place(self, line: int | None, column: int | None) -> int:
        """Return the place in the text of a line, from 1, and a column in bytes, as the parser counts them."""
        assert line is not None
        assert column is not None
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())
