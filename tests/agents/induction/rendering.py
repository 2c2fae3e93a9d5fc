"""Runs rendered expressions the way a script would."""

import logging
from collections.abc import Iterable
from typing import Any

import pandas as pd

from agents.induction.code import Code
from agents.induction.model import Expression, Table, TableStep

SURROUNDINGS = {"LOG": logging.getLogger("learned"), "Any": Any, "Iterable": Iterable}  # of all scripts


def rendered_cells(expression: Expression, table: Table) -> list[str | None]:
    """Return the cells that the rendered code gives, None where it gives nothing."""
    code = Code()
    rendered = expression.render(code)
    lines = [f"import {module}" for module in ("pandas as pd", *sorted(code.imports))]
    lines += [f"{name} = {value!r}" for name, value in code.constants.items()]
    script: dict[str, Any] = {"df": pd.DataFrame(dict(table.columns), dtype=object), **SURROUNDINGS}
    exec("\n\n\n".join([*lines, *code.helpers.values()]), script)
    cells: pd.Series = eval(rendered, script)
    assert cells.dtype == object
    return [None if pd.isna(cell) else cell for cell in cells]


def rendered_table(step: TableStep, table: Table) -> dict[str, list[str]]:
    """Return what the code of a step makes of a table."""
    code = Code()
    statements = step.render(code)
    lines = [f"import {module}" for module in ("pandas as pd", *sorted(code.imports))]
    lines += [f"{name} = {value!r}" for name, value in code.constants.items()]
    script: dict[str, Any] = {"df": pd.DataFrame(dict(table.columns), dtype=object), **SURROUNDINGS}
    exec("\n\n\n".join([*lines, *code.helpers.values(), *statements]), script)
    assert set(map(str, script["df"].dtypes)) <= {"object"}  # no columns, no types
    return {name: list(cells) for name, cells in script["df"].items()}
