"""Long lines of scripts are broken where a reader would break them, and nothing but the layout changes."""

import ast

import pytest

from agents.induction.script.lines import LINE, break_lines

LONG = "a_rather_long_name_of_something"
STATEMENTS = [
    f'df = df.melt(["{LONG}", "{LONG}"], var_name="{LONG}", value_name="value").astype(object)',
    f'return df["{LONG}"].where(df["{LONG}"] != "", None).ffill().fillna("").rename("{LONG}")',
    f'return df["{LONG}"] + " " + df["{LONG}"].str.upper() + " " + df["{LONG}"].str.split(",", n=1).str[0]',
    f"return [{LONG}(cell) for number, cell in enumerate({LONG}) if cell.strip().lower() not in ({LONG}, None)]",
    f"cells = {LONG}.map(lambda first, second=1: {LONG}(first, second, (1,), more={LONG}), na_action={LONG})",
    f'if {LONG} and not any(map(str.strip, [*{LONG}[:place], *{LONG}[place + 1 :]])):\n        raise SystemExit("no")',
    f'LOG.warning(f"{{df!r}} {{{{}}}} {{len(df):>5}} and {{[1, 2]}}", {LONG}, -1, x[-1:], {LONG}, {LONG})',
    f'columns = {{\n        "a": 1,\n        "{LONG}": [{LONG}, {LONG}, {LONG}],\n    }}',
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_long_statements_are_broken_and_stay_the_same(statement: str) -> None:
    code = f'def make(df):\n    """Say {"why " * 30}"""\n    # as it is\n    {statement}\n'
    broken = break_lines(code)
    assert ast.dump(ast.parse(broken)) == ast.dump(ast.parse(code))
    assert max(map(len, broken.split("\n")[3:])) <= LINE
    assert broken.split("\n")[:3] == code.split("\n")[:3]


def test_methods_in_a_row_stand_below_each_other() -> None:
    code = f'    return df["{LONG}"].where(df["{LONG}"] != "", None).ffill().fillna("").str.strip()'
    assert break_lines(f"def make(df):\n{code}").split("\n") == [
        "def make(df):",
        "    return (",
        f'        df["{LONG}"]',
        f'        .where(df["{LONG}"] != "", None)',
        "        .ffill()",
        '        .fillna("")',
        "        .str.strip()",
        "    )",
    ]


def test_short_lines_texts_of_several_lines_and_comments_stay_as_they_are() -> None:
    code = (
        f'def make():\n    text = """{"x " * 80}\n    y"""\n    x = [  # {"why " * 40}\n        1,\n    ]\n    return x'
    )
    assert break_lines(code) == code
