"""A question to the model gets a typed answer, or an error that says what to do, whatever the server does."""

import contextlib
import re
import socket
import ssl
import time
from collections.abc import Iterable

import pytest

from agents.crew.answers import PlanAnswer, ScriptAnswer, UnreadableAnswer
from agents.crew.failures import Kind
from agents.crew.glimpses import GLIMPSE_CHARACTERS
from agents.crew.roles import CODER, PLANNER
from agents.crew.settings import ModelSettings
from agents.planner_agent import ModelUnavailable, NothingLeft
from agents.token_meter import TokenMeter
from tests.agents.crew.crewai_warnings import CREWAI_WARNINGS
from tests.certificates import Authority
from tests.language_model.answers import (
    CONTEXT_TOO_LONG,
    NO_SCHEMA,
    OUT_OF_QUOTA,
    Answer,
    CutOff,
    Dripping,
    Empty,
    Filtered,
    Garbage,
    Hang,
    InOnePiece,
    NoUsage,
    OutOfLength,
    Refusal,
    Status,
    Thinking,
    ToolCall,
)
from tests.language_model.stub_model import StubModel

pytestmark = CREWAI_WARNINGS

KEY = "sk-canary"
SCRIPT = "import pandas as pd\n" + "".join(f"def step_{number}(frame): ...\n" for number in range(40))
RIGHT = {"script": SCRIPT}
BUSY = Status(429, retry_after=0.01)


class Asking:
    """Asks a stub for scripts as the coder does."""

    def __init__(self, stub: StubModel, **settings: object) -> None:
        from agents.crew.model import LanguageModel  # CrewAI takes seconds to import

        self.meter = TokenMeter()
        self.shown: list[str] = []
        settings = {"base_url": stub.base_url, **settings}
        self.model = LanguageModel(ModelSettings("stub-1", KEY, **settings), self.meter)

    def __call__(self, prompt: str = "Write it.") -> str:
        return self.model.ask(CODER, prompt, ScriptAnswer, self.shown.append).script


@contextlib.contextmanager
def asking(*answers: Answer, key: str | None = None, **settings: object):
    with StubModel({"coder": answers}, key=key) as stub:
        yield Asking(stub, **settings), stub


def failure_of(*answers: Answer, **settings: object) -> str:
    with asking(*answers, **settings) as (ask, stub), pytest.raises(ModelUnavailable) as raised:
        ask()
    assert len(stub.requests) == len(answers)
    return str(raised.value)


def test_a_question_is_sent_as_it_is_and_nowhere_else():
    with asking(RIGHT) as (ask, stub):
        assert ask('a cell: "{tools}{input}{tool_names}"') == SCRIPT
    [request] = stub.requests
    assert stub.lines == ["POST /v1/chat/completions"]
    assert [message["role"] for message in request.body["messages"]] == ["system", "user"]
    assert 'a cell: "{tools}{input}{tool_names}"' in request.prompt
    assert 'Its only key is "script"' in request.prompt
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert ask.meter.total.requests == 1
    assert ask.meter.total.prompt_tokens == request.prompt_tokens


@pytest.mark.parametrize(
    "answer",
    [
        Thinking("Let me see. " * 90, RIGHT),
        NoUsage(RIGHT),
        Dripping(0.001, RIGHT),
        InOnePiece(RIGHT),
        f"```python\n{SCRIPT}```",
    ],
)
def test_an_odd_answer_is_asked_for_once(answer):
    with asking(answer) as (ask, stub):
        assert ask() == SCRIPT
    assert len(stub.requests) == 1
    assert len(SCRIPT) / 5 < ask.meter.total.completion_tokens < len(SCRIPT)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("I would rather not.", "it holds no JSON object with 'script'"),
        ('{"script": ""}', "the script is empty"),
        (OutOfLength(), "it was cut off since it is too long, so it has to be shorter"),
        (ToolCall(), "it calls a tool, and there are none"),
        (Empty(), "it is empty"),
        ('Thought: hm\nAction: search\nAction Input: {"q": 1}', "it holds no JSON object"),
    ],
)
def test_an_answer_that_cannot_be_read_is_asked_for_again(answer, complaint):
    with asking(answer, RIGHT) as (ask, stub):
        assert ask() == SCRIPT
    first, second = stub.requests
    assert [message["role"] for message in second.body["messages"]] == ["system", "user", "assistant", "user"]
    assert complaint in second.body["messages"][-1]["content"]
    assert ask.meter.total.requests == 2
    assert ask.meter.total.prompt_tokens == first.prompt_tokens + second.prompt_tokens


def test_a_model_that_is_never_understood_is_asked_three_times():
    with asking("No.", "x" * 300_000, "No!") as (ask, stub), pytest.raises(UnreadableAnswer, match="asked 3 times"):
        ask()
    assert len(stub.requests) == 3
    assert len(stub.requests[2].prompt) < 10_000


def test_a_server_that_leaves_out_a_part_of_the_question_is_told_of():
    with asking("Hello!", "Hello!", "Hello!") as (ask, _), pytest.raises(ModelUnavailable, match="its context length"):
        ask(" " * 100_000)  # which are not sent


def test_an_answer_to_a_part_of_the_question_is_taken_and_told_of():
    with asking("Hello!", RIGHT) as (ask, _):
        assert ask(" " * 100_000) == SCRIPT
        assert any("raise its context length" in text for text in ask.shown)


@pytest.mark.parametrize(
    ("refusal", "sent"),
    [
        (NO_SCHEMA, "response_format"),
        (Status(400, "Unknown field: stream_options"), "stream_options"),
        (Status(422, "'max_tokens' is unknown"), "max_tokens"),
        (Status(400, "The maximum context length is 8 tokens: 2 in the prompt, 16384 in the completion"), "max_tokens"),
        (Status(400, "stream is not supported"), "stream"),
        (Garbage(b": nothing comes\n\n"), "stream"),
    ],
)
def test_what_a_server_does_not_know_is_left_out_from_then_on(refusal, sent):
    with asking(refusal, RIGHT, RIGHT) as (ask, stub):
        assert ask() == ask() == SCRIPT
    assert [sent in request.body for request in stub.requests] == [True, False, False]


@pytest.mark.parametrize("fault", [BUSY, Status(500, retry_after=0.01), CutOff(0), CutOff(50), Garbage()])
def test_a_fault_that_passes_is_waited_for(fault):
    with asking(fault, RIGHT) as (ask, stub):
        assert ask() == SCRIPT
    assert len(stub.requests) == ask.meter.total.requests == 2
    assert re.search(r"the model server .*: trying again in [01]\.\d s", ask.shown[0]), ask.shown


def chunk(choice: str) -> Garbage:
    return Garbage(f'data: {{"choices": [{choice}]}}\n\ndata: [DONE]\n\n'.encode())


@pytest.mark.parametrize(
    "odd",
    [
        chunk(""),
        chunk("{}"),
        chunk('{"delta": {"reasoning": [7]}}'),
        Garbage(b'data: {"usage": {"total_tokens": 3}}\n\n'),
        chunk('{"delta": {"content": 5}}'),
        chunk('{"delta": {"tool_calls": "x"}}'),
        chunk(r'{"delta": {"content": "\ud83d \u0000"}}'),
        Garbage(b'data: {"choices": {"a": null}, "usage": {"prompt_tokens": -1, "completion_tokens": 1e400}}\n\n'),
        Garbage(b'data: {"error": {"message": "broken \xff"}}\n\n'),
        Garbage(b"<html>Welcome!</html>"),
        Garbage(b": ping\n\n" * 1000),
    ],
)
def test_a_server_that_talks_nonsense_is_asked_again(odd):
    with asking(odd, RIGHT) as (ask, stub):
        assert ask() == SCRIPT
    assert len(stub.requests) == 2


def test_a_character_that_comes_in_two_halves_is_whole():
    halves = r'{"delta": {"content": "{\"script\": \"# \ud83d"}}', r'{"delta": {"content": "\ude00\"}"}}'
    body = "".join(f'data: {{"choices": [{half}]}}\n\n' for half in halves)
    with asking(Garbage(body.encode())) as (ask, _):
        assert ask() == "# \N{GRINNING FACE}"


def test_a_server_that_stays_busy_is_left_alone_in_the_end():
    assert failure_of(*[BUSY] * 6) == "the model server is busy (status 429) (tried 6 times)"


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Status(401, f"Incorrect key {KEY}"), "refused the key: set OPENAI_API_KEY"),
        (Status(403), "refused the key: set OPENAI_API_KEY"),
        (Status(400, f"API key {KEY} not valid"), "refused the key: set OPENAI_API_KEY"),
        (Status(402), "no credit left"),
        (OUT_OF_QUOTA, "no credit left"),
        (Status(400, error_code=["odd"]), "refused the request, saying “stub error”"),
        (Status(429, retry_after=86_400), r"is busy \(status 429\), and wants to be left alone for 86,400 s$"),
        (Status(404), "check OPENAI_MODEL_NAME and OPENAI_BASE_URL"),
        (CONTEXT_TOO_LONG, "longer than the model can read: raise its context length"),
        (Status(413), "longer than the model can read"),
        (Refusal(), "the model refused to answer"),
        (Filtered(), "the model refused to answer"),
        (Status(400, f"no \x1b[31m {KEY} " + "x" * 999), r"refused the request, saying “no \\x1b\[31m … x{90,109}…”$"),
    ],
)
def test_a_failure_that_stays_is_told_at_once(fault, message):
    told = failure_of(fault)
    assert re.search(message, told), told
    assert KEY not in told


@pytest.fixture
def deaf_port():
    with socket.socket() as taken:  # and nobody listens
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_a_server_that_cannot_be_reached_is_tried_for_ten_seconds(deaf_port):
    begun = time.monotonic()
    with (
        asking(base_url=f"http://127.0.0.1:{deaf_port}/v1") as (ask, _),
        pytest.raises(ModelUnavailable, match=r"cannot be reached: check OPENAI_BASE_URL"),
    ):
        ask()
    assert 1 < ask.meter.total.requests <= 6
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("address", ["http://no-such-host.invalid", "https://127.0.0.1:{port}"])
def test_no_host_and_no_tls_are_no_server(address):
    from agents.crew.bounds import Bounds
    from agents.crew.connection import Connection, Question, send
    from agents.crew.protocol import Abilities

    with StubModel({}) as stub:
        connection = Connection(
            model="stub-1",
            settings=ModelSettings("stub-1", KEY, address.format(port=stub.port)),
            abilities=Abilities(),
            question=Question(CODER, [{"role": "user", "content": "?"}], ScriptAnswer),
            bounds=Bounds(99, 9.0),
            listen=print,
        )
        reply = send(connection)
    assert reply.failure.kind is Kind.UNREACHABLE
    assert "check OPENAI_BASE_URL" in reply.failure.message


def test_a_certificate_that_is_not_trusted_is_told_at_once(tmp_path):
    issued = Authority(tmp_path).issue("model")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(issued.certificate, issued.key)
    with asking() as (_, stub):
        stub.server.socket = context.wrap_socket(stub.server.socket, server_side=True)
        ask = Asking(stub, base_url=f"https://127.0.0.1:{stub.port}/v1")
        with pytest.raises(ModelUnavailable, match="not trusted: set SSL_CERT_FILE"):
            ask()
    assert ask.meter.total.requests == 1


def test_a_server_that_says_nothing_is_not_waited_for_past_the_job_s_time():
    begun = time.monotonic()
    with asking(Hang(), seconds_per_job=0.5) as (ask, _), pytest.raises(NothingLeft):
        ask()
    assert time.monotonic() - begun < 20


def test_an_answer_without_end_is_cut_off_at_the_job_s_time():
    endless = Dripping(0.05, "x" * 100_000)
    with asking(endless, seconds_per_job=0.5) as (ask, _), pytest.raises(NothingLeft, match="are over"):
        ask()


def test_the_budget_bounds_every_request_and_ends_the_job():
    with asking("No.", RIGHT, max_tokens_per_job=600) as (ask, stub), pytest.raises(NothingLeft, match="of its 600"):
        ask("x" * 300)
    [request] = stub.requests
    assert 0 < request.most_tokens < 500


def test_a_watcher_sees_the_model_write():
    with asking(Dripping(0.02, RIGHT)) as (ask, _):
        ask()
    assert len(ask.shown) >= 3
    assert all(len(text) <= GLIMPSE_CHARACTERS + 1 for text in ask.shown)
    assert any(re.search(r"^def step_\d+\(frame\): \.\.\.\ndef step_\d+", text) for text in ask.shown)


def test_a_watcher_sees_the_model_think():
    with asking(Thinking("Let me see what the columns hold. " * 20, RIGHT)) as (ask, _):
        ask()
    assert "Let me see what the columns hold." in ask.shown[0]


def test_nobody_else_is_told_anything(capfd, caplog):
    faults: Iterable[Answer] = [BUSY, Garbage(), CutOff(9), "No.", Empty(), NO_SCHEMA, Status(401, KEY)]
    with asking(*faults) as (ask, _), pytest.raises(ModelUnavailable):
        ask()
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


def test_another_role_gets_another_form():
    plan = {"transformation_steps": [{"action": "rename"}], "data_quality_checks": [], "expected_challenges": []}
    with StubModel({"planner": [plan]}) as stub:
        answer = Asking(stub).model.ask(PLANNER, "Plan it.", PlanAnswer, print)
    assert answer.transformation_steps[0].action == "rename"
    assert "You are a planner" in stub.requests[0].prompt
