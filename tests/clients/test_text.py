import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csvconverter.cli.records import line, record
from csvconverter.cli.story import unsure
from csvconverter.cli.text import cell, count, duration, percent, size, visible
from csvconverter.v1.events_pb2 import JobEvent, PlanProposed
from csvconverter.v1.jobs_pb2 import Job, JobStatus
from csvconverter.v1.plans_pb2 import Plan


@given(st.text())
def test_visible_text_is_printable_and_stays_so(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown


@given(st.text(st.characters(categories=["L", "N", "P", "S", "M"])))
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("", '""'),
        (" a", '" a"'),
        ("a\nb", r"a\nb"),
        ("a\u00a0b", r"a\xa0b"),
        ("x" * 50, "x" * 39 + "…"),
    ],
)
def test_cells_show_what_cannot_be_seen(text: str, shown: str) -> None:
    assert cell(text) == shown


def test_amounts_read_well() -> None:
    assert (count(1, "step"), count(1200, "row")) == ("1 step", "1,200 rows")
    assert (percent(1.0), percent(0.99999), percent(0.5)) == ("100%", "99.9%", "50.0%")
    assert [duration(seconds) for seconds in (-1, 59, 60, 7300, 200_000)] == ["0 s", "59 s", "1 min", "2 h", "2 d"]
    assert (size(999), size(61_000_000), size(2_500_000_000)) == ("999 bytes", "61 MB", "2.5 GB")


def test_records_leave_out_what_is_unset_and_keep_numbers_as_numbers() -> None:
    job = record(Job(job_id="a", status=JobStatus.JOB_STATUS_FAILED, score=0.5))
    assert (job["status"], job["score"], job["warnings"]) == ("FAILED", 0.5, [])
    assert not {"started_at", "plan", "metrics"} & set(job)
    assert record(JobEvent(sequence=3, plan_proposed=PlanProposed())) == {
        "sequence": 3,
        "iteration": 0,
        "plan_proposed": {},
    }


def test_a_status_of_a_newer_server_is_told_as_its_number() -> None:
    newer = Job.FromString(Job(status=JobStatus.JOB_STATUS_FAILED).SerializeToString().replace(b"\x04", b"\x2a"))
    assert record(newer)["status"] == "42"


def test_records_are_safe_to_print() -> None:
    assert json.loads(line(Job(job_title="\x9b2J é")))["job_title"] == "\x9b2J é"
    assert line(Job(job_title="\x9b2J é")).isascii()


def test_columns_that_may_not_hold_on_other_rows_are_named_the_least_likely_first() -> None:
    told = unsure(Plan(confidence={"id": 0.98, "city": 0.87, "note": 0.4}))
    assert told == ["note: 40.0% likely to hold on other rows", "city: 87.0% likely to hold on other rows"]
