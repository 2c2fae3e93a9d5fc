"""Turns a program into a script that stands alone: what is learned around what every script has in common."""

import keyword
import re
import textwrap
import unicodedata
from collections.abc import Sequence
from typing import Any

from agents.csv_file import CsvFile
from agents.induction.cells.text import Column
from agents.induction.code import Code, literal
from agents.induction.explain import Sentence, explain_program
from agents.induction.model import Expression, OutputColumn, Program, TableStep
from agents.induction.script import files as script_files
from agents.induction.script import skeleton
from agents.induction.script.files import source
from agents.induction.script.lines import INDENT, LINE, break_lines
from agents.reading import rows

LONGEST_NAME = 40  # of a function
THIRD_PARTY = ("numpy as np", "pandas as pd")


def render(program: Program, given: CsvFile, expected: CsvFile) -> str:
    """Return the whole Python file."""
    code = Code()
    reserve_names(program, code)
    steps, calls = render_steps(program.before, code)
    columns, entries = render_columns(program.columns, code)
    last_steps, last_calls = render_steps(program.after, code)
    if (
        expected.dialect.has_header and expected.written_header != expected.header
    ):  # pandas has a name for each column, this file has not
        header = code.constant("OUTPUT_HEADER", list(expected.written_header))
        last_calls = [*last_calls, f"df = df.set_axis({header}, axis=1)"]
    transform = render_transform(calls, entries, last_calls, program)
    filling = (skeleton.fill_column, skeleton.make_once, skeleton.tell_unreadable)
    filled = any("fill_column(" in entry for entry in entries)
    learned = [*steps, *columns, *last_steps, transform]
    tools = [
        *code.helpers.values(),
        *([source(skeleton.add_lacking)] if program.hoped_for() else []),
        *(source(function) for function in filling if filled),
    ]
    files = [script_files.read_input(given), source(skeleton.require_columns), *script_files.writing(expected)]
    files += [source(skeleton.main), *script_files.reading(given)]
    parts = [
        f"{docstring(explain_program(program))}\n\n{render_imports(code, given, expected)}",
        render_constants(code, program, given, expected),
        *titled("What was learned from the example", learned),
        *titled("What the functions above use", tools),
        *titled("How the files are read and written", [one for one in files if one not in tools]),
        'if __name__ == "__main__":\n    main(sys.argv[1:])',
    ]
    return "\n\n\n".join([f"{parts[0]}\n\n{parts[1]}", *parts[2:]]) + "\n"


def titled(title: str, functions: list[str]) -> list[str]:
    """Return functions under a comment."""
    return [f"# {title}", *functions] if functions else []


def reserve_names(program: Program, code: Code) -> None:
    """Render everything once, so that no function of a step or column is named like one that another needs."""
    for operator in (*program.before, *(column.expression for column in program.columns), *program.after):
        if operator is not None:
            operator.render(code)


def render_imports(code: Code, given: CsvFile, expected: CsvFile) -> str:
    """Return the import lines."""
    needed = script_files.modules(expected) | code.imports | {"pandas as pd"}
    modules = [f"import {module}" for module in sorted(needed.difference(THIRD_PARTY))]
    others = [f"import {module}" for module in sorted(needed.intersection(THIRD_PARTY))]
    return "\n".join([*modules, *script_files.name_imports(given), "", *others])


def render_constants(code: Code, program: Program, given: CsvFile, expected: CsvFile) -> str:
    """Return how the files are written, which columns are read, and what the operators need."""
    lines = [
        *(f"{name} = {data(value)}" for name, value in script_files.input_constants(given)),
        *(f"{name} = {data(value)}" for name, value in script_files.output_constants(expected)),
        f"OUTPUT_QUOTING = {script_files.output_quoting(expected)}",
        f"REQUIRED_COLUMNS = {data(program.required_columns())}",
        *(f"{name} = {data(value)}" for name, value in code.constants.items()),
    ]
    return "\n".join([*lines, "", 'LOG = logging.getLogger("convert")'])


def data(value: Any) -> str:
    """Return a list, a dictionary or another constant as source, one item a line when it is long."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, dict):
        items = [f"{data(key)}: {data(item)}" for key, item in value.items()]
    elif isinstance(value, list | tuple):
        items = [data(item) for item in value]
    else:
        return repr(value)
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    line = f"{opening}{', '.join(items)}{closing}"
    return (
        line if len(line) < LINE - 20 else f"{opening}\n{''.join(f'    {item},' + chr(10) for item in items)}{closing}"
    )


def render_steps(steps: Sequence[TableStep], code: Code) -> tuple[list[str], list[str]]:
    """Return a function for each step, and the lines of `transform` that call them."""
    functions = []
    calls = []
    for step in steps:
        name = unique_name(step.action, code, step.makes() or step.sources())
        body = [docstring([Sentence(step.explain())], LINE - len(INDENT)), *returning(step.render(code))]
        functions.append(break_lines(f"def {name}(df: pd.DataFrame) -> pd.DataFrame:\n{indented(body)}"))
        calls.append(f"df = {name}(df)")
    return functions, calls


def returning(statements: Sequence[str]) -> list[str]:
    """Return what the last of some assignments to `df` computes."""
    *others, last = statements
    return [*others, f"return {last.removeprefix('df = ')}"] if last.startswith("df = ") else [*statements, "return df"]


def render_columns(columns: Sequence[OutputColumn], code: Code) -> tuple[list[str], list[str]]:
    """Return a function for each column that is more than a copy, and the entries of the output."""
    functions = []
    entries = []
    for column in columns:
        if column.expression is None:
            entries.append(f'{literal(column.name)}: "",  # it is not known how to compute this')
        elif isinstance(column.expression, Column):
            entries.append(f"{literal(column.name)}: {column.expression.render(code)},")
        else:
            name = unique_name(f"make_{column.name}", code)
            functions.append(render_column(name, column.expression, code))
            entries.append(f"{literal(column.name)}: {render_call(name, column)},")
    return functions, entries


def render_column(name: str, expression: Expression, code: Code) -> str:
    """Return the function that computes one column."""
    body = [docstring([Sentence(expression.explain())], LINE - len(INDENT)), f"return {expression.render(code)}"]
    return break_lines(f"def {name}(df: pd.DataFrame) -> pd.Series:\n{indented(body)}")


def render_call(name: str, column: OutputColumn) -> str:
    """Return the call of the function that computes a column."""
    assert column.expression is not None
    sources = ", ".join(map(literal, column.expression.sources()))
    by_row = "" if column.expression.row_local else ", by_row=False"
    return f"fill_column({literal(column.name)}, {name}, df, [{sources}]{by_row})" if sources else f"{name}(df)"


def render_transform(calls: Sequence[str], entries: Sequence[str], last_calls: Sequence[str], program: Program) -> str:
    """Return the function that does all steps."""
    unknown = [column.name for column in program.columns if column.expression is None]
    hoped_for = ", ".join(map(literal, program.hoped_for()))
    columns = [
        *([f"df = {skeleton.add_lacking.__name__}(df, [{hoped_for}])"] if hoped_for else []),
        "columns = {",
        *(f"    {entry}" for entry in entries),
        "}",
        "df = pd.DataFrame(columns, index=df.index)",
    ]
    body = [
        docstring([Sentence("Take the table through every step")]),
        *(f'LOG.warning("%s: it is not known how to compute this column", {literal(name)})' for name in unknown),
        *returning([*guarded(calls, program), *([] if program.whole else columns), *last_calls]),
    ]
    return break_lines(f"def transform(df: pd.DataFrame) -> pd.DataFrame:\n{indented(body)}")


def guarded(calls: Sequence[str], program: Program) -> list[str]:
    """Return the calls of the steps, with a message where one reads a column that no cell of another file names."""
    if not any(step.names_from_cells or step.width_from_cells for step in program.before):
        return list(calls)
    message = "ERROR nothing in the input gives rise to the column {error}"
    return [
        "try:",
        *(f"{INDENT}{call}" for call in calls),
        "except KeyError as error:  # the name of a column that cells give rise to",
        f'{INDENT}raise SystemExit(f"{message}") from None',
    ]


def indented(lines: Sequence[str]) -> str:
    """Indent the body of a function."""
    return textwrap.indent("\n".join(lines), INDENT)


def unique_name(wanted: str, code: Code, columns: Sequence[str] = ()) -> str:
    """Return an identifier that no function of the script has, and reserve it; the first column may tell it apart."""
    name = unique = identifier(wanted)
    if taken(name, code) and columns:
        name = unique = identifier(f"{wanted}_{columns[0]}")
    number = 1
    while taken(unique, code):
        number += 1
        unique = f"{name}_{number}"
    code.names.add(unique)
    return unique


def identifier(wanted: str) -> str:
    """Return the words of a text as a name for a function."""
    words = unicodedata.normalize("NFKC", re.sub(r"\W+", "_", wanted)).strip("_").lower()[:LONGEST_NAME].rstrip("_")
    return words if words.isidentifier() and not keyword.iskeyword(words) else "make_column"


def taken(name: str, code: Code) -> bool:
    """Tell whether a function of the script may have a name."""
    return name in code.names or hasattr(skeleton, name) or hasattr(rows, name)


def docstring(sentences: Sequence[Sentence], width: int = LINE) -> str:
    """Return a docstring that no column name or constant can end or escape from."""
    lines = []
    for sentence in sentences:
        plain = "".join(character if character.isprintable() else " " for character in sentence.text)
        safe = plain.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        lines += (
            textwrap.wrap(
                safe + sentence.end,
                width - len('"""'),
                initial_indent=sentence.bullet,
                subsequent_indent=" " * len(sentence.bullet),
                break_long_words=False,
                break_on_hyphens=False,
            )
            + [""] * sentence.gap
        )
    text = "\n".join(lines).strip()
    return f'"""{text}"""' if "\n" not in text else f'"""{text}\n"""'
