"""Events of any size become events that every client accepts."""

import pytest
from structlog.testing import capture_logs

from csvconverter.v1.events_pb2 import FeedbackGiven, JobEvent, JobFinished, PlanProposed, ScriptTested, ScriptWritten
from csvconverter.v1.jobs_pb2 import Job
from csvconverter.v1.plans_pb2 import Feedback, Plan, PreviousAttempt, TestError, TestReport, TransformationStep
from storage.sql.event_size import MOST_BYTES, fit

LARGE = "x" * (MOST_BYTES + 1)
STEP = TransformationStep(step=1, action="rename", column="a" * 50, details="Rename it. " * 20)


def test_event_that_fits_stays_as_it_is() -> None:
    event = JobEvent(plan_proposed=PlanProposed(plan=Plan(program="x" * (MOST_BYTES - 100))))
    before = event.SerializeToString()
    with capture_logs() as lines:
        fit(event)
    assert (event.SerializeToString(), lines) == (before, [])


def test_program_goes_before_anything_else_and_the_log_says_so() -> None:
    plan = Plan(program=LARGE, transformation_steps=[STEP], warnings=["y" * 2000])
    event = JobEvent(job_finished=JobFinished(job=Job(plan=plan, warnings=["z" * 2000])))
    with capture_logs() as lines:
        fit(event)
    plan.program = ""
    assert event.job_finished.job == Job(plan=plan, warnings=["z" * 2000])
    assert "plan.json" in lines[0]["event"]


def test_script_goes_when_the_program_is_not_enough() -> None:
    attempt = PreviousAttempt(iteration=1, plan=Plan(program="p", transformation_steps=[STEP]), script=LARGE)
    event = JobEvent(feedback_given=FeedbackGiven(feedback=Feedback(previous_attempts=[attempt])))
    fit(event)
    [kept] = event.feedback_given.feedback.previous_attempts
    assert kept == PreviousAttempt(iteration=1, plan=Plan(transformation_steps=[STEP]))


@pytest.mark.parametrize(
    "event",
    [
        JobEvent(script_written=ScriptWritten(script=LARGE)),
        JobEvent(plan_proposed=PlanProposed(plan=Plan(transformation_steps=[STEP] * 20_000))),
        JobEvent(plan_proposed=PlanProposed(plan=Plan(solved_columns=[LARGE] * 3))),
        JobEvent(script_tested=ScriptTested(report=TestReport(errors_found=[TestError(column=LARGE)] * 20))),
        JobEvent(job_finished=JobFinished(job=Job(warnings=["w" * 900] * 20_000))),
    ],
    ids=["script", "many steps", "long names", "long names in errors", "many warnings"],
)
def test_whatever_is_large_in_it_the_event_fits(event: JobEvent) -> None:
    payload = event.WhichOneof("payload")
    fit(event)
    assert event.ByteSize() <= MOST_BYTES
    assert event.WhichOneof("payload") == payload


def test_what_people_wrote_about_their_columns_stays() -> None:
    instructions = {f"column {number}": "i" * 2000 for number in range(200)}
    job = Job(column_instructions=instructions, warnings=[LARGE])
    event = JobEvent(job_finished=JobFinished(job=job))
    fit(event)
    assert event.job_finished.job.column_instructions == instructions
    assert event.job_finished.job.warnings[0].endswith("x…")
