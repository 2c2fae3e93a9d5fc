"""How a job ended, at the foot of the live view."""

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from csvconverter.cli import story
from csvconverter.cli.style import STATUS_STYLES, sentence
from csvconverter.cli.text import count, percent, size, visible
from csvconverter.v1.jobs_pb2 import Job, JobStatus


def outcome(job: Job) -> RenderableType:
    """Return the verdict on the whole job and what can be done next."""
    word = story.status(job)
    parts: list[RenderableType] = [Rule(Text(word, f"bold {STATUS_STYLES.get(word, '')}"), align="left", style="dim")]
    parts.append(Text(f"  {summary(job)}"))
    if job.HasField("error"):
        parts.append(sentence(job.error.message, "red", "  ✗"))
    parts += [sentence(text, "yellow", "  !") for text in job.warnings]
    return Group(*parts, Text(), *next_steps(job))


def summary(job: Job) -> str:
    """Return the result and its cost in one line."""
    exact = job.status == JobStatus.JOB_STATUS_SUCCEEDED
    parts = ["every cell as expected" if exact else f"{percent(job.score)} of cells as expected"]
    if job.metrics.rows:
        parts[0] += f" in {count(job.metrics.rows, 'row')}"
    parts.append(count(job.iterations, "iteration"))
    if job.HasField("metrics"):
        parts.append(f"{job.metrics.seconds:.1f} s")
    if job.metrics.peak_memory_bytes:
        parts.append(size(job.metrics.peak_memory_bytes))
    return " · ".join(parts)


def next_steps(job: Job) -> list[RenderableType]:
    """Return the commands that make sense now."""
    job_id = visible(job.job_id)
    steps = [("see what was learned", f"csv-converter show {job_id}")]
    if job.status == JobStatus.JOB_STATUS_SUCCEEDED:
        steps.append(("convert another file", f"csv-converter convert {job_id} NEW.CSV -o OUT.CSV"))
    return [Text.assemble((f"  {purpose:<22}", "dim"), command) for purpose, command in steps]
