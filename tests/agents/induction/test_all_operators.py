"""What holds for every operator of the language: names are data, tables may be empty or come in parts."""

import itertools
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from rendering import rendered_cells, rendered_table

from agents.csv_file import read_csv
from agents.induction.layout.wide_to_long import WideToLong
from agents.induction.model import Expression, OutputColumn, Program, Table, TableStep, to_data
from agents.induction.operators import KNOWN, from_data, read_program
from agents.induction.script.render import render
from tests.agents.induction.operator_examples import Example, examples

EXAMPLES = list(examples())
BY_OPERATOR = {example[0].op: [one for one in EXAMPLES if one[0].op == example[0].op] for example in EXAMPLES}
FIRST = [own[0] for own in BY_OPERATOR.values()]
SOME = [example for own in BY_OPERATOR.values() for example in own[:: max(1, len(own) - 1)]]
ROW_LOCAL = [name for name, own in BY_OPERATOR.items() if any(operator.row_local for operator, _ in own)]
KEPT = {"op", "kind", "test", "function", "style", "order", "which", "pattern", "unit", "check", "token", "separator"}
"""Fields that hold words of the language."""
HOSTILE = ["self", "df", "cells", "func", "engine", "index", "value", "name", "{x}", "%s", 'a"b\\', "\n", "\U0001f600"]
HOSTILE += ["", "x" * 500, "1"]


def operator_name(example: Example) -> str:
    return example[0].op


def rendered(operator: Expression | TableStep, table: Table) -> Mapping[str, list[str | None]]:
    if isinstance(operator, Expression):
        return {"": rendered_cells(operator, table)}
    return {name: list(cells) for name, cells in rendered_table(operator, table).items()}


def computed(operator: Expression | TableStep, table: Table) -> Mapping[str, list[str | None]]:
    if isinstance(operator, Expression):
        return {"": operator.run(table)}
    return {name: list(cells) for name, cells in operator.run(table).columns.items()}


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return JSON data in which columns have other names."""
    if isinstance(value, list):
        return [renamed(item, names) for item in value]
    if isinstance(value, dict):
        return {
            key: item if key in KEPT and isinstance(item, str) else renamed(item, names) for key, item in value.items()
        }
    return names.get(value, value) if isinstance(value, str) else value


def program_of(operator: Expression | TableStep) -> Program:
    """Return a program that does nothing else."""
    if isinstance(operator, TableStep):
        return Program((operator,), (), whole=True)
    return Program((), (OutputColumn("out", operator),))


def test_every_operator_has_an_example() -> None:
    used = json.dumps([to_data(operator) for operator, _ in EXAMPLES])
    assert [operator.op for operator in KNOWN if f'"op": "{operator.op}"' not in used] == []


@pytest.mark.parametrize("example", SOME, ids=operator_name)
def test_columns_of_any_name_are_data(example: Example) -> None:
    operator, table = example
    chosen = itertools.islice(itertools.cycle(HOSTILE), SOME.index(example) % len(HOSTILE), None)
    names = dict(zip(table.header, chosen, strict=False))
    hostile = from_data(type(operator), renamed(to_data(operator), names))
    other = Table({names[name]: cells for name, cells in table.columns.items()})
    if not isinstance(operator, WideToLong):  # which looks for parts of names
        assert rendered(hostile, other) == computed(hostile, other)


@pytest.mark.parametrize("example", SOME, ids=operator_name)
def test_tables_without_rows_and_with_blanks_alone_are_converted(example: Example) -> None:
    operator, table = example
    for cells in ([], ["", " "]):
        other = Table(dict.fromkeys(table.header, cells))
        assert rendered(operator, other) == computed(operator, other)


@pytest.mark.parametrize("name", ROW_LOCAL)
def test_what_judges_each_row_by_itself_may_be_done_in_parts(name: str) -> None:
    for operator, table in BY_OPERATOR[name]:
        whole = computed(operator, table)
        for size in (1, 7) if operator.row_local else ():
            starts = range(0, table.height, size)
            parts = [computed(operator, table.take(range(table.height)[start : start + size])) for start in starts]
            assert {name: [cell for part in parts for cell in part[name]] for name in whole} == whole


@pytest.mark.parametrize("example", SOME, ids=operator_name)
def test_stored_program_is_read_back(example: Example) -> None:
    program = program_of(example[0])
    assert read_program(program.dumps()) == program
    assert example[0].explain()[:1].isupper()
    assert example[0].cost() >= 0


@pytest.mark.parametrize("example", FIRST, ids=operator_name)
def test_whole_script_does_what_the_program_does(example: Example) -> None:
    operator, table = example
    program, file = program_of(operator), read_csv(b"any\nfile\n")
    script: dict[str, Any] = {"__name__": "learned"}
    exec(compile(render(program, file, file), "learned.py", "exec"), script)
    output = script["transform"](pd.DataFrame(dict(table.columns), dtype=object))
    assert set(map(str, output.dtypes)) <= {"object"}
    made = {name: list(cells) for name, cells in output.items()}
    assert made == {name: list(cells) for name, cells in program.run(table).columns.items()}
