"""Breaks long lines of code at brackets and operators, the way formatters do; it changes nothing but the layout."""

import io
import itertools
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

LINE = 100
INDENT = " " * 4
CLOSING = {"(": ")", "[": "]", "{": "}"}
OPERATORS = (("for", "if", "else"), ("or",), ("and",), ("|",), ("&",), ("+", "-"), ("*", "/"))
"""Where an expression may be broken: in front of those of the first group that it has."""
LAYOUT = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT)
ACCESSORS = ("dt", "str")  # which stay with the method that they lead to
FEWEST_CALLS = 2  # of methods in a row that are written below each other
BEGINS_TEXT, ENDS_TEXT = (getattr(tokenize, f"FSTRING_{name}", None) for name in ("START", "END"))  # from 3.12 on


@dataclass(frozen=True)
class Word:
    """A name, a constant or an operator, and whether a blank stands before it."""

    text: str
    spaced: bool = False


@dataclass(frozen=True)
class Brackets:
    """Brackets and what they hold, and whether they are to be opened however short that is."""

    opening: Word
    inside: "tuple[Word | Brackets, ...]"
    opened: bool

    @property
    def spaced(self) -> bool:
        """Whether a blank stands before them."""
        return self.opening.spaced


Words = Sequence[Word | Brackets]


def break_lines(code: str) -> str:
    """Return a function without lines that are longer than LINE and could be shorter."""
    lines = code.split("\n")
    made: list[str] = []
    done = 0
    for first, last, words in statements(code, lines):
        indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
        made += [*lines[done:first], *laid_out(words, indent)]
        done = last + 1
    return "\n".join([*made, *lines[done:]])


def statements(code: str, lines: Sequence[str]) -> Iterator[tuple[int, int, Words]]:
    """Yield the places of the first and the last line, and the words, of each statement that is worth a new layout."""
    tokens: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.NEWLINE:
            first, last = tokens[0].start[0] - 1, tokens[-1].end[0] - 1
            if is_code(tokens) and (first != last or len(lines[first]) > LINE):
                yield first, last, tuple(words_of(list(whole_texts(tokens, lines))))
            tokens = []
        elif token.type not in LAYOUT and (tokens or token.type != tokenize.COMMENT):
            tokens.append(token)


def is_code(tokens: Sequence[tokenize.TokenInfo]) -> bool:
    """Tell whether a statement has neither comments nor texts of several lines."""
    return not any(
        token.type == tokenize.COMMENT or (token.type == tokenize.STRING and token.start[0] != token.end[0])
        for token in tokens
    )


def whole_texts(tokens: Sequence[tokenize.TokenInfo], lines: Sequence[str]) -> Iterator[tokenize.TokenInfo]:
    """Yield the tokens, each formatted text as one."""
    begun: list[tokenize.TokenInfo] = []
    for token in tokens:
        if token.type == BEGINS_TEXT:
            begun.append(token)
        elif token.type == ENDS_TEXT:
            first = begun.pop()
            if not begun:
                text = lines[first.start[0] - 1][first.start[1] : token.end[1]]
                yield token._replace(type=tokenize.STRING, string=text, start=first.start)
        elif not begun:
            yield token


def words_of(tokens: list[tokenize.TokenInfo]) -> Iterator[Word | Brackets]:
    """Yield words and brackets, as if all stood in one line; takes the tokens up to the bracket that closes."""
    before = None
    while tokens and tokens[0].string not in CLOSING.values():
        token = tokens.pop(0)
        same_line = before is not None and before.end[0] == token.start[0]
        spaced = token.start != before.end if same_line and before else before is not None and token.string not in ",."
        word = Word(token.string, spaced)
        if token.string in CLOSING:
            inside = tuple(words_of(tokens))
            before = tokens.pop(0)
            opened = has_comma_at_end(inside) and before.start[0] != token.start[0]
            yield Brackets(word, inside, opened)
        else:
            before = token
            yield word


def has_comma_at_end(words: Words) -> bool:
    """Tell whether the last word is a comma."""
    return bool(words) and words[-1] == Word(",")


def flat(words: Words) -> str:
    """Return words in one line."""
    return "".join(" " * word.spaced + text_of(word) for word in words).strip()


def text_of(word: Word | Brackets) -> str:
    """Return a word or brackets in one line."""
    if isinstance(word, Word):
        return word.text
    return f"{word.opening.text}{flat(word.inside)}{CLOSING[word.opening.text]}"


def must_open(words: Words) -> bool:
    """Tell whether any brackets are to be opened, however short they are."""
    return any(isinstance(word, Brackets) and (word.opened or must_open(word.inside)) for word in words)


def laid_out(words: Words, indent: str) -> list[str]:
    """Return the lines of a statement, or of an expression in brackets, with as few brackets opened as will do."""
    if fits(words, indent):
        return [indent + flat(words)]
    if len(indent) + len(flat(words)) > LINE and (result := wrapped_result(words)):
        return laid_out(result, indent)
    opened = {place for place, word in enumerate(words) if isinstance(word, Brackets) and must_open([word])}
    lines = with_opened(words, opened, indent)
    longest_first = sorted(range(len(words)), key=lambda place: len(text_of(words[place])), reverse=True)
    for place in longest_first:
        word = words[place]
        if isinstance(word, Brackets) and word.inside and max(map(len, lines)) > LINE:
            opened.add(place)
            lines = with_opened(words, opened, indent)
    return lines


def fits(words: Words, indent: str) -> bool:
    """Tell whether words may stand in one line."""
    return len(indent) + len(flat(words)) <= LINE and not must_open(words)


def wrapped_result(words: Words) -> Words | None:
    """Return a statement with brackets around what it returns or assigns, if that can be broken somewhere in them."""
    texts = [word.text if isinstance(word, Word) else "" for word in words]
    start = 1 if texts[0] == "return" else 2 if texts[1:2] == ["="] else 0
    result = words[start:]
    if not start or not breaks(result):
        return None
    first = replace(result[0], spaced=False) if isinstance(result[0], Word) else result[0]
    return [*words[:start], Brackets(Word("(", True), (first, *result[1:]), False)]


def with_opened(words: Words, opened: set[int], indent: str) -> list[str]:
    """Return lines in which the brackets at some places are opened: what they hold stands in lines of its own."""
    lines = [indent]
    for place, word in enumerate(words):
        blank = " " * (word.spaced and bool(lines[-1].strip()))
        if place in opened and isinstance(word, Brackets):
            lines[-1] += blank + word.opening.text
            lines += [*inside(word, indent + INDENT), indent + CLOSING[word.opening.text]]
        else:
            lines[-1] += blank + text_of(word)
    return lines


def inside(brackets: Brackets, indent: str) -> list[str]:
    """Return the lines of what stands in brackets."""
    words = brackets.inside
    if not brackets.opened and fits(words, indent):
        return [indent + flat(words)]
    parts = list(split_at_commas(words))
    if len(parts) == 1 and not has_comma_at_end(words):
        return broken_expression(words, indent)
    lines = []
    for part in parts:
        own = laid_out(part, indent)
        lines += [*own[:-1], f"{own[-1]},"]
    return lines


def split_at_commas(words: Words) -> Iterator[Words]:
    """Yield what stands between commas, but for those of the parameters of a lambda and the names of a loop."""
    part: list[Word | Brackets] = []
    for word in words:
        texts = [one.text for one in part if isinstance(one, Word)]
        names = any(begin in texts and end not in texts for begin, end in (("lambda", ":"), ("for", "in")))
        if isinstance(word, Word) and word.text == "," and not names:
            yield part
            part = []
        else:
            part.append(word)
    if part:
        yield part


def broken_expression(words: Words, indent: str) -> list[str]:
    """Return the lines of an expression in brackets, broken in front of operators or calls of methods if it has any."""
    bounds = [0, *breaks(words), len(words)]
    parts = [words[start:stop] for start, stop in itertools.pairwise(bounds)]
    return [line for part in parts for line in laid_out(part, indent)]


def breaks(words: Words) -> list[int]:
    """Return the places in front of which an expression may be broken."""
    texts = [word.text if isinstance(word, Word) else "" for word in words]
    for operators in OPERATORS if "lambda" not in texts else ():
        if places := [place for place, text in enumerate(texts) if place and text in operators]:
            return places
    calls = [place for place, text in enumerate(texts[:-2]) if text == "." and is_call(words[place + 2])]
    calls = [place - 2 if texts[place - 1] in ACCESSORS else place for place in calls]
    calls = [place for place in calls if place > 1]  # a name and its first method stay together
    return calls if len(calls) >= FEWEST_CALLS and "lambda" not in texts else []


def is_call(word: Word | Brackets) -> bool:
    """Tell whether what stands behind a name are the arguments of a call."""
    return isinstance(word, Brackets) and word.opening.text == "("
