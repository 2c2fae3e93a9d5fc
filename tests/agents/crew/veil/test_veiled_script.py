"""What of a script is text that may come from cells, and what is not."""

import pytest

from agents.crew.veil.glossary import Glossary
from agents.crew.veil.script import rewrite
from agents.csv_file import read_csv

WORDS = {"xkq": "ace", "zvt": "ass", "kw": "kg", "q": "m", "471": "305", "73": "49", "xkrrt": "acorn"}
FILE = read_csv(b"state,code\nxkq,q\n12 kw,+73 471\nXkrrt,zvt 73\n{Xkq},[x-z Zvt] __zvt__\n")
GLOSSARY = Glossary(WORDS, {"2031-05-06": "2024-01-15"}, {"state", "Xkq of it"}, [FILE])


def real(script: str) -> str | None:
    return rewrite(script, GLOSSARY.literal, GLOSSARY.sentence)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('x = {"xkq": "Zvt", "XKQ": "ZVT"}', 'x = {"ace": "Ass", "ACE": "ASS"}'),
        ("x = 'say Xkq, please'", "x = 'say Ace, please'"),
        ("x = r'^Xkq\\b\\d+'", "x = r'^Ace\\b\\d+'"),
        ('x = "Xkq\\n\\t\\"zvt\\""', "x = 'Ace\\n\\t\"ass\"'"),
        ('x = """\nxkq\nzvt\n"""', 'x = """\nace\nass\n"""'),
        ('x = ("Xkq" " and "\n     "zvt")', 'x = ("Ace and ass")'),
        ('x = 1\r\ny = "é"; z = "xkq"\r\n', 'x = 1\ny = "é"; z = "ace"\n'),
        ("x = 1  # xkq means zvt", "x = 1  # ace means ass"),
        ('x = cell.replace(" kw", "")', 'x = cell.replace(" kg", "")'),
        ('x = "+73 " + cell', 'x = "+49 " + cell'),
        ('x = cell.startswith("Xk")', 'x = cell.startswith("Ac")'),
        ('x = {"q": "Zvt"}', 'x = {"m": "Ass"}'),
        ('x = cell == "2031-05-06"', 'x = cell == "2024-01-15"'),
        ('x = {"{Xkq}": "[x-z Zvt]", "__zvt__": ""}', 'x = {"{Ace}": "[x-z Ass]", "__ass__": ""}'),
        ('x = "471" if é else "Xkq"', 'x = "305" if é else "Ace"'),
    ],
)
def test_texts_become_the_real_ones(script: str, expected: str) -> None:
    assert real(script) == expected


def test_f_strings_become_the_real_ones() -> None:
    script = real('''x = f"INV {'xkq'} {cell:>73} Zvt {f'{cell} zvt'}"''')
    assert script is not None
    assert eval(script.removeprefix("x = "), {"cell": "c"}) == f"INV ace {'c':>73} Ass c ass"


@pytest.mark.parametrize(
    "script",
    [
        "xkq = zvt.xkq(q=1)",
        'x = df["state"]',
        'x = df["Xkq of it"]',
        'x = open(path, "q")',
        'x = df.merge(other, how="xkq")',
        'x = time.strftime("%q-%73xkq")',
        'x = re.compile(r"[q-z]{73}\\q")',
        'x = "' + "[" * 100_000 + '"',
        'x = "%q rows in {q} kw of something"',
        'x = f"{cell:xkq}"',
        'x = b"xkq"',
        "x = 471",
        'x = "no q here"',
        'x = f"73{year}"',
        'if __name__ == "__xkq__": pass',
        'x = f"{date}k{time}"',
        'x = "prefix xk only where it stands alone"',
    ],
)
def test_code_stays_as_it_is(script: str) -> None:
    assert real(script) == script


@pytest.mark.parametrize(
    "text", ["def", "x = '", "x = 1\0", "(" * 1000, "x = " + "1 + " * 5000 + "1", "if x:\n\ty\n        z"]
)
def test_what_is_no_python_is_known(text: str) -> None:
    assert real(text) is None
