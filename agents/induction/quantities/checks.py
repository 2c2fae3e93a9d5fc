"""Whether a text is what it should be: an address of mail or on the web, a number, a card's number and so on."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from agents.induction.cells.strings import explain_part
from agents.induction.cells.text import Column, Constant
from agents.induction.code import TEXTS, Code, literal
from agents.induction.model import Expression, Table, Target
from agents.induction.quantities.identifiers import ean_digit, isbn_digit, luhn_digit

FEWEST_ROWS = 3
ENOUGH_ROWS = 7  # for tests of which the cells and the outcomes say nothing
TRUTH_WORDS = (
    ("true", "false"),
    ("valid", "invalid"),
    ("yes", "no"),
    ("y", "n"),
    ("t", "f"),
    ("1", "0"),
    ("ok", "error"),
    ("pass", "fail"),
    ("correct", "incorrect"),
    ("good", "bad"),
)


def is_mail_address(text: str) -> bool:
    """Tell whether a text is an address of mail."""
    parts = text.strip().split("@")
    name = r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}"
    usual = len(parts) == 2 and re.fullmatch(name, parts[0]) and re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts[1])
    return bool(usual) and ".." not in text and not parts[0].startswith(".") and not parts[0].endswith(".")


def is_web_address(text: str) -> bool:
    """Tell whether a text is an address on the web with its scheme."""
    return bool(
        re.fullmatch(r"(?:https?|ftp)://[\w-]+(\.[\w-]+)+(:[0-9]{1,5})?([/?#]\S*)?", text.strip(), re.IGNORECASE)
    )


def is_computer_address(text: str) -> bool:
    """Tell whether a text is an address of a computer (IPv4 or IPv6)."""
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True


def is_number(text: str) -> bool:
    """Tell whether a text is a number."""
    return bool(re.fullmatch(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*", text))


def is_whole_number(text: str) -> bool:
    """Tell whether a text is a whole number."""
    return bool(re.fullmatch(r"\s*[-+]?[0-9]+\s*", text))


def is_card_number(text: str) -> bool:
    """Tell whether the last digit of a card's number fits the others."""
    digits = re.sub(r"[ -]", "", text)
    return bool(re.fullmatch("[0-9]{8,30}", digits)) and luhn_digit(digits[:-1]) == digits[-1]


def is_article_number(text: str) -> bool:
    """Tell whether the last digit of an article's or a book's number fits the others."""
    digits = re.sub(r"[ -]", "", text).upper()
    if re.fullmatch("[0-9]{9}[0-9X]", digits):
        return isbn_digit(digits[:-1]) == digits[-1]
    return bool(re.fullmatch("[0-9]{8}|[0-9]{12,14}", digits)) and ean_digit(digits[:-1]) == digits[-1]


def is_even(text: str) -> bool:
    """Tell whether a text is an even number."""
    return bool(re.fullmatch(r"\s*-?[0-9]*[02468]\s*", text))


def is_leap_year(text: str) -> bool:
    """Tell whether a text is a leap year."""
    year = int(text) if re.fullmatch(r"\s*[0-9]{1,4}\s*", text) else 1
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def is_prime(text: str) -> bool:
    """Tell whether a text is a prime number, of at most nine digits."""
    number = int(text) if re.fullmatch(r"\s*[0-9]{1,9}\s*", text) else 0
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def is_palindrome(text: str) -> bool:
    """Tell whether the letters and digits of a text read the same from both ends."""
    letters = re.sub(r"[\W_]", "", text).lower()
    return letters == letters[::-1]


@dataclass(frozen=True)
class Check:
    """A test, how it is said, and which cells it is made for."""

    test: Callable[[str], bool]
    clause: str
    made_for: str  # a pattern that most cells show if the test is meant
    words: tuple[str, ...] = ()  # outcomes that name the test
    imports: tuple[str, ...] = ("re",)
    needs: tuple[Callable[..., object], ...] = ()


CHECKS = {
    "mail_address": Check(is_mail_address, "is an address of mail", "@"),
    "web_address": Check(is_web_address, "is an address on the web", r"://|^www\.|\.(com|org|net)\b"),
    "computer_address": Check(
        is_computer_address, "is an address of a computer", r"^\d+\.\d+\.|:.*:", imports=("ipaddress",)
    ),
    "card_number": Check(
        is_card_number, "is a card's number with the right check digit", r"^[\d -]{12,}$", needs=(luhn_digit,)
    ),
    "article_number": Check(
        is_article_number, "has the right check digit", r"^[\d -]{8,}[\dXx]$", needs=(ean_digit, isbn_digit)
    ),
    "leap_year": Check(is_leap_year, "is a leap year", r"^[12]\d{3}$", ("leap", "leap year")),
    "whole_number": Check(is_whole_number, "is a whole number", "$^", ("integer", "int", "whole number")),
    "number": Check(is_number, "is a number", "$^", ("number", "numeric")),
    "even": Check(is_even, "is an even number", "$^", ("even", "odd"), imports=("re",)),
    "prime": Check(is_prime, "is a prime number", "$^", ("prime", "is prime")),
    "palindrome": Check(is_palindrome, "reads the same from both ends", "$^", ("palindrome",)),
}


@dataclass(frozen=True)
class WhenValid(Expression):
    """One expression where a column is what it should be, another where not; `check` is a key of CHECKS."""

    column: str
    check: str
    then: Expression
    otherwise: Expression
    op: ClassVar[str] = "when_valid"
    action: ClassVar[str] = "validation"

    def sources(self) -> tuple[str, ...]:
        """Return the tested column and those of both expressions."""
        return tuple(dict.fromkeys((self.column, *self.then.sources(), *self.otherwise.sources())))

    def total(self) -> bool:
        """Say yes when both expressions are total."""
        return self.then.total() and self.otherwise.total()

    def run(self, table: Table) -> list[str | None]:
        """Choose row by row."""
        test = CHECKS[self.check].test
        rows = zip(table.columns[self.column], self.then.run(table), self.otherwise.run(table), strict=True)
        return [then if test(cell) else otherwise for cell, then, otherwise in rows]

    def render(self, code: Code) -> str:
        """Keep the one where the test holds, and put the other elsewhere."""
        check = CHECKS[self.check]
        for needed in check.needs:
            code.function(needed)
        valid = f"{code.column(self.column)}.map({code.function(check.test, *check.imports)}).astype(bool)"
        otherwise = (
            literal(self.otherwise.text) if isinstance(self.otherwise, Constant) else self.otherwise.render(code)
        )
        return f"{code.series(self.then)}.where({valid}, {otherwise}){TEXTS}"

    def explain(self) -> str:
        """Say what is tested."""
        outcomes = f"{explain_part(self.then)}, else {explain_part(self.otherwise)}"
        return f"Where {self.column} {CHECKS[self.check].clause}: {outcomes}"

    def cost(self) -> float:
        """Count the test and both expressions; words for yes and no are no texts that have to be said."""
        return 6.0 + sum(3.0 if isinstance(part, Constant) else part.cost() for part in (self.then, self.otherwise))


def propose_checks(target: Target) -> Iterator[Expression]:
    """Propose the tests that tell the rows apart, for two words, or for a copy and a word."""
    texts = list(dict.fromkeys(target.cells))
    rows = len(set(zip(*target.table.columns.values(), target.cells, strict=True)))
    if rows < FEWEST_ROWS or len(texts) < 2:
        return
    for name, cells in target.table.columns.items():
        copied = [row for row, (cell, want) in enumerate(zip(cells, target.cells, strict=True)) if cell == want]
        others = {want for cell, want in zip(cells, target.cells, strict=True) if cell != want}
        repairs = any(cell and cell in want for cell, want in zip(cells, target.cells, strict=True) if cell != want)
        if len(texts) == 2 and not copied:
            yield from chosen(name, cells, target, Constant(texts[0]), Constant(texts[1]), rows)
            yield from chosen(name, cells, target, Constant(texts[1]), Constant(texts[0]), rows)
        elif len(others) == 1 and len(copied) > 1 and not repairs:
            yield from chosen(name, cells, target, Column(name), Constant(others.pop()), rows)


def chosen(
    name: str, cells: Sequence[str], target: Target, then: Expression, otherwise: Constant, rows: int
) -> Iterator[Expression]:
    """Yield the tests that hold where one outcome is wanted, and are meant by cells, words or rows."""
    for key, check in CHECKS.items():
        found = WhenValid(name, key, then, otherwise)
        if is_meant(check, cells, then, otherwise, rows) and target.first_wrong_row(found) is None:
            yield found


def is_meant(check: Check, cells: Sequence[str], then: Expression, otherwise: Constant, rows: int) -> bool:
    """Tell whether the cells are such as the test is made for, or the outcomes name it; in the right order."""
    if isinstance(then, Constant):
        pair = then.text.strip().lower(), otherwise.text.strip().lower()
        if pair in TRUTH_WORDS:
            return rows >= ENOUGH_ROWS or 2 * sum(bool(re.search(check.made_for, cell)) for cell in cells) > len(cells)
        return pair[0] in check.words and not pair[1].startswith(pair[0])
    return all(re.search(check.made_for, cell) for cell in cells)
