"""A job with private rows: no word of them is in any request, and the script works on them."""

import json
import re
from collections.abc import Iterator

import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED
from csvconverter.v1.plans_pb2 import VERDICT_CRASHED, VERDICT_MISMATCHED, VERDICT_PASSED, VERDICT_REFUSED
from csvconverter.v1.services_pb2 import GetArtifactRequest, RunInferenceRequest, StartTrainingRequest
from tests.crew.stage import USER, Stage
from tests.language_model.answers import Answer
from tests.language_model.asked import Asked
from tests.server.caller import ALL_KEY, Caller

MARK = "refprivate"
FIRST = ["Quetzalina", "Wycl", "Ulfgar", "Brynjolfsdotter", "Ægir"]
LAST = ["Zanzibarov", "Kowalczykowska", "Fjordström"]
NAMES = [f"{first} {last}" for first in FIRST for last in LAST]
ILLNESSES = {"vermilionitis": "Zinnoberfieber", "obsidianosis": "Glasknie", "ceruleanemia": "Blaublut"}
BIRTHS = ["1983-11-27", "1991-02-28", "1978-06-30"]
ROWS = [(str(730419 + 37 * n), NAMES[n], list(ILLNESSES)[n % 3], BIRTHS[n * n % 3]) for n in range(15)]
CANARIES = {word.casefold() for row in ROWS for cell in row for word in re.findall(r"\w{4,}", cell)}
CANARIES |= {word.casefold() for word in ILLNESSES.values()}

SCRIPT = """\
import sys
import pandas as pd

ILLNESSES = {illnesses}


def longest(name: str) -> str:
    return max(name.split(), key=len)


df = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
{body}
output = pd.DataFrame({{
    "refprivate": df["refprivate"],
    "called": {called},
    "illness": df["illness"].map(ILLNESSES),
    "born": pd.to_datetime(df["born"], format="%Y-%m-%d").dt.strftime("%d.%m.%Y"),
}})
output.to_csv(sys.argv[2], index=False)
"""
RIGHT = 'df["name"].map(longest)'


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("private"), AGENTS="auto", PRIVACY="synthetic", INDUCTION_SECONDS=2) as stage:
        yield stage


def table(header: str, rows: list[tuple[str, ...]]) -> bytes:
    return "".join(f"{','.join(row)}\n" for row in [(header,), *rows]).encode()


def expected(row: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
    number, name, illness, born = row
    return number, max(name.split(), key=len), ILLNESSES[illness], ".".join(reversed(born.split("-")))


class SeeingModel:
    """Writes scripts from the rows that it is shown: one that crashes, a refused one, a wrong one, the right one."""

    def __init__(self) -> None:
        self.parts = iter(
            [
                ('raise ValueError(f"cannot read {df.iloc[0].tolist()}")', RIGHT),
                ('open("/etc/passwd").read()', RIGHT),
                ("print(df)", 'df["name"]'),
                ("", RIGHT),
            ]
        )

    def __call__(self, asked: Asked) -> Answer:
        rows = self.rows(asked.prompt)
        if asked.role == "planner":
            step = dict.fromkeys(("action", "column", "source", "target", "transformation"), "")
            step["details"] = f"From {rows[0]['input']['name']} take the longest word"
            return {"transformation_steps": [step], "data_quality_checks": [], "expected_challenges": []}
        if asked.role == "tester":
            return {"suggestions": [f"Look at {rows[0]['input']['name']}"] * 20}
        body, called = next(self.parts)
        [illnesses, *_] = re.findall(r"ILLNESS\w* = (\{.*?\})", asked.prompt, re.DOTALL)  # which induction has solved
        return {"script": SCRIPT.format(illnesses=illnesses, body=body, called=called)}

    def rows(self, prompt: str) -> list[dict[str, dict[str, str]]]:
        [block] = re.findall(r"<rows>\n(.*?)\n</rows>", prompt, re.DOTALL)
        return [row for row in map(json.loads, block.splitlines()) if "expected" in row]


async def test_no_request_holds_a_word_of_private_rows(stage: Stage) -> None:
    stage.plays[MARK] = SeeingModel()
    wanted = table("refprivate,called,illness,born", [expected(row) for row in ROWS])
    files = {"input_file": table("refprivate,name,illness,born", ROWS), "expected_output_file": wanted}
    async with Caller.connected(stage.server.address, ALL_KEY) as caller:
        request = StartTrainingRequest(user_id=USER, job_id=MARK, job_title="Ill", owner="Ann", **files)
        await caller("StartTraining", request)
        events = await caller.events(USER, MARK)
        script = await caller.bytes("GetArtifact", GetArtifactRequest(client_id=USER, job_id=MARK, name="script.py"))
        fresh = table("refprivate,name,illness,born", [("1", "Jo Newcomer", "obsidianosis", "2001-01-31")])
        converted = await caller("RunInference", RunInferenceRequest(user_id=USER, job_id=MARK, input_file=fresh))
    job = events[-1].job_finished.job
    reports = [event.script_tested.report for event in events if event.HasField("script_tested")]
    assert [report.verdict for report in reports] == [
        VERDICT_MISMATCHED,  # induction's
        VERDICT_CRASHED,
        VERDICT_REFUSED,
        VERDICT_MISMATCHED,
        VERDICT_PASSED,
    ], reports
    assert job.status == JOB_STATUS_SUCCEEDED, job.error

    asked = [json.dumps(request.body, ensure_ascii=False).casefold() for request in stage.model.requests]
    assert len(asked) >= 8
    assert [(number, word) for number, text in enumerate(asked) for word in CANARIES if word in text] == []
    assert all("vermilionitis" not in str(request.headers) for request in stage.model.requests)

    assert "vermilionitis" in script.decode()
    assert converted.output_csv == b"refprivate,called,illness,born\n1,Newcomer,Glasknie,31.01.2001\n"
    plans = [event.plan_proposed.plan for event in events if event.HasField("plan_proposed")]
    assert plans[-1].transformation_steps[0].details in [f"From {name} take the longest word" for name in NAMES]
    assert any(name in error.suggestion for error in reports[1].errors_found for name in NAMES)
