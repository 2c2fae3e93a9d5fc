"""How a job ended, at the foot of the live view."""

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from csvconverter.cli import story
from csvconverter.cli.session import DEFAULT_USER
from csvconverter.cli.style import STATUS_STYLES, sentence
from csvconverter.cli.text import visible
from csvconverter.v1.jobs_pb2 import Job, JobStatus


def outcome(job: Job) -> RenderableType:
    """Return the verdict on the whole job and what can be done next."""
    word = story.status(job)
    parts: list[RenderableType] = [Rule(Text(word, f"bold {STATUS_STYLES.get(word, '')}"), align="left", style="dim")]
    parts.append(Text(f"  {story.summary(job)}"))
    if job.HasField("error"):
        parts.append(sentence(job.error.message, "red", "  ✗"))
    parts += [sentence(text, "yellow", "  !") for text in job.warnings]
    return Group(*parts, Text(), *next_steps(job))


def next_steps(job: Job) -> list[RenderableType]:
    """Return the commands that make sense now."""
    steps = [("see what was learned", follow_up(job, "show"))]
    if job.status == JobStatus.JOB_STATUS_SUCCEEDED:
        steps.append(("convert another file", follow_up(job, "convert", "NEW.CSV -o OUT.CSV")))
    return [Text.assemble((f"  {purpose:<22}", "dim"), command) for purpose, command in steps]


def follow_up(job: Job, command: str, arguments: str = "") -> str:
    """Return a command line about a job."""
    user = "" if job.user_id == DEFAULT_USER else f"--user {job.user_id}"
    return visible(" ".join(filter(None, ["csv-converter", command, job.job_id, arguments, user])))
