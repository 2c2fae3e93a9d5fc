"""The script under construction, and how names and values from the files are written in it."""

import ast
import inspect
import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

TEXTS = ".astype(object)"
"""Written behind what gives a Series of another type: pandas' own type for texts differs between its versions, and a
column in which every cell is missing is taken for numbers."""


class Renders(Protocol):
    """What can be written in a script."""

    def render(self, code: "Code") -> str:
        """Return the expression for it."""


class Code:
    """The script under construction: collects the functions, constants and imports that rendered operators need."""

    def __init__(self) -> None:
        self.helpers: dict[str, str] = {}
        self.constants: dict[str, Any] = {}
        self.names: set[str] = set()  # of functions
        self.imports: set[str] = set()  # names of modules, such as "re"

    def helper(self, name: str, source: str) -> str:
        """Add a top-level function of the script once and return its name."""
        self.names.add(name)
        self.helpers[name] = source.strip("\n")
        return name

    def function(self, function: Callable[..., Any], *imports: str) -> str:
        """Add a function of ours to the script as it stands here, with the modules it needs, and return its name.

        What the search runs and what the script runs are then the same text.
        """
        self.imports.update(imports)
        return self.helper(function.__name__, inspect.getsource(function))

    def new_function(self, wanted: str, arguments: str, lines: Sequence[str]) -> str:
        """Add a function with this body under a name that no other function has, and return the name."""
        body = "".join(f"\n    {line}" for line in lines)
        number, name = 1, wanted
        while self.helpers.get(name, f"def {name}({arguments}):{body}") != f"def {name}({arguments}):{body}":
            number += 1
            name = f"{wanted}_{number}"
        return self.helper(name, f"def {name}({arguments}):{body}")

    def constant(self, name: str, value: Any) -> str:
        """Add a top-level constant of plain data once and return its identifier, made from the name."""
        words = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()
        wanted = words if words.isidentifier() else f"VALUES_{words}".rstrip("_")
        number, identifier = 1, wanted
        while self.constants.setdefault(identifier, value) != value:
            number += 1
            identifier = f"{wanted}_{number}"
        return identifier

    def column(self, name: str) -> str:
        """Return the expression for an input column: a Series of strings without missing values."""
        return f"df[{literal(name)}]"

    def series(self, expression: Renders) -> str:
        """Return what an expression is in pandas, in parentheses where a method could not be called on it otherwise."""
        rendered = expression.render(self)
        outermost = ast.parse(rendered, mode="eval").body
        enclosed = (outermost.lineno, outermost.col_offset) != (1, 0)
        callable_on = isinstance(outermost, ast.Call | ast.Subscript | ast.Attribute | ast.Name)
        return rendered if enclosed or callable_on else f"({rendered})"


def literal(text: str) -> str:
    """Return a string literal, in double quotes unless that takes escaping, and raw where it has backslashes."""
    if "\\" in text and text.isprintable() and not text.endswith("\\"):
        raw = next((quote for quote in "\"'" if quote not in text), None)
        if raw:
            return f"r{raw}{text}{raw}"
    quoted = repr(text)
    return f'"{quoted[1:-1]}"' if quoted[0] == "'" and '"' not in quoted else quoted


def set_column(name: str, expression: str) -> list[str]:
    """Return the statements that add a column to `df` or replace it; no keyword, since it may be called "self"."""
    return ["df = df.copy()", f"df[{literal(name)}] = {expression}"]


def as_source(value: Any) -> str:
    """Return plain data as source."""
    if isinstance(value, tuple):
        return f"({', '.join(map(as_source, value))}{',' * (len(value) == 1)})"
    return literal(value) if isinstance(value, str) else repr(value)
