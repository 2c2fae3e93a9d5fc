"""What a job learned, in sentences, and its script."""

import io
import sys

from rich.console import RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.text import Text

from csvconverter.cli import story
from csvconverter.cli.session import Session
from csvconverter.cli.style import STATUS_STYLES, sentence, sentences
from csvconverter.cli.text import visible
from csvconverter.client import ConverterClient
from csvconverter.v1.jobs_pb2 import Job


def print_description(session: Session, job: Job) -> None:
    """Print all that a person wants to know about a job."""
    word = story.status(job)
    title = Text.assemble((visible(job.job_title), "bold"), "  ", (word, STATUS_STYLES.get(word, "")))
    session.print(title, Text(visible(f"  job {job.job_id} of {job.user_id}"), "dim"), Text(f"  {story.summary(job)}"))
    for heading, body in sections(job):
        session.print(Text(), Text(heading, "bold"), *(Padding(each, (0, 0, 0, 2)) for each in body))


def sections(job: Job) -> list[tuple[str, list[RenderableType]]]:
    """Return the headings that have something below them."""
    steps = [story.step(item) for item in job.plan.transformation_steps]
    found: list[tuple[str, list[RenderableType]]] = [
        ("What went wrong", [sentence(job.error.message, "red")] if job.HasField("error") else []),
        ("What the script does", [sentences(steps)] if steps else []),
        ("Not explained", [sentence(name, "yellow") for name in job.plan.unsolved_columns]),
        ("Less sure", [sentence(text, mark="?") for text in story.unsure(job.plan)]),
        ("Please check", [sentence(story.ambiguity(item), mark="?") for item in job.ambiguities]),
        ("Warnings", [sentence(text, "yellow", "!") for text in job.warnings]),
        ("What was asked", asked(job)),
        ("Files", [Text(visible(", ".join(job.artifacts)))] if job.artifacts else []),
    ]
    return [(heading, body) for heading, body in found if body]


def asked(job: Job) -> list[RenderableType]:
    """Return the instructions as they were understood."""
    texts = [job.general_instructions] if job.general_instructions else []
    return [sentence(text) for text in (*texts, *(f"{name}: {text}" for name, text in job.column_instructions.items()))]


async def print_script(session: Session, client: ConverterClient, job_id: str) -> None:
    """Print the script: in colours on a terminal, byte for byte in a pipe."""
    script = io.BytesIO()
    await client.download(session.user, job_id, "script.py", script)
    if session.json:
        session.record(job_id=job_id, script=script.getvalue().decode(errors="replace"))
    elif session.on_terminal:
        lines = script.getvalue().decode(errors="replace").expandtabs().splitlines()
        session.print(Syntax("\n".join(map(visible, lines)), "python", theme="ansi_dark", word_wrap=True))
    else:
        sys.stdout.buffer.write(script.getvalue())
