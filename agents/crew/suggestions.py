"""The model's words for what might mend a script.

It is asked once for each script whose output differs, that crashed or that took too long. For every other failure the
usual advice is exact already: a script that was refused is told by which line, and what to do instead.
"""

from typing import TYPE_CHECKING

from agents.crew import prompts
from agents.crew.answers import SuggestionAnswer, UnreadableAnswer
from agents.crew.brief import Brief
from agents.crew.roles import TESTER
from agents.planner_agent import NothingLeft
from agents.task import Progress
from csvconverter.v1.plans_pb2 import (
    VERDICT_CRASHED,
    VERDICT_MISMATCHED,
    VERDICT_TIMED_OUT,
    Feedback,
    PreviousAttempt,
    TestReport,
)

if TYPE_CHECKING:  # it brings CrewAI, which takes seconds to import
    from agents.crew.model import LanguageModel

WORTH_ASKING = {VERDICT_MISMATCHED, VERDICT_CRASHED, VERDICT_TIMED_OUT}
MOST_ERRORS = 20
SUGGESTION_CHARACTERS = 600


def suggest(model: "LanguageModel", brief: Brief, script: str, report: TestReport, progress: Progress) -> None:
    """Put the model's suggestions in the place of the usual ones; where it gives none, or cannot, these stay."""
    if report.verdict not in WORTH_ASKING:
        return
    told = brief.feedback(as_feedback(script, report))
    del told.current_errors[MOST_ERRORS:]
    try:
        answer = model.ask(TESTER, prompts.mending(brief, told), SuggestionAnswer, brief.progress(progress))
    except (UnreadableAnswer, NothingLeft):  # whoever asks next is told why, and the report counts
        return
    for error, suggestion in zip(report.errors_found, answer.suggestions[: len(told.current_errors)], strict=False):
        error.suggestion = brief.text(suggestion.strip()[:SUGGESTION_CHARACTERS]) or error.suggestion


def as_feedback(script: str, report: TestReport) -> Feedback:
    """Return one attempt and its report as what the next attempt would be told."""
    attempt = PreviousAttempt(iteration=1, script=script, verdict=report.verdict, score=report.score)
    return Feedback(previous_attempts=[attempt], current_errors=report.errors_found, context=report)
