"""Scripts as texts: when two of them do the same."""

import ast


def same_script(one: str, other: str) -> bool:
    """Tell whether two scripts differ in comments, docstrings, blank lines and the like at the most."""
    return one == other or ((code := code_of(one)) is not None and code == code_of(other))


def code_of(script: str) -> str | None:
    """Return what is left of a script without all that; None when it is no Python."""
    try:
        tree = ast.parse(script)
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
                del node.body[0]
        return ast.dump(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
