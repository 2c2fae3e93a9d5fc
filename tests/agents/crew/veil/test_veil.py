"""What stays of real rows behind the veil: their patterns, and no word."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.crew.veil.cipher import Cipher
from agents.crew.veil.task import VeiledTask, veil_task
from agents.crew.veil.variants import variant
from agents.crew.veil.veil import Veil
from agents.csv_file import parse_csv, read_csv
from agents.task import Task

WORDS = st.text("bcdfghjklmnpqrstvwxzäöüéñжщλφ", min_size=3, max_size=9)
NUMBERS = st.integers(10**5, 10**12).map(str)
DATES = st.dates(date(2015, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%d.%m.%Y}")
CELLS = st.lists(WORDS | WORDS.map(str.upper) | NUMBERS | DATES, min_size=1, max_size=3).map(" ".join)
TABLES = st.lists(st.tuples(CELLS, CELLS, DATES), min_size=1, max_size=12)
TITLES = ("given name", "note", "day")


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def veiled(folder: Path, given: bytes, wanted: bytes, key: bytes = b"key", instruction: str = "") -> VeiledTask:
    task = Task(read_csv(given), read_csv(wanted), folder / "input.csv", general_instructions=instruction)
    return veil_task(task, key, folder / "made_up.csv")


def made(cells: Sequence[str], key: bytes = b"key", told: Sequence[str] = ()) -> list[str]:
    return list(map(Veil(Cipher(key), cells, told).text, cells))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLES, st.binary(min_size=1, max_size=16))
def test_no_word_survives(tmp_path: Path, rows: list[tuple[str, str, str]], key: bytes) -> None:
    result = veiled(tmp_path, table(TITLES, rows), table(TITLES, [[cell.title() for cell in row] for row in rows]), key)
    texts = [(tmp_path / "made_up.csv").read_text().partition("\n")[2]]
    texts += [cell for row in (*result.task.input.rows, *result.task.expected.rows) for cell in row]
    words = {word for row in rows for cell in row[:2] for word in cell.casefold().split() if "." not in word}
    shown = "\n".join(texts).casefold()
    assert [word for word in words if word in shown] == []


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLES)
def test_the_made_up_file_is_what_the_task_says(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    result = veiled(tmp_path, table(TITLES, rows), table(TITLES, rows))
    file = parse_csv((tmp_path / "made_up.csv").read_bytes(), result.task.input.dialect)
    assert file.rows == result.task.input.rows == result.task.expected.rows


def test_equal_words_stay_equal_in_every_case() -> None:
    first, second, third, fourth = made(["Miller", "MILLER, miller", "Millerson", "anna.miller@x.org"])
    assert second == f"{first.upper()}, {first.lower()}"
    assert third.startswith(first[:5])
    assert first.lower() in fourth


def test_different_words_stay_different() -> None:
    words = [first + second + third for first in "abcde" for second in "fghij" for third in "klmno"]
    assert len(set(made(words))) == len(words)


def test_numbers_keep_their_zeros_and_their_groups() -> None:
    plain, grouped, padded, round_number = made(["1234.50", "1,234.50", "0001234", "5000"])
    assert grouped.replace(",", "") == plain
    assert plain[-1] == "0"
    assert padded == f"000{plain[:4]}"
    assert round_number[1:] == "000"


def test_round_numbers_become_others() -> None:
    for key in range(100):
        assert made(["100000"], key.to_bytes(1, "big")) != ["100000"]


def test_spellings_without_marks_stay_spellings() -> None:
    marked, german, plain = made(["Müller", "mueller", "MULLER"])
    assert marked[1] in "äöü"
    for mark, spelled in {"ä": "ae", "ö": "oe", "ü": "ue"}.items():
        german = german.replace(spelled, mark, 1) if marked[1] == mark else german
    assert german == marked.lower()
    assert len(plain) == 6


def test_what_the_model_is_told_anyway_stays(tmp_path: Path) -> None:
    rows = [["active", "January"], ["Paused", "March"]]
    result = veiled(
        tmp_path, table(["a", "b"], rows), table(["a", "january"], rows), instruction='Write "paused" small.'
    )
    (first, january), (paused, march) = result.task.input.rows
    assert (january, paused) == ("January", "Paused")
    assert first != "active"
    assert march != "March"


def test_lines_above_a_table_are_made_up(tmp_path: Path) -> None:
    data = b"Report of Zanzibar Ltd\nfor Quetzal\n\nname,amount,city\nann,1,x\nbob,2,y\ncid,3,z\n"
    task = Task(read_csv(data), read_csv(data), tmp_path / "input.csv")
    assert task.input.dialect.preamble
    result = veil_task(task, b"key", tmp_path / "made_up.csv")
    assert "Zanzibar" not in "".join(result.task.input.dialect.preamble)
    assert "Zanzibar" not in (tmp_path / "made_up.csv").read_text()
    assert parse_csv((tmp_path / "made_up.csv").read_bytes(), result.task.input.dialect).header == task.input.header


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_made_up_letters_can_be_written(encoding: str, tmp_path: Path) -> None:
    data = "name;straße\nJürgen Ærø;Höhe\nÉlodie;weiß\n".encode(encoding)
    task = Task(read_csv(data), read_csv(data), tmp_path / "input.csv")
    result = veil_task(task, b"key", tmp_path / "made_up.csv")
    assert parse_csv((tmp_path / "made_up.csv").read_bytes(), result.task.input.dialect).rows == result.task.input.rows


def test_the_same_key_makes_up_the_same_and_another_does_not() -> None:
    words = ["Miller", "12345", "Köln"]
    assert made(words) == made(words)
    assert set(made(words)).isdisjoint(made(words, b"other"))


def test_variants_keep_the_values_that_recur() -> None:
    file = read_csv(
        b"name,state,since\nann,active,2024-01-01\nbob,active,2024-01-02\ncid,left,2024-01-03\ndan,left,2024-02-01\n"
    )
    first, second = variant(file, b"one"), variant(file, b"two")
    assert first.column("state") == second.column("state") == file.column("state")
    assert set(first.column("name")).isdisjoint([*second.column("name"), *file.column("name")])
    assert replace(first, rows=(), dialect=file.dialect) == replace(file, rows=(), warnings=())
