"""Scripts that were written from what a model sees of made-up rows, and what they do with the real ones."""

import csv
import io
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from agents.crew.veil.rehearsal import Rehearsal
from agents.crew.veil.task import veil_task
from agents.csv_file import parse_csv, read_csv
from agents.task import Task
from csvconverter.v1.plans_pb2 import TestReport

KEYS = [b"first", b"second"]

FRAME = """
import csv
import re
import sys
from datetime import datetime
{constants}
def convert(cell):
    {body}


with open(sys.argv[1], "r", encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
with open(sys.argv[2], "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file, lineterminator="\\n")
    writer.writerow(["made"])
    writer.writerows([convert(row["given"])] for row in rows)
"""

PLAIN = {
    "title case": ("return cell.title()", "anna MILLER=Anna Miller|bob o'neil=Bob O'Neil"),
    "initials": ('return ". ".join(word[0] for word in cell.split()) + "."', "Anna Miller=A. M.|Bob Stone=B. S."),
    "split": ('return cell.split(", ")[1]', "Miller, Anna=Anna|Stone, Bob=Bob"),
    "swap": ('return " ".join(reversed(cell.split(", ")))', "Miller, Anna=Anna Miller|Stone, Bob=Bob Stone"),
    "padding": ("return cell.zfill(5)", "42=00042|1234=01234|77=00077"),
    "leading zeros": ('return cell.lstrip("0")', "00042=42|01234=1234|00077=77"),
    "thousands": ('return cell.replace(",", "")', "1,234.50=1234.50|12,000.00=12000.00"),
    "telephone": (
        'return re.sub(r"^(\\d{3})(\\d{3})(\\d{4})$", r"(\\1) \\2-\\3", cell)',
        "5551234567=(555) 123-4567|2125550000=(212) 555-0000",
    ),
    "area code": ("return cell[:3]", "5551234567=555|2125550100=212"),
    "German date": (
        'return datetime.strptime(cell, "%d.%m.%Y").strftime("%Y-%m-%d")',
        "31.12.2024=2024-12-31|01.02.2023=2023-02-01",
    ),
    "American date": (
        'return datetime.strptime(cell, "%m/%d/%Y").strftime("%d %b %Y")',
        "03/04/2024=04 Mar 2024|12/05/2023=05 Dec 2023",
    ),
    "twelve hours": (
        'return datetime.strptime(cell, "%Y-%m-%d %H:%M").strftime("%Y-%m-%d %I:%M %p")',
        "2024-02-28 14:30=2024-02-28 02:30 PM|2024-02-29 09:05=2024-02-29 09:05 AM",
    ),
    "umlauts": (
        'return cell.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace(" ", "-")',
        "Jörg Müller=joerg-mueller|Änne Groß=aenne-groß|Bert Köhler=bert-koehler",
    ),
    "accents": (
        'import unicodedata; return unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode()',
        "José Nuñez=Jose Nunez|Zoë Peña=Zoe Pena",
    ),
    "slug": ('return re.sub(r"[^a-z0-9]+", "-", cell.lower())', "Red Shoes (40)=red-shoes-40-|Blue=blue"),
    "Greek": ("return cell.title()", "ψηφίο δελφίνι=Ψηφίο Δελφίνι|λέξη=Λέξη"),
}
"""What a script does with a cell where it needs no word of the rows, and cells with what becomes of them."""


def table(name: str, cells: Sequence[str]) -> bytes:
    """Return a file with one column."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([cell] for cell in (name, *cells))
    return text.getvalue().encode()


def play(folder: Path, key: bytes, pairs: str, write: Callable[[Task], str]) -> None:
    """Write a script from what is seen of made-up rows, and demand that it is right for both."""
    cells = [pair.split("=") for pair in pairs.split("|")]
    given, wanted = table("given", [before for before, _ in cells]), table("made", [after for _, after in cells])
    (folder / "input.csv").write_bytes(given)
    task = Task(read_csv(given), read_csv(wanted), folder / "input.csv")
    made_up = veil_task(task, key, folder / "made_up.csv")
    script = write(made_up.task)
    real = Rehearsal(task, made_up, lambda task, script: TestReport()).real_script(script)
    assert run(folder, script, made_up.task) == made_up.task.expected.rows
    assert run(folder, real, task) == task.expected.rows


def run(folder: Path, script: str, task: Task) -> tuple[tuple[str, ...], ...]:
    """Return the rows that a script writes."""
    (folder / "script.py").write_text(script)
    subprocess.run([sys.executable, folder / "script.py", task.input_path, folder / "output.csv"], check=True)
    return parse_csv((folder / "output.csv").read_bytes(), task.expected.dialect).rows


def seen(task: Task) -> list[tuple[str, str]]:
    """Return the cells that a model sees, with what becomes of them."""
    return list(zip(task.input.column("given"), task.expected.column("made"), strict=True))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", PLAIN)
def test_patterns_can_be_seen_through_the_veil(name: str, key: bytes, tmp_path: Path) -> None:
    body, pairs = PLAIN[name]
    play(tmp_path, key, pairs, lambda task: FRAME.format(constants="", body=body))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "pairs",
    [
        "active=Aktiv|inactive=Inaktiv|active=Aktiv|on hold=Wartend",
        "M=male|F=female|D=diverse",
        "1=yes|0=no|1=yes",
        "de=Germany|fr=France|pl=Poland",
        "N/A=|none=|x1=x1",
        "31.12.2024=old|30.06.2025=new",
        "grün=green|weiß=white",
        "404=missing|500=broken",
    ],
)
def test_look_ups_have_the_real_words(pairs: str, key: bytes, tmp_path: Path) -> None:
    def write(task: Task) -> str:
        return FRAME.format(
            constants=f"VALUES = {dict(seen(task))!r}  # e.g. {seen(task)[0]}", body="return VALUES[cell]"
        )

    play(tmp_path, key, pairs, write)


@pytest.mark.parametrize("key", KEYS)
def test_constants_in_f_strings_have_the_real_words(key: bytes, tmp_path: Path) -> None:
    def write(task: Task) -> str:
        before = seen(task)[0][1].removesuffix(seen(task)[0][0])
        return FRAME.format(constants="", body=f'return f"{before}{{cell}}"')

    play(tmp_path, key, "0042=INV-DE-0042|0137=INV-DE-0137", write)


@pytest.mark.parametrize("key", KEYS)
def test_units_are_known(key: bytes, tmp_path: Path) -> None:
    def write(task: Task) -> str:
        unit = seen(task)[0][0].lstrip("0123456789")
        return FRAME.format(constants="", body=f"return cell.replace({unit!r}, '')")

    play(tmp_path, key, "12 kg=12|340 kg=340|5 kg=5", write)


@pytest.mark.parametrize("key", KEYS)
def test_country_codes_are_known(key: bytes, tmp_path: Path) -> None:
    def write(task: Task) -> str:
        code = seen(task)[0][1].partition(" ")[0]
        return FRAME.format(constants="", body=f'return "{code} " + cell.lstrip("0")')

    play(tmp_path, key, "0301234567=+49 301234567|0899876543=+49 899876543", write)


@pytest.mark.parametrize("key", KEYS)
def test_beginnings_that_words_share_are_known(key: bytes, tmp_path: Path) -> None:
    def write(task: Task) -> str:
        beginning = seen(task)[0][0][:3]
        body = f'return "yes" if cell.startswith("{beginning}") else "no"'
        return (
            FRAME.format(constants="", body=body)
            .replace('"yes"', repr(seen(task)[0][1]))
            .replace('"no"', repr(seen(task)[2][1]))
        )

    play(tmp_path, key, "INVOICE=in|INVENTORY=in|RECEIPT=out|REFUND=out", write)
