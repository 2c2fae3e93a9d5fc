"""A server as a process, and the stub model that its agents ask."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from csvconverter.v1.events_pb2 import AgentRole, JobEvent
from csvconverter.v1.jobs_pb2 import Job
from csvconverter.v1.services_pb2 import StartTrainingRequest
from tests.crew.conversions import Conversion
from tests.language_model.answers import Answer
from tests.language_model.asked import Asked
from tests.language_model.stub_model import Chooser, StubModel, in_turn
from tests.server.caller import KEYS, Caller
from tests.server.server_process import ServerProcess

USER = "ann"
MODEL = "stub-1"
MODEL_KEY = "sk-canary-5f1c0ffee"
ENV_FILE = """\
OPENAI_API_KEY={key}
OPENAI_BASE_URL={base_url}
OPENAI_MODEL_NAME={model}
"""

Answers = Mapping[str, Iterable[Answer]]


@dataclass(frozen=True)
class Run:
    """A job that is finished, what was told of it, and what the model was asked for it."""

    job: Job
    events: list[JobEvent]
    requests: list[Asked]

    @property
    def kinds(self) -> list[str]:
        """The events by name, without what an agent shows and warns of meanwhile."""
        names = [event.WhichOneof("payload") for event in self.events]
        return [name for name in names if name not in ("agent_progress", "log_emitted")]

    @property
    def parts(self) -> list[tuple[int, str, str]]:
        """Who played what in which iteration."""
        started = [(event.iteration, event.agent_started) for event in self.events if event.HasField("agent_started")]
        return [(iteration, AgentRole.Name(one.role)[11:].lower(), one.played_by) for iteration, one in started]

    @property
    def roles(self) -> list[str]:
        return [asked.role for asked in self.requests]

    @property
    def verdicts(self) -> list[int]:
        return [event.script_tested.report.verdict for event in self.events if event.HasField("script_tested")]


class Stage:
    """Many jobs may use it at once: a request is known by a word in its prompt that only one job has."""

    def __init__(self, folder: Path, variables: Mapping[str, str] | None = None, **settings: object) -> None:
        """Take the server's folder, variables of its environment, and its settings."""
        self.folder = folder
        self.variables = variables or {}
        self.settings = {"API_KEYS": KEYS, **settings}
        self.plays: dict[str, Chooser] = {}
        self.model = StubModel(self.choose, key=MODEL_KEY)
        self.ending = ExitStack()

    def __enter__(self) -> "Stage":
        self.ending.enter_context(self.model)
        values = {"key": MODEL_KEY, "base_url": self.model.base_url, "model": MODEL}
        (self.folder / ".env").write_text(ENV_FILE.format(**values))
        self.start()
        return self

    @contextmanager
    def model_away(self) -> Iterator[None]:
        """Have nobody listen at the model's address for a while."""
        self.model.close()
        try:
            yield
        finally:
            self.model = self.ending.enter_context(StubModel(self.choose, MODEL_KEY, self.model.port))

    def start(self) -> None:
        """Start the server, or one in its place."""
        self.server = ServerProcess(self.folder, variables=self.variables, **self.settings)
        self.ending.callback(self.server.end)

    def __exit__(self, *_: object) -> None:
        self.ending.close()

    @property
    def url(self) -> str:
        """The address of the gateway."""
        return f"http://{self.server.told['http_address']}"

    @property
    def log(self) -> str:
        return self.server.log.read_text()

    def choose(self, asked: Asked) -> Answer:
        """Give a job's request the answer that is meant for it."""
        for mark, play in self.plays.copy().items():
            if mark in asked.prompt:
                return play(asked)
        return in_turn({})(asked)

    def play(self, job: Conversion, answers: Answers) -> None:
        """Have these answers ready for a job."""
        self.plays[job.mark] = in_turn(answers)

    async def start_job(self, caller: Caller, job: Conversion, answers: Answers, **others: object) -> None:
        """Start a job that has its mark as its id."""
        self.play(job, answers)
        given = {"input_file": job.input, "expected_output_file": job.expected, "job_title": "Codes", "owner": "Ann"}
        await caller("StartTraining", StartTrainingRequest(user_id=USER, job_id=job.mark, **given | others))

    async def finish(self, caller: Caller, job: Conversion) -> Run:
        """Wait until a job is finished."""
        events = await caller.events(USER, job.mark)
        requests = [asked for asked in self.model.requests if job.mark in asked.prompt]
        return Run(events[-1].job_finished.job, events, requests)

    async def train(self, caller: Caller, job: Conversion, answers: Answers, **others: object) -> Run:
        """Start a job and wait until it is finished."""
        await self.start_job(caller, job, answers, **others)
        return await self.finish(caller, job)


@contextmanager
def homeless_stage(folder: Path, **settings: object) -> Iterator[Stage]:
    """Start one without a home, and with folders of its own for the server and for what is temporary."""
    (folder / "server").mkdir()
    (folder / "tmp").mkdir()
    variables = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
    with Stage(folder / "server", variables, **settings) as stage:
        yield stage
