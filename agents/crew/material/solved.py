"""What induction has solved, as code: the functions that make its columns, without those that read and write files."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agents.induction.code import literal
from agents.induction.script import skeleton
from agents.reading import rows

SCRIPT_CHARACTERS = 10_000
FILLING = {"transform", "fill_column", "make_once", "tell_unreadable"}

Definition = ast.FunctionDef | ast.Assign


@dataclass(frozen=True)
class Solved:
    """Parts of an induced script that stay as they are, as source text."""

    imports: tuple[str, ...]
    constants: tuple[str, ...]
    functions: tuple[str, ...]  # what `transform` calls
    transform: str  # with a call in the place of each column that is not solved
    required_columns: tuple[str, ...]
    unsolved: dict[str, str]  # columns to make, each with the function that will make it


def solved_code(script: str, unsolved: dict[str, str]) -> Solved | None:
    """Take the parts that are to stay out of an induced script; None when there are none, or too many to repeat.

    Args:
        script: the script that induction wrote.
        unsolved: columns that it leaves blank, each with the function that will make it.
    """
    try:
        tree = ast.parse(script)
    except SyntaxError:
        return None
    defined = dict(definitions(tree))
    text = {name: ast.get_source_segment(script, node) or "" for name, node in defined.items()}
    if "transform" not in text:
        return None
    transform = without_filling(with_calls(text["transform"], unsolved))
    needed = needed_definitions(ast.parse(transform), defined)
    if sum(len(text[name]) for name in needed) + len(transform) > SCRIPT_CHARACTERS:
        return None
    used = names_in(*(defined[name] for name in needed))
    return Solved(
        tuple(line for node in tree.body for line in import_lines(node, used)),
        tuple(text[name] for name in needed if isinstance(defined[name], ast.Assign)),
        tuple(text[name] for name in needed if isinstance(defined[name], ast.FunctionDef)),
        transform,
        tuple(required_columns(tree)),
        unsolved,
    )


def needed_definitions(transform: ast.Module, defined: dict[str, Definition]) -> list[str]:
    """Return the functions and constants that `transform` needs, in the order of the script."""
    needed: set[str] = set()
    waiting = names_in(transform) & defined.keys()
    while waiting:
        needed |= waiting
        waiting = names_in(*(defined[name] for name in waiting)) & defined.keys() - needed
    return [name for name in defined if name in needed]


def definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """Yield what an induced script defines and no other script has anyway."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and (node.name in FILLING or not is_frame(node.name)):
            yield node.name, node
        elif isinstance(node, ast.Assign) and not is_frame(name := ast.unparse(node.targets[0])):
            yield name, node


def is_frame(name: str) -> bool:
    """Tell whether something belongs to what reads and writes files."""
    return hasattr(skeleton, name) or hasattr(rows, name)


def names_in(*nodes: ast.AST) -> set[str]:
    """Return all names that are read."""
    return {one.id for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name)}


def import_lines(node: ast.stmt, used: set[str]) -> Iterator[str]:
    """Yield an import of the script as far as it is used."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        node = type(node)(**dict(ast.iter_fields(node)) | {"names": [one for one in node.names if one.name in used]})
        if node.names:
            yield ast.unparse(node)


def required_columns(tree: ast.Module) -> list[str]:
    """Return the columns that the script reads."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "REQUIRED_COLUMNS":
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


def with_calls(transform: str, unsolved: dict[str, str]) -> str:
    """Return the text of `transform` with calls where it leaves columns blank, and without its warnings about them."""
    [function] = ast.parse(transform).body
    lines = transform.splitlines()
    for node in ast.walk(function):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(value, ast.Constant) and key.value in unsolved:
                    entry = f"{literal(str(key.value))}: {unsolved[key.value]}(df),"
                    lines[value.lineno - 1] = " " * key.col_offset + entry
        elif isinstance(node, ast.Expr) and ast.unparse(node).startswith("LOG.warning("):
            lines[node.lineno - 1] = ""  # it stands on one line
    return "\n".join(filter(None, lines))


def without_filling(transform: str) -> str:
    """Return the text of `transform` with plain calls, where nothing looks at the cells before blanks are filled."""
    if not re.search(r"return pd\.DataFrame\(columns, index=df\.index\)$", transform):
        return transform
    return re.sub(r"fill_column\(.*, (\w+), df, \[.*\]\),$", r"\1(df),", transform, flags=re.MULTILINE)
