"""Takes what only held-out rows say out of texts: logs and errors quote cells, induced plans and scripts hold them."""

import builtins
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from itertools import accumulate
from operator import itemgetter

from google.protobuf.message import Message

FEWEST_CHARACTERS = 3  # of what tells rows apart
MOST_CHARACTERS = 40
MARK = "…"
LONGER = "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"
LEFT = {"script", "type"}  # the fields of messages that no cell makes up
FAMILIAR = """
traceback (most recent call last): file "script.py", line, in <module>, during handling of the above exception
could not convert string to float, invalid literal for int() with base, time data does not match format, object has no
attribute, list index out of range, not in index, single positional indexer is out-of-bounds, unknown datetime string
format, unable to parse string at position, length of values does not match length of index, missing columns, pandas
cells differ, of them in held-out rows; in row was written and is expected, there are rows, every cell is as expected
the script raised, ended with exit status, used, was not run, holds, compares with, input, expected output's column
"""
"""What Python, pandas and the tester say whatever the cells are; kept even where a held-out row has such a word."""
WORD = re.compile(rf"[^\W_]{{{FEWEST_CHARACTERS},}}")
LITERAL = re.compile(r"""([A-Za-z]{0,2})('{3}|"{3}|'|")(.*)\2""", re.DOTALL)
TEXTS = {tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


class Unseen:
    """The words and the whole cells that stand in held-out rows and in nothing else that the model sees."""

    def __init__(self, hidden: Iterable[str], shown: Iterable[str]) -> None:
        """Take the cells of the held-out rows, and all texts that the model sees."""
        self.shown = folded("\n".join([*shown, *dir(builtins), FAMILIAR]))
        self.fragments = {part for cell in set(hidden) for part in parts(folded(cell))}
        self.fragments.difference_update(
            map(itemgetter(0), WORD.finditer(self.shown))
        )  # the rest takes long to look up
        self.beginnings = {fragment[:FEWEST_CHARACTERS] for fragment in self.fragments}

    def hide(self, text: str) -> str:
        """Return a text with a mark in the place of all that is unseen."""
        pieces, done = [], 0
        for start, end in self.find(folded(text)):
            pieces += [text[done:start], MARK]
            done = end
        return "".join([*pieces, text[done:]])

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield from where to where a text is unseen."""
        start = 0
        while start < len(text):
            length = self.length_at(text, start)
            if length:
                yield start, start + length
            start += max(1, length)

    def length_at(self, text: str, start: int) -> int:
        """Return how many characters from a place on are unseen."""
        if text[start : start + FEWEST_CHARACTERS] not in self.beginnings:
            return 0
        lengths = range(min(MOST_CHARACTERS, len(text) - start), FEWEST_CHARACTERS - 1, -1)
        pieces = (text[start : start + length] for length in lengths)
        found = next((piece for piece in pieces if piece in self.fragments and piece not in self.shown), "")
        word = WORD.match(text, start) if len(found) == MOST_CHARACTERS else None
        return max(len(found), word.end() - start if word else 0)

    def hide_in_message(self, message: Message) -> None:
        """Hide what is unseen in the texts of a message, but leave scripts and kinds of errors as they are."""
        for field, value in message.ListFields():
            if field.message_type and field.message_type.GetOptions().map_entry:
                continue  # numbers by the names of columns, which no row holds back
            if field.message_type:
                for inner in value if field.is_repeated else [value]:
                    self.hide_in_message(inner)
            elif field.cpp_type == field.CPPTYPE_STRING and field.name not in LEFT:
                if field.is_repeated:
                    value[:] = map(self.hide, value)
                else:
                    setattr(message, field.name, self.hide(value))

    def hide_in_script(self, script: str) -> str:
        """Hide what is unseen in the literals and the comments of a script; what is no Python is left out."""
        lines = list(io.StringIO(script))
        try:
            tokens = [token for token in tokenize.generate_tokens(iter([*lines, ""]).__next__) if token.type in TEXTS]
        except (tokenize.TokenError, SyntaxError):
            return ""
        begins = [0, *accumulate(map(len, lines))]
        pieces, done = [], 0
        for token in tokens:
            start, end = (begins[line - 1] + column for line, column in (token.start, token.end))
            pieces += [script[done:start], self.hide_in_literal(script[start:end])]
            done = end
        return "".join([*pieces, script[done:]])

    def hide_in_literal(self, text: str) -> str:
        """Hide what is unseen between the quotes of a literal, or in all of a comment."""
        literal = LITERAL.fullmatch(text)
        if not literal:
            return self.hide(text)
        return text[: literal.start(3)] + self.hide(literal[3]) + text[literal.end(3) :]


def parts(cell: str) -> Iterator[str]:
    """Yield a cell and its words, as far as they are long enough to tell rows apart."""
    whole = cell.strip()[:MOST_CHARACTERS]
    if len(whole) >= FEWEST_CHARACTERS:
        yield whole
    yield from (word[:MOST_CHARACTERS] for word in WORD.findall(cell))


def folded(text: str) -> str:
    """Return a text in small letters and of the same length; a single capital has two small ones, and stays."""
    return LONGER.join(piece.lower() for piece in text.split(LONGER))
