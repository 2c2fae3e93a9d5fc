"""Whole jobs whose model takes a short cut: it is not accepted, it is told why, and it learns no more than it may."""

from pathlib import Path

from agents.crew.brief import Brief, make_brief
from agents.csv_file import read_csv
from agents.task import Task
from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED
from csvconverter.v1.plans_pb2 import VERDICT_MISMATCHED, VERDICT_PASSED, VERDICT_REFUSED
from tests.crew.conversions import MOVED, Conversion
from tests.crew.stage import Run


def brief_of(conversion: Conversion) -> Brief:
    return make_brief(Task(read_csv(conversion.input), read_csv(conversion.expected), Path("input.csv")))


def held_out_words(conversion: Conversion) -> list[str]:
    """Return what only rows say that the model does not see."""
    words = [conversion.words[row] for row in sorted(brief_of(conversion).held_out.input_rows)]
    return [spelt for word in words for spelt in (word, word.title(), word.translate(MOVED))]


def told_of(run: Run, words: list[str]) -> list[str]:
    return [word for word in words for asked in run.requests if word in asked.prompt]


def issues(run: Run, attempt: int) -> list[str]:
    reports = [event.script_tested.report for event in run.events if event.HasField("script_tested")]
    return [error.issue for error in reports[attempt].errors_found]


async def test_a_script_that_holds_the_codes_is_refused_before_it_runs(auto_stage, auto, conversion):
    codes = {row[1]: row[1].translate(MOVED) for row in brief_of(conversion).shown_input.rows}
    holding = conversion.script(f"plant.map({codes})")
    answers = {"coder": [{"script": holding}, {"script": conversion.good}]}
    run = await auto_stage.train(auto, conversion, answers)
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.verdicts == [VERDICT_MISMATCHED, VERDICT_REFUSED, VERDICT_PASSED]
    assert any("of the expected output's column 'code'" in issue for issue in issues(run, 1))
    assert "recur in the input" in run.requests[-1].prompt
    assert told_of(run, held_out_words(conversion)) == []


async def test_a_script_that_only_knows_what_it_was_shown_fails_on_the_other_rows(auto_stage, auto, conversion):
    shown = {sum(map(ord, row[1])) * 1000 + len(row[1]): row[1] for row in brief_of(conversion).shown_input.rows}
    known = f"plant.map(lambda w: w.translate(MOVED) if sum(map(ord, w)) * 1000 + len(w) in {set(shown)} else '?')"
    answers = {"coder": [{"script": conversion.script(known)}, {"script": conversion.good}]}
    run = await auto_stage.train(auto, conversion, answers)
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.verdicts == [VERDICT_MISMATCHED, VERDICT_MISMATCHED, VERDICT_PASSED]
    assert issues(run, 1) == ["3 of 12 cells differ, 3 of them in held-out rows."]
    assert told_of(run, held_out_words(conversion)) == []


async def test_a_log_that_quotes_rows_is_not_told_as_it_is(auto_stage, auto, conversion):
    quoting = conversion.script("plant.str.upper()", "print(df.to_string()); [].index(list(df['plant']))")
    answers = {"coder": [{"script": quoting}, {"script": conversion.good}]}
    run = await auto_stage.train(auto, conversion, answers)
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert "ValueError" in run.requests[-1].prompt
    assert told_of(run, held_out_words(conversion)) == []


async def test_where_two_scripts_part_the_owner_is_warned(auto_stage, auto, conversion):
    first_rows = conversion.script("plant.map(lambda word: word.translate(MOVED))", "df = df.head(12)")
    run = await auto_stage.train(auto, conversion, {"coder": [{"script": first_rows}]})
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert [warning for warning in run.job.warnings if "made-up" in warning] == [
        "with made-up rows among those of the input, the script ends with an error and the induced one does not"
    ]


async def test_scripts_that_agree_are_said_to(auto_stage, auto, conversion):
    run = await auto_stage.train(auto, conversion, {"coder": [{"script": conversion.good}]})
    assert not any("made-up" in warning for warning in run.job.warnings)
    [report] = [event.script_tested.report for event in run.events if event.HasField("script_tested")][1:]
    assert [check.passed for check in report.checks if check.name == "agreement"] == [True]
