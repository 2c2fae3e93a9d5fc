"""Finds where a script treats one row of the example in a way of its own."""

import ast
from collections.abc import Iterator, Sequence

from agents.crew.inspection.examples import Examples, as_cell
from agents.crew.inspection.finding import Finding
from agents.wording import printable

KIND = "branches_on_rows"
SHORTEST = 3  # characters of a text that means a cell although no column is named beside it
PLACES = {"loc", "iloc", "at", "iat"}
ON_CELL = "compares with a cell that one row of the input's column {!r} has"
ON_PLACE = "asks for the number of a row"
BY_PLACE = "writes a fixed value into a row that it counts off"
ONE_RULE = "Find the rule that holds for all rows: rows that you have not seen are tested too."


def find_branches(tree: ast.Module, examples: Examples) -> Iterator[Finding]:
    """Yield each condition on a single row, and each cell that is written by its place."""
    counters = set(row_counters(tree))
    for node in ast.walk(tree):
        for one, other in comparisons(node):
            columns = [name for value in values_in(other) for name in meant(value, one, examples)]
            for name in map(printable, columns[:1]):
                yield Finding(other.lineno, KIND, ON_CELL.format(name), ONE_RULE)
            if counts_rows(one, counters) and any(type(value) is int and value > 0 for value in values_in(other)):
                yield Finding(other.lineno, KIND, ON_PLACE, ONE_RULE)
        if isinstance(node, ast.Assign) and is_fixed(node.value) and any(map(is_place, node.targets)):
            yield Finding(node.lineno, KIND, BY_PLACE, ONE_RULE)


def comparisons(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Yield what is compared with what, both ways round."""
    match node:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() | ast.In() | ast.NotIn()], comparators=[right]):
            yield from ((left, right), (right, left))
        case ast.Call(func=ast.Attribute(value=series, attr="isin" | "eq" | "ne"), args=[values]):
            yield series, values
        case ast.Match(subject=subject, cases=cases):
            patterns = (pattern for case in cases for pattern in ast.walk(case.pattern))
            yield from ((subject, pattern.value) for pattern in patterns if isinstance(pattern, ast.MatchValue))


def values_in(node: ast.expr) -> list[str | int]:
    """Return the texts and whole numbers that an expression is, or that it lists."""
    match node:
        case ast.Constant(value=str() | int() as value):
            return [value]
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return [value for item in items for value in values_in(item)]
    return []


def meant(value: str | int, compared: ast.AST, examples: Examples) -> list[str]:
    """Return the columns of the input in which a value tells the row that is meant from all others.

    A number means a cell only where its column is named; 3 may count anything.
    """
    columns = examples.key_columns(as_cell(value))
    named = set(names_in(compared))
    if named & set(examples.given) or not isinstance(value, str) or len(value) < SHORTEST:
        return [name for name in columns if name in named]
    return columns


def names_in(node: ast.AST) -> Iterator[str]:
    """Yield what can be names of columns in an expression."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
        elif isinstance(part, ast.Attribute):
            yield part.attr


def row_counters(tree: ast.Module) -> Iterator[str]:
    """Yield the names of variables that number the rows of a table."""
    for node in ast.walk(tree):
        match node:
            case ast.For(
                target=ast.Tuple(elts=[ast.Name(id=name), *_]), iter=ast.Call(func=ast.Attribute(attr="iterrows"))
            ):
                yield name
            case ast.For(
                target=ast.Name(id=name),
                iter=ast.Call(func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"))]),
            ):
                yield name


def counts_rows(node: ast.AST, counters: set[str]) -> bool:
    """Tell whether an expression is the number of a row."""
    by_name = isinstance(node, ast.Name) and node.id in counters
    return by_name or (isinstance(node, ast.Attribute) and node.attr in ("index", "name"))


def is_place(target: ast.expr) -> bool:
    """Tell whether what is assigned to is a cell, or a row, by its number."""
    match target:
        case ast.Subscript(
            value=ast.Attribute(attr=attribute),
            slice=ast.Constant(value=int()) | ast.Tuple(elts=[ast.Constant(value=int()), *_]),
        ):
            return attribute in PLACES
    return False


def is_fixed(node: ast.expr) -> bool:
    """Tell whether a value is a constant, or made of nothing else."""
    parts: Sequence[ast.expr] = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return all(isinstance(part, ast.Constant) for part in parts)
