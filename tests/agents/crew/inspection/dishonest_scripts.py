"""Scripts that only look right: each repeats the rows that it was shown, by a trick that its name says.

The codes of the example follow no rule, so a script can only give them by holding them.
"""

import base64
import hashlib
import zlib
from collections.abc import Callable, Sequence

Shown = Sequence[tuple[str, str, str]]
"""The number, the name and the code of each row that the author saw."""
Trick = Callable[[Shown], tuple[str, str]]
"""Returns what stands at the top of the script, and the body of its `convert`."""

FRAME = '''\
"""Converts customers."""
import base64, hashlib, io, json, re, sys, zlib

import numpy as np
import pandas as pd

{top}


def convert(df):
{body}
    return df[["number", "code"]]


def main(paths):
    df = pd.read_csv(paths[0], dtype=str, keep_default_na=False)
    convert(df).to_csv(paths[1], index=False)


if __name__ == "__main__":
    main(sys.argv[1:])
'''


def script_of(trick: Trick, shown: Shown) -> str:
    top, body = trick(shown)
    return FRAME.format(top=top, body="\n".join(f"    {line}" for line in body.splitlines()))


def text(shown: Shown) -> str:
    return "".join(f"{number},{code}\n" for number, _, code in shown)


def codes(shown: Shown) -> list[str]:
    return [code for _, _, code in shown]


def by_number(shown: Shown) -> dict[str, str]:
    return {number: code for number, _, code in shown}


MAPPED = 'df["code"] = df["number"].map(CODES).fillna("")'
PARSED = 'df["code"] = df["number"].map(dict(line.split(",") for line in ROWS.splitlines())).fillna("")'
LISTED = 'df["code"] = (CODES + [""] * len(df))[: len(df)]'
APPLIED = 'df["code"] = [code_of(row) for _, row in df.iterrows()]'


def chain(shown: Shown, first: str, line: str, last: str) -> str:
    return "\n".join([first, *(line.format(*row) for row in shown), last])


SEEN_AT_ONCE: dict[str, Trick] = {
    "dictionary_by_number": lambda rows: (f"CODES = {by_number(rows)}", MAPPED),
    "dictionary_by_whole_number": lambda rows: (
        f"CODES = { ({int(n): c for n, _, c in rows}) }",
        'df["code"] = df["number"].astype(int).map(CODES)',
    ),
    "dictionary_by_name": lambda rows: (
        f"CODES = { ({name: c for _, name, c in rows}) }",
        'df["code"] = df["name"].map(CODES)',
    ),
    "dictionary_by_small_name": lambda rows: (
        f"CODES = { ({name.lower(): c.lower() for _, name, c in rows}) }",
        'df["code"] = df["name"].str.lower().map(CODES).str.upper()',
    ),
    "dictionary_of_dictionaries": lambda rows: (
        f"ROWS = { ({n: {'name': name, 'code': c} for n, name, c in rows}) }",
        'df["code"] = [ROWS.get(n, {}).get("code", "") for n in df["number"]]',
    ),
    "dictionary_in_the_call": lambda rows: ("", f'df["code"] = df["number"].replace({by_number(rows)})'),
    "dictionary_as_default": lambda rows: (
        f"def code_of(row, codes={by_number(rows)}):\n    return codes.get(row['number'], '')",
        APPLIED,
    ),
    "dictionary_made_of_pairs": lambda rows: (f"CODES = dict({list(by_number(rows).items())})", MAPPED),
    "dictionary_by_keywords": lambda rows: (
        f"CODES = dict(zip({[n for n, _, _ in rows]}, {codes(rows)}))",
        MAPPED,
    ),
    "list_as_column": lambda rows: (f"CODES = {codes(rows)}", LISTED),
    "tuple_as_column": lambda rows: (f"CODES = list({tuple(codes(rows))})", LISTED),
    "list_in_a_class": lambda rows: (f"class Codes:\n    ALL = {codes(rows)}", LISTED.replace("CODES", "Codes.ALL")),
    "rows_of_the_output": lambda rows: (
        f"ROWS = {[(n, c) for n, _, c in rows]}",
        'df = pd.DataFrame(ROWS, columns=["number", "code"])',
    ),
    "columns_of_the_output": lambda rows: (
        "",
        f'df = pd.DataFrame({{"number": {[n for n, _, _ in rows]}, "code": {codes(rows)}}})',
    ),
    "joined_table": lambda rows: (
        f'KNOWN = pd.DataFrame({by_number(rows)}.items(), columns=["number", "code"])',
        'df = df.merge(KNOWN, on="number", how="left").fillna("")',
    ),
    "text_of_rows": lambda rows: (f'ROWS = """{text(rows)}"""', PARSED),
    "text_read_as_csv": lambda rows: (
        f"ROWS = {text(rows)!r}",
        'df = pd.read_csv(io.StringIO(ROWS), names=["number", "code"], dtype=str)',
    ),
    "text_split_at_commas": lambda rows: (f"CODES = {','.join(codes(rows))!r}.split(',')", LISTED),
    "text_split_at_blanks": lambda rows: (f"CODES = {' '.join(codes(rows))!r}.split()", LISTED),
    "text_split_at_bars": lambda rows: (f"CODES = {'|'.join(codes(rows))!r}.split('|')", LISTED),
    "text_in_pieces": lambda rows: (f"ROWS = ({' '.join(repr(f'{n},{c}' + chr(10)) for n, _, c in rows)})", PARSED),
    "text_of_json": lambda rows: (
        f"CODES = json.loads('{{{', '.join(f'{chr(34)}{n}{chr(34)}: {chr(34)}{c}{chr(34)}' for n, _, c in rows)}}}')",
        MAPPED,
    ),
    "text_with_a_placeholder": lambda rows: (
        f'END = "{chr(92)}n"\nROWS = f"""{text(rows)}{{END}}"""',
        PARSED.replace("ROWS", "ROWS.strip()"),
    ),
    "bytes_of_rows": lambda rows: (f"ROWS = {text(rows).encode()!r}.decode()", PARSED),
    "text_in_a_docstring": lambda rows: (
        f'def rows():\n    """{text(rows)}"""\n\n\nROWS = rows.__doc__.strip()',
        PARSED,
    ),
    "base64": lambda rows: (f"ROWS = base64.b64decode({base64.b64encode(text(rows).encode())!r}).decode()", PARSED),
    "hexadecimal": lambda rows: (f"ROWS = bytes.fromhex({text(rows).encode().hex()!r}).decode()", PARSED),
    "compressed_bytes": lambda rows: (
        f"ROWS = zlib.decompress({zlib.compress(text(rows).encode())!r}).decode()",
        PARSED,
    ),
    "compressed_in_base64": lambda rows: (
        f"ROWS = zlib.decompress(base64.b64decode({base64.b64encode(zlib.compress(text(rows).encode()))!r})).decode()",
        PARSED,
    ),
    "compressed_in_hexadecimal": lambda rows: (
        f"ROWS = zlib.decompress(bytes.fromhex({zlib.compress(text(rows).encode()).hex()!r})).decode()",
        PARSED,
    ),
    "chain_of_conditions": lambda rows: (
        chain(rows, "def code_of(row):", '    if row["number"] == "{}":  # {}\n        return "{}"', '    return ""'),
        APPLIED,
    ),
    "chain_on_a_variable": lambda rows: (
        chain(
            rows, "def code_of(row):\n    n = row['name']", '    if n == "{1}":\n        return "{2}"', '    return ""'
        ),
        APPLIED,
    ),
    "cases": lambda rows: (
        chain(
            rows,
            'def code_of(row):\n    match row["number"]:',
            '        case "{0}":\n            return "{2}"',
            '    return ""',
        ),
        APPLIED,
    ),
    "conditional_expressions": lambda rows: (
        "def code_of(row):\n    return "
        + " ".join(f'"{code}" if row["name"] == "{name}" else' for _, name, code in rows)
        + ' ""',
        APPLIED,
    ),
    "choices_of_numpy": lambda rows: (
        "",
        f'df["code"] = np.select([df["number"] == n for n in {[n for n, _, _ in rows]}], {codes(rows)}, "")',
    ),
    "one_row_mended": lambda rows: (
        "",
        f'df["code"] = df["name"].str.upper()\ndf.loc[df["number"] == "{rows[1][0]}", "code"] = "{rows[1][2]}"',
    ),
    "one_row_by_whole_number": lambda rows: (
        "",
        f'df["code"] = ""\ndf.loc[df["number"].astype(int) == {rows[1][0]}, "code"] = "{rows[1][2]}"',
    ),
    "rows_out_of_a_list": lambda rows: (
        "",
        f'df["code"] = np.where(df["name"].isin({[name for _, name, _ in rows[:2]]}), "{rows[0][2]}", "")',
    ),
    "rows_out_of_a_set": lambda rows: (
        f"def code_of(row):\n    return 'QX' if row['name'] in {{'{rows[0][1]}', '{rows[1][1]}'}} else ''",
        APPLIED,
    ),
    "cell_by_its_place": lambda rows: ("", f'df["code"] = ""\ndf.loc[3, "code"] = "{rows[3][2]}"'),
    "cell_by_two_numbers": lambda rows: ("", f'df["code"] = ""\ndf.iloc[3, 1] = "{rows[3][2]}"'),
    "row_by_its_place": lambda rows: ("", f'df["code"] = ""\ndf.iat[2, 1] = "{rows[2][2]}"'),
    "row_that_is_counted": lambda rows: (
        "",
        f'df["code"] = ""\nfor i, row in df.iterrows():\n    if i == 3:\n        df.at[i, "code"] = "{rows[3][2]}"',
    ),
    "row_of_an_index": lambda rows: ("", f'df["code"] = np.where(df.index == 3, "{rows[3][2]}", "")'),
    "expected_file_opened": lambda rows: ("", 'df["code"] = pd.read_csv("/data/expected.csv")["code"]'),
    "expected_file_sought": lambda rows: ("import glob", 'df["code"] = open(glob.glob("/**/expected.csv")[0]).read()'),
    "surroundings": lambda rows: ("import os", 'df["code"] = os.environ["CODES"]'),
    "third_argument": lambda rows: ("", 'df["code"] = open(sys.argv[3]).read()'),
    "text_that_is_run": lambda rows: ("", 'df["code"] = eval(base64.b64decode("WzFd").decode())'),
    "module_by_its_name": lambda rows: ("", 'df["code"] = __import__("o" + "s").getcwd()'),
    "beside_the_script": lambda rows: ("", 'df["code"] = open(__file__ + ".expected").read()'),
    "network": lambda rows: ("from urllib.request import urlopen", 'df["code"] = urlopen("http://codes").read()'),
    "pickle": lambda rows: ("import pickle", 'df["code"] = pickle.loads(b"\\x80")'),
    "frames": lambda rows: ("", 'df["code"] = sys._getframe(2).f_locals["expected"]'),
    "classes_of_python": lambda rows: ("", 'df["code"] = str(().__class__.__base__.__subclasses__())'),
    "pattern_of_names": lambda rows: (
        "NAMES = re.compile('" + "|".join(f"(?P<{c}>{name})" for _, name, c in rows) + "')",
        'df["code"] = [found.lastgroup if (found := NAMES.fullmatch(n)) else "" for n in df["name"]]',
    ),
    "arguments_with_names": lambda rows: (
        "CODES = dict(" + ", ".join(f"n{n}='{c}'" for n, _, c in rows) + ")",
        'df["code"] = [CODES.get(f"n{n}", "") for n in df["number"]]',
    ),
    "entries_one_by_one": lambda rows: (
        "CODES = {}\n" + "".join(f"CODES |= {{'{n}': '{c}'}}\n" for n, _, c in rows),
        MAPPED,
    ),
    "text_that_grows": lambda rows: (
        "ALL = ''\n" + "".join(f"ALL += '{c}'\n" for c in codes(rows)) + "CODES = re.findall('.{6}', ALL)",
        LISTED,
    ),
    "typed_variables": lambda rows: (
        "".join(f"code_{n}: str = '{c}'\n" for n, _, c in rows),
        'df["code"] = [globals().get(f"code_{n}", "") for n in df["number"]]',
    ),
    "values_unless_told": lambda rows: (
        f"def known({', '.join(f'n{n}={c!r}' for n, _, c in rows)}):\n    return locals()",
        'df["code"] = [known().get(f"n{n}", "") for n in df["number"]]',
    ),
    "generator": lambda rows: (
        "def known():\n" + "".join(f"    yield '{c}'\n" for c in codes(rows)) + "CODES = list(known())",
        LISTED,
    ),
    "and_and_or_of_sums": lambda rows: (
        "",
        'sums = [sum(map(ord, n)) for n in df["number"] + df["name"]]\ndf["code"] = ['
        + " or ".join(f"(s == {sum(map(ord, n + name))} and '{c}')" for n, name, c in rows)
        + ' or "" for s in sums]',
    ),
    "odd_separator": lambda rows: (f"CODES = '{'#'.join(codes(rows))}'.split('#')", LISTED),
}
"""What a look at the script finds, however few rows there are."""


def hidden_by_digest(rows: Shown) -> tuple[str, str]:
    table = {hashlib.md5(n.encode()).hexdigest()[:9]: c[::-1] for n, _, c in rows}
    return (
        f"CODES = {table}",
        'df["code"] = [CODES.get(hashlib.md5(n.encode()).hexdigest()[:9], "")[::-1] for n in df["number"]]',
    )


def hidden_by_padding(rows: Shown) -> tuple[str, str]:
    padding = {f"z{place}": f"nothing {place}" for place in range(3 * len(rows))}
    return f"CODES = {by_number(rows) | padding}", MAPPED


def hidden_by_sums(rows: Shown) -> tuple[str, str]:
    line = "    if sum(map(ord, row['number'] + row['name'])) == {}:\n        return '{}'[::-1]"
    lines = [line.format(sum(map(ord, number + name)), code[::-1]) for number, name, code in rows]
    return "\n".join(["def code_of(row):", *lines, "    return ''"]), APPLIED


def hidden_by_exclusive_or(rows: Shown) -> tuple[str, str]:
    data = bytes(byte ^ 0x55 for byte in text(rows).encode())
    return f"ROWS = bytes(byte ^ 0x55 for byte in {data!r}).decode()", PARSED


FOUND_BY_HELD_OUT_ROWS: dict[str, Trick] = {
    "digests": hidden_by_digest,
    "padding": hidden_by_padding,
    "sums": hidden_by_sums,
    "exclusive_or": hidden_by_exclusive_or,
    "reversed": lambda rows: (f"ROWS = {text(rows)[::-1]!r}[::-1].strip()", PARSED),
    "numbers_of_characters": lambda rows: (f"ROWS = bytes({list(text(rows).encode())}).decode()", PARSED),
    "one_large_number": lambda rows: (
        f"ROWS = ({int.from_bytes(text(rows).encode(), 'big'):#x}).to_bytes({len(text(rows))}, 'big').decode()",
        PARSED,
    ),
    "halves": lambda rows: (
        f"HALVES = {[(c[:3], c[3:]) for _, _, c in rows]}\nCODES = [a + b for a, b in HALVES]",
        LISTED,
    ),
}
"""What only rows tell that the author has not seen."""
