"""Digits are written in the form that every example has, and none is ever lost on the way."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from learning import convert, make_task, plan_for

from agents.induction.cells.digit_pattern import DigitPattern, propose_digit_patterns
from agents.induction.model import Table, Target

PHONES = ["5551234567", "(555) 765-4321", "555.222.1111", "1-555-888-9999", "+1 212 333 4444"]
WRITTEN = ["(555) 123-4567", "(555) 765-4321", "(555) 222-1111", "(555) 888-9999", "(212) 333-4444"]


def csv(name: str, cells: Sequence[str]) -> str:
    return "\n".join([f"id,{name}", *(f"{number},{cell}" for number, cell in enumerate(cells)), ""])


def found(cells: Sequence[str], wanted: Sequence[str]) -> list[DigitPattern]:
    proposed = propose_digit_patterns(Target("new", wanted, Table({"old": cells})))
    return [one for one in proposed if isinstance(one, DigitPattern)]


def converted(cells: Sequence[str], wanted: Sequence[str], new: Sequence[str], folder: Path) -> list[str]:
    rows = convert(make_task(csv("n", cells), csv("n", wanted)), csv("n", new), folder).rows
    return [row[1] for row in rows]


def test_phones_are_written_in_one_form(tmp_path: Path) -> None:
    assert converted(PHONES, WRITTEN, ["718.555 0000", "17185550000", ""], tmp_path) == ["(718) 555-0000"] * 2 + [""]


def test_number_with_other_digits_is_left_blank_and_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert converted(PHONES, WRITTEN, ["555123456", "445551234567", "11115551234567"], tmp_path) == [""] * 3
    assert "3 values could not be read" in caplog.text


def test_leading_zeros_stay(tmp_path: Path) -> None:
    cells, wanted = ["123456789", "987-65-4321", "001 22 3333"], ["123-45-6789", "987-65-4321", "001-22-3333"]
    assert converted(cells, wanted, ["000112222"], tmp_path) == ["000-11-2222"]


def test_area_code_that_all_examples_share_is_no_text_to_repeat(tmp_path: Path) -> None:
    cells = ["(555) 123-4567", "555.987.6543", "+1 555 222 3333", "555-111-2222"]
    wanted = ["555-123-4567", "555-987-6543", "555-222-3333", "555-111-2222"]
    assert converted(cells, wanted, ["(212) 555-0000"], tmp_path) == ["212-555-0000"]


def test_all_but_the_last_digits_of_a_card_are_masked(tmp_path: Path) -> None:
    cells = ["4111111111111234", "5500-0000-0000-4444", "4000 1234 1234 9999"]
    wanted = ["****-1234", "****-4444", "****-9999"]
    assert converted(cells, wanted, ["4000-0000-0000-0002"], tmp_path) == ["****-0002"]


def test_one_row_is_not_enough() -> None:
    assert not found(PHONES[:1], WRITTEN[:1])
    assert not found(PHONES[:1] * 5, WRITTEN[:1] * 5)


def test_digits_that_always_stand_in_the_wanted_groups_are_parts() -> None:
    assert not found(["323 708 7700", "(425)-706-7709"], ["323-708-7700", "425-706-7709"])


def test_digits_before_the_wanted_ones_that_never_recur_are_not_dropped() -> None:
    assert not found(["915551234567", "925557654321", "935552221111", "945558889999"], WRITTEN[:4])


@pytest.mark.parametrize(
    ("cells", "wanted", "said"),
    [
        (["20240315", "20231201", "20220704"], ["2024-03-15", "2023-12-01", "2022-07-04"], "YYYYMMDD"),
        (["1234567", "9876543", "2345678"], ["1 234 567", "9 876 543", "2 345 678"], "as a number"),
        (["555-123-4567", "444-222-4567", "1-2-3"], ["555.123.4567", "444.222.4567", "1.2.3"], "replace"),
    ],
)
def test_dates_and_numbers_are_read_as_such(cells: list[str], wanted: list[str], said: str) -> None:
    plan = plan_for(make_task(csv("n", cells), csv("n", wanted)))
    assert any(said in step.details for step in plan.transformation_steps)


def test_area_code_is_put_before_numbers_that_lack_it(tmp_path: Path) -> None:
    cells, wanted = ["312-555-0143", "555 0199", "(708) 555-0111"], ["312-555-0143", "217-555-0199", "708-555-0111"]
    assert converted(cells, wanted, ["555.0142", "3125550100", "50142"], tmp_path) == [
        "217-555-0142",
        "312-555-0100",
        "",
    ]


def test_two_area_codes_cannot_be_guessed() -> None:
    cells, wanted = ["312-555-0143", "555 0199", "555 0111"], ["312-555-0143", "217-555-0199", "708-555-0111"]
    assert not found(cells, wanted)
