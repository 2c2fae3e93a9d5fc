"""The script that a model begins with: it reads and writes the files of this job as they are, and runs as it stands.

Where induction has solved columns their code is there already. What is left to do are functions that make one column.
"""

import re
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

from agents.crew.brief import Brief
from agents.crew.material import frame
from agents.crew.material.relations import copied_columns
from agents.crew.material.solved import Solved, solved_code
from agents.csv_file import CsvFile
from agents.induction.code import Code, literal
from agents.induction.script import files as script_files
from agents.induction.script import skeleton
from agents.induction.script.files import source
from agents.induction.script.render import data, unique_name
from agents.reading import rows
from csvconverter.v1.plans_pb2 import PreviousAttempt

IMPORTS = {*(f"import {module}" for module in ("csv", "logging", "sys", "time")), "from typing import TextIO"}
NAMES_CHARACTERS = 4_000
NAME_CHARACTERS = 100
MOST_STUBS = 12
SCRIPT_CHARACTERS = 16_000
REST = "\n# The rest of the script is left out here.\n"
ROWS_STUB = '''def choose_rows(df: pd.DataFrame) -> pd.DataFrame:
    """WRITE THIS: {before} rows have to become {after}, or stand in another order."""
    return df'''
STUB = '''def {function}(df: pd.DataFrame) -> pd.Series:
    """WRITE THIS: make the column {column}."""
    return pd.Series("", index=df.index, dtype=object)'''


def template(brief: Brief, induced: PreviousAttempt | None) -> str:
    """Return the script to begin with.

    Args:
        brief: what the model sees of the job.
        induced: induction's attempt, when it made one that is worth going on with.
    """
    given, expected = brief.task.input, brief.task.expected
    solved = solved_part(brief, induced) if induced else None
    copies = {} if solved else copied_columns(brief)
    unsolved = solved.unsolved if solved else function_names([name for name in expected.header if name not in copies])
    parts = [
        '"""Convert one CSV file into another.\n\nRun it as: python script.py INPUT.csv OUTPUT.csv\n"""',
        imports(given, expected, solved),
        constants(given, expected, solved),
        *reading(given),
        source(skeleton.require_columns),
        *(solved.functions if solved else ()),
        *([] if solved or same_rows(brief) else [ROWS_STUB.format(before=len(given.rows), after=len(expected.rows))]),
        *(STUB.format(function=function, column=safe(name)) for name, function in unsolved.items()),
        solved.transform if solved else plain_transform(brief, copies, unsolved),
        source(frame.check_output),
        *script_files.writing(expected),
        source(skeleton.main).replace("transform(df)", "check_output(transform(df))"),
        'if __name__ == "__main__":\n    main(sys.argv[1:])',
    ]
    script = "\n\n\n".join(["\n\n".join(parts[:3]), *parts[3:]])
    return script if len(script) <= SCRIPT_CHARACTERS else script[: SCRIPT_CHARACTERS - len(REST)] + REST


def solved_part(brief: Brief, induced: PreviousAttempt) -> Solved | None:
    """Return what induction has solved; None when that is nothing, or too much to repeat."""
    columns = set(induced.plan.solved_columns)
    taken = re.findall(r"^def (\w+)", induced.script, re.MULTILINE)
    unsolved = function_names([name for name in brief.task.expected.header if name not in columns], taken)
    return solved_code(induced.script, unsolved) if columns else None


def function_names(columns: Sequence[str], taken: Sequence[str] = ()) -> dict[str, str]:
    """Return names for the functions that make the first of the columns; of very many a model writes the others so."""
    code = Code()
    code.names.update(taken)
    return {name: unique_name(f"make_{name}", code) for name in columns[:MOST_STUBS]}


def safe(name: str) -> str:
    """Return a column's name as it may stand in a docstring."""
    return repr(name[:NAME_CHARACTERS]).replace('"', "'")


def imports(given: CsvFile, expected: CsvFile, solved: Solved | None) -> str:
    """Return the import lines."""
    lines = IMPORTS | set(solved.imports if solved else ())
    lines |= {"import io"} if not expected.dialect.final_newline else set()
    lines |= {"import re"} if given.dialect.footer_lines else set()
    if script_files.finds_rows(given):
        lines |= {"from collections import Counter", "from collections.abc import Sequence"}
    plain = sorted(line for line in lines - {"import pandas as pd"} if line.startswith("import "))
    named = sorted(line for line in lines if line.startswith("from "))
    return "\n".join([*plain, *named, "", "import pandas as pd"])


def constants(given: CsvFile, expected: CsvFile, solved: Solved | None) -> str:
    """Return how the files are written, and which columns there are."""
    encoding = {"utf-8": "utf-8-sig"}.get(given.dialect.encoding, given.dialect.encoding)  # which reads both
    written = dict(script_files.input_constants(given)) | {"INPUT_ENCODING": encoding}
    written |= dict(script_files.output_constants(expected))
    written.pop("TOTALS")  # which only induction's scripts look for
    required = solved.required_columns if solved else given.header
    lines = [
        *(f"{name} = {data(value)}" for name, value in written.items()),
        f"OUTPUT_QUOTING = {script_files.output_quoting(expected)}",
        f"REQUIRED_COLUMNS = {names(required)}  # those that are read: add and drop as it has to be",
        f"OUTPUT_COLUMNS = {names(expected.written_header)}",
        *(solved.constants if solved else ()),
    ]
    return "\n".join([*lines, "", 'LOG = logging.getLogger("convert")'])


def names(columns: Sequence[str]) -> str:
    """Return a list of column names; of very many the first, and a remark."""
    whole = data(list(columns))
    if len(whole) <= NAMES_CHARACTERS:
        return whole
    return f"{data(list(columns[:40]))}  # and so on, all {len(columns)} of them"


def reading(given: CsvFile) -> list[str]:
    """Return the functions that read files like the input."""
    has_header = given.dialect.has_header
    text = source(frame.read_input if has_header else frame.read_input_without_header)
    text = text.replace("read_input_without_header", "read_input")
    if not given.dialect.footer_lines:
        text = re.sub(r"    end = find_footer\(.*\)\n", "", text).replace(":end]", ":]").replace(" : end]", " :]")
    read_records = source(frame.read_records)
    if not given.dialect.style:
        read_records = read_records.replace(", **INPUT_STYLE", "")
    finding: tuple[Callable[..., Any], ...] = (frame.find_header, rows.unique_names) if has_header else ()
    if script_files.finds_rows(given):
        finding = (rows.find_table, rows.extent, rows.is_comment, rows.may_have_one_cell)
    elif not has_header:
        text = text.replace("find_table(records[:100])", "0, max(map(len, records), default=0)")
    footer = [source(rows.find_footer)] if given.dialect.footer_lines else []
    return [text, read_records, *map(source, finding), *footer, source(frame.as_table)]


def plain_transform(brief: Brief, copies: dict[str, str], unsolved: dict[str, str]) -> str:
    """Return the function that makes the output, column by column."""
    expected = brief.task.expected
    entries = [f"{literal(name)}: {made(name, copies, unsolved)}" for name in expected.header]
    renamed = ".set_axis(OUTPUT_COLUMNS, axis=1)" if expected.header != expected.written_header else ""
    body = [
        '"""Take the table through every step."""',
        *([] if same_rows(brief) else ["df = choose_rows(df)"]),
        "columns = {",
        *(f"    {entry}" for entry in entries),
        "}",
        f"return pd.DataFrame(columns, index=df.index){renamed}",
    ]
    return f"def transform(df: pd.DataFrame) -> pd.DataFrame:\n{textwrap.indent(chr(10).join(body), '    ')}"


def made(name: str, copies: dict[str, str], unsolved: dict[str, str]) -> str:
    """Return how a column is made: by its function, or as a copy."""
    if name in unsolved:
        return f"{unsolved[name]}(df),"
    return f"df[{literal(copies[name])}]," if name in copies else '"",  # WRITE THIS'


def same_rows(brief: Brief) -> bool:
    """Tell whether each row of the output is made from the row of the input at its place, as far as it is known."""
    heights = {len(brief.task.input.rows), len(brief.task.expected.rows)}
    return bool(brief.pairs) and len(heights) == 1 and all(one == other for one, other in brief.all_pairs)
