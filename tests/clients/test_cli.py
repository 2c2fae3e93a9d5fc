import asyncio
import json
import os
import re
import signal
from pathlib import Path

import grpc
import pytest
from typer.testing import CliRunner

from csvconverter.cli.app import build_app
from csvconverter.cli.exit_codes import explanation
from csvconverter.errors import ConverterError
from tests.clients.conftest import CLI, Run
from tests.clients.scripted_service import KEY, ScriptedService
from tests.clients.stories import AMBIGUITY, HOSTILE, JOB, SCRIPT, failure, success, success_of_a_model

EVENTS = len(success())


@pytest.fixture(autouse=True)
def example(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,order_date\n007,3.1.2024\n")
    (tmp_path / "out.csv").write_text("id,order_date\n007,2024-01-03\n")


async def test_training_asks_for_what_the_options_say(run: Run, service: ScriptedService, tmp_path: Path) -> None:
    options = ["--column", "order_date=Convert to YYYY-MM-DD", "--column", "id=", "--instruction", "Sort by id"]
    names = ["--title", "Orders", "--user", "acme", "--owner", "jane", "--job-id", JOB, "--description", "monthly"]
    ran = await run("train", "in.csv", "out.csv", *options, *names, "--script", "learned.py")
    assert ran.code == 0, ran.err
    request = service.requests[0]
    assert dict(request.column_instructions) == {"order_date": "Convert to YYYY-MM-DD", "id": ""}
    assert (request.general_instructions, request.job_title, request.owner) == ("Sort by id", "Orders", "jane")
    assert (request.user_id, request.job_id, request.description) == ("acme", JOB, "monthly")
    assert request.input_file == (tmp_path / "in.csv").read_bytes()
    assert request.expected_output_file == (tmp_path / "out.csv").read_bytes()
    assert (tmp_path / "learned.py").read_bytes() == SCRIPT


async def test_a_pipe_gets_one_line_an_event(run: Run) -> None:
    ran = await run("train", "in.csv", "out.csv")
    lines = ran.out.splitlines()
    assert len(lines) == EVENTS
    assert all(re.match(rf"\S+Z {number} \d [a-z_]+ \S", line) for number, line in enumerate(lines, 1))
    assert lines[9] == (
        "2023-11-14T22:13:30Z 10 1 script_tested MISMATCHED: 97.6% of cells as expected, 31 differ;"
        " first row 3, order_date: expected 2024-01-03, found 31 dates differ"
    )
    assert lines[-1].endswith(
        "job_finished SUCCEEDED: every cell as expected in 1,200 rows, 2 iterations, 1.8 s, 61 MB"
    )


async def test_a_pipe_tells_who_plays_and_what_a_model_was_asked(run: Run, service: ScriptedService) -> None:
    service.story = success_of_a_model()
    lines = [line.split(maxsplit=4)[4] for line in (await run("watch", JOB)).out.splitlines()]
    assert "planner at work (some-model)" in lines
    assert "coder: def convert(frame): frame['total'] = frame['net'] * 1.2 return frame" in lines
    assert "a script of 2 lines (2,345 tokens in 1 request, $0.0014)" in lines
    assert lines[-1].endswith("2 iterations, 1.8 s, 61 MB, 4,690 tokens in 2 requests, $0.0027")
    assert "4,690 tokens in 2 requests, $0.0027" in (await run("show", JOB)).out


async def test_json_is_one_object_a_line_with_short_names(run: Run) -> None:
    ran = await run("train", "in.csv", "out.csv", "--json")
    started, *events = map(json.loads, ran.out.splitlines())
    assert (started["job_id"], started["status"]) == (JOB, "QUEUED")
    assert [event["sequence"] for event in events] == list(range(1, EVENTS + 1))
    report = events[9]["script_tested"]["report"]
    assert (report["verdict"], report["mismatch_count"], report["test_passed"]) == ("MISMATCHED", 31, False)
    assert events[3]["agent_started"] == {"role": "PLANNER", "played_by": "induction"}
    assert events[-1]["job_finished"]["job"]["status"] == "SUCCEEDED"
    assert ran.err == ""


async def test_detaching_prints_the_id_alone(run: Run) -> None:
    assert (await run("train", "in.csv", "out.csv", "--detach")).out == f"{JOB}\n"


async def test_watching_can_begin_later(run: Run) -> None:
    ran = await run("watch", JOB, "--after", str(EVENTS - 1))
    assert len(ran.out.splitlines()) == 1
    ran = await run("watch", JOB, "--after", str(EVENTS))
    assert (ran.code, ran.out) == (0, "")


async def test_a_job_that_fails_says_why_and_exits_with_1(run: Run, service: ScriptedService) -> None:
    service.story = failure()
    ran = await run("watch", JOB)
    assert ran.code == 1
    assert "FAILED: 99.9% of cells as expected, 1 iteration; No plan explains total" in ran.out


async def test_hostile_text_reaches_no_terminal(run: Run, service: ScriptedService) -> None:
    service.story = success(HOSTILE)
    ran = await run("watch", JOB)
    assert not set(ran.out) & set("\x1b\x07\u202e")
    assert r"looking at \x1b]0;owned\x07[bold red]x[/] \x1b[2J\u202e" in ran.out


async def test_converting_between_files_and_through_pipes(run: Run, tmp_path: Path) -> None:
    ran = await run("convert", JOB, "in.csv", "-o", "new.csv")
    assert (ran.code, ran.out) == (0, "")
    assert (tmp_path / "new.csv").read_text() == "ID,ORDER_DATE\n007,3.1.2024\n"
    assert (await run("convert", JOB, "-", stdin=b"a\nb\n")).out == "A\nB\n"
    told = json.loads((await run("convert", JOB, "in.csv", "-o", "new.csv", "--json")).out)
    assert (told["output_file"], told["bytes"]) == ("new.csv", 27)


async def test_a_failed_conversion_leaves_the_old_file_as_it_was(run: Run, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("old")
    (tmp_path / "bad.csv").write_text("a\ncrash\n")
    ran = await run("convert", JOB, "bad.csv", "-o", "new.csv")
    assert (ran.code, "the script stopped on row 1" in ran.err) == (1, True)
    assert (tmp_path / "new.csv").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["bad.csv", "in.csv", "new.csv", "out.csv"]


async def test_showing_a_job_says_what_was_learned(run: Run) -> None:
    shown = (await run("show", JOB)).out
    assert "1. Copy customer_id as it is; leading zeros stay." in shown
    assert "every cell as expected in 1,200 rows, 2 iterations, 1.8 s" in shown
    assert "taken as day before month; the examples also allow month before day (on row 17:" in shown
    assert "2 rows had a field too many" in shown
    assert json.loads((await run("show", JOB, "--json")).out)["ambiguities"][0]["row"] == AMBIGUITY.row


async def test_the_script_comes_through_a_pipe_byte_for_byte(run: Run) -> None:
    assert (await run("show", JOB, "--script")).out.encode() == SCRIPT
    assert json.loads((await run("show", JOB, "--script", "--json")).out)["script"].encode() == SCRIPT


async def test_jobs_are_listed_one_a_line(run: Run, service: ScriptedService) -> None:
    ran = await run("jobs", "--status", "succeeded")
    assert [line.split("\t")[:2] for line in ran.out.splitlines()] == [[JOB, "SUCCEEDED"], ["older", "FAILED"]]
    assert service.requests[0].status == 3
    assert [json.loads(line)["job_id"] for line in (await run("jobs", "--json")).out.splitlines()] == [JOB, "older"]


async def test_cancelling_deleting_and_downloading(run: Run, service: ScriptedService, tmp_path: Path) -> None:
    assert (await run("cancel", JOB)).out == "SUCCEEDED\n"
    assert json.loads((await run("delete", JOB, "--json")).out)["deleted"] is True
    assert service.deleted == [f"default/{JOB}"]
    await run("download", JOB, "script.py")
    assert (tmp_path / "script.py").read_bytes() == SCRIPT


@pytest.mark.parametrize(
    ("code", "arguments", "variables", "said"),
    [
        (0, ["watch", JOB], {}, ""),
        (2, ["watch"], {}, "Missing argument"),
        (2, ["train", "in.csv", "missing.csv"], {}, "cannot read missing.csv: No such file or directory"),
        (2, ["train", "in.csv", "out.csv", "--column", "id"], {}, "--column wants NAME=TEXT"),
        (2, ["train", "in.csv", "out.csv", "--column", "a=1", "--column", "a=2"], {}, "twice"),
        (2, ["train", "-", "out.csv"], {}, "body.input_file: the file is empty"),
        (2, ["convert", JOB, "in.csv", "-o", "no/such/folder.csv"], {}, "cannot write"),
        (2, ["convert", JOB, "in.csv", "--json"], {}, "-o FILE"),
        (3, ["jobs"], {"CSV_CONVERTER_GRPC_ADDRESS": "127.0.0.1:1"}, "no server answers at 127.0.0.1:1"),
        (3, ["watch", JOB], {"CSV_CONVERTER_GRPC_ADDRESS": "127.0.0.1:1"}, "csv-converter serve"),
        (4, ["jobs"], {"CSV_CONVERTER_API_KEY": "wrong"}, "the key is not known"),
        (4, ["jobs", "--user", "somebody-else"], {}, "does not open this client"),
        (5, ["watch", "nothing"], {}, "there is no job nothing"),
        (5, ["download", JOB, "nothing.py"], {}, "the job has no nothing.py"),
    ],
)
async def test_exit_codes(
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    arguments: list[str],
    variables: dict[str, str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    # In this process, since the many cases would take their time to start; the command's own loop needs a thread.
    ran = await asyncio.to_thread(CliRunner().invoke, build_app(), arguments, env=environment | variables)
    assert ran.exit_code == code, ran.stderr
    assert said in re.sub(r"[\s│]+", " ", ran.stderr)


def test_a_server_that_asks_to_come_back_is_not_taken_for_a_missing_one() -> None:
    full = ConverterError(grpc.StatusCode.UNAVAILABLE, "the server has no space left on its disk", "TRY_AGAIN")
    assert explanation(full, "127.0.0.1:1", encrypted=False) == [full.message]


async def test_errors_are_json_where_json_is_asked_for(run: Run) -> None:
    ran = await run("watch", "nothing", "--json")
    assert json.loads(ran.err)["error"]["reason"] == "JOB_NOT_FOUND"


async def test_the_key_that_a_local_server_made_is_found(run: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "api-key").write_text(f"{KEY}\n")
    settings = {"CSV_CONVERTER_API_KEY": "", "CSV_CONVERTER_DATA_DIR": "elsewhere"}
    assert (await run("jobs", **settings)).code == 0


async def test_the_key_is_read_from_a_dotenv_file(run: Run, environment: dict[str, str], tmp_path: Path) -> None:
    del environment["CSV_CONVERTER_API_KEY"]
    assert (await run("jobs")).code == 4
    (tmp_path / ".env").write_text(f"FASTAPI_AND_WEP_APP_SECRET_KEY={KEY}\n")
    assert (await run("jobs")).code == 0


async def test_an_address_for_every_interface_is_reached_here(run: Run, address: str) -> None:
    everywhere = address.replace("127.0.0.1", "0.0.0.0")
    assert (await run("jobs", CSV_CONVERTER_GRPC_ADDRESS=everywhere)).code == 0


async def test_ctrl_c_ends_the_watch_and_says_how_to_go_on(
    service: ScriptedService, environment: dict[str, str]
) -> None:
    service.hold_after = 4
    process = await asyncio.create_subprocess_exec(
        CLI, "watch", JOB, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout
    for _ in range(4):
        await asyncio.wait_for(process.stdout.readline(), 20)
    process.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 130
    assert err.decode() == f"the job goes on; see the rest with: csv-converter watch {JOB} --after 4\n"
