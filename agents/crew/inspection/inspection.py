"""Looks at a script's syntax tree for what no honest conversion does. What it overlooks, held-out rows find out."""

import ast
import warnings
from itertools import chain, islice

from agents.crew.inspection.branches import find_branches
from agents.crew.inspection.copies import find_copies
from agents.crew.inspection.examples import Examples
from agents.crew.inspection.literals import all_texts, holdings
from agents.crew.inspection.outside import find_outside
from agents.task import Task
from csvconverter.v1.plans_pb2 import VERDICT_REFUSED, TestError, TestReport

MOST_CHARACTERS = 200_000
MOST_ERRORS = 10
TOO_LONG = "The script has {:,} characters: so many that it seems to hold data."
TOO_DEEP = "The script is nested too deeply to be looked at."
WRITE_PLAINLY = "Write a plain script that computes every cell from the input."


def inspect_script(script: str, task: Task) -> TestReport | None:
    """Return a report that refuses a script; None when nothing speaks against a run.

    Args:
        script: the whole Python file. What is no Python passes: the run says where it ends.
        task: the files as they are, with the rows that are held out.
    """
    errors = list(islice(find_errors(script, task), MOST_ERRORS))
    return TestReport(verdict=VERDICT_REFUSED, errors_found=errors) if errors else None


def find_errors(script: str, task: Task) -> list[TestError]:
    """Return what speaks against a script, in the order of its lines."""
    if len(script) > MOST_CHARACTERS:
        return [unreadable(TOO_LONG.format(len(script)))]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's own, of odd escapes
            tree = ast.parse(script)
    except (SyntaxError, ValueError):
        return []
    except (RecursionError, MemoryError):
        return [unreadable(TOO_DEEP)]
    try:
        held = list(holdings(tree))
        examples = Examples(task, all_texts(tree, held))
        found = sorted(chain(find_outside(tree), find_branches(tree, examples), find_copies(held, examples)))
    except RecursionError:
        return [unreadable(TOO_DEEP)]
    return [finding.as_error() for finding in found]


def unreadable(issue: str) -> TestError:
    """Return the error of a script that is not looked at."""
    return TestError(type="script_not_inspected", issue=issue, suggestion=WRITE_PLAINLY)
