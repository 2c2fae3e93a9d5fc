"""What a script leaves behind as its output is looked at once it is dead."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_runs import LIMITS, RunScript

from agents.script_runner import Outcome

WIDE = replace(LIMITS, columns=10)
BEYOND = "The script wrote a row of more than 10 columns."
NUL = "The output is binary, with NUL characters: a CSV file is plain text."

OUTPUTS: dict[str, tuple[str, Outcome, str]] = {
    "as many columns as may be": ("file.write(b','.join([b'a'] * 10))", Outcome.COMPLETED, ""),
    "more columns": ("file.write(b','.join([b'a'] * 11))", Outcome.OUTPUT_TOO_LARGE, BEYOND),
    "more columns below a title": ("file.write(b'Report\\n\\n' + b'a\\t' * 11)", Outcome.OUTPUT_TOO_LARGE, BEYOND),
    "two million columns": ("file.write(b'a' + b';' * 1_000_000)", Outcome.OUTPUT_TOO_LARGE, BEYOND),
    "delimiters in a cell": ("file.write(b'id,\"' + b',\\n' * 99 + b'\"\\n')", Outcome.COMPLETED, ""),
    "delimiters in a cell across what is read at once": (
        "file.write(b'\"' + b'a,' * 50_000 + b'\",b\\n')",
        Outcome.COMPLETED,
        "",
    ),
    "rows, not columns": ("file.write(b'a,b\\n' * 999)", Outcome.COMPLETED, ""),
    "text in UTF-16": ("file.write('a,b\\n1,2\\n'.encode('utf-16'))", Outcome.COMPLETED, ""),
    "a NUL": ("file.write(b'a,b\\n1,\\0\\n')", Outcome.OUTPUT_NOT_CSV, NUL),
    "a NUL far down": ("file.write(b'a,b\\n' * 200_000 + b'1,\\0\\n')", Outcome.OUTPUT_NOT_CSV, NUL),
    "a hole": ("file.write(b'a\\n'); file.seek(500_000); file.write(b'b\\n')", Outcome.OUTPUT_NOT_CSV, NUL),
    "a hole at the end": ("file.write(b'a\\n' * 50_000); file.truncate(500_000)", Outcome.OUTPUT_NOT_CSV, NUL),
    "nothing, on purpose": ("pass", Outcome.COMPLETED, ""),
    "an archive": (
        "file.write(b'PK\\x03\\x04')",
        Outcome.OUTPUT_NOT_CSV,
        "The output is binary, a ZIP archive or an Excel workbook: a CSV file is plain text.",
    ),
}


@pytest.mark.parametrize(("writing", "outcome", "detail"), OUTPUTS.values(), ids=OUTPUTS)
def test_output_is_looked_at(run_script: RunScript, writing: str, outcome: Outcome, detail: str) -> None:
    run = run_script(f"with open('output.csv', 'wb') as file:\n    {writing}\n", WIDE)
    assert (run.outcome, run.detail) == (outcome, detail)


def test_output_that_was_never_opened_is_none(run_script: RunScript, output_file: Path) -> None:
    run = run_script("print('done')\n")
    assert (run.outcome, run.detail) == (
        Outcome.OUTPUT_NOT_CSV,
        "The script ended without writing anything to its output file.",
    )
    assert not output_file.exists()


def test_output_of_nothing_but_quotes_does_not_hold_up_who_looks(run_script: RunScript) -> None:
    before = time.process_time()
    run = run_script("open('output.csv', 'w').write('\"' * 1_000_000)\n")
    assert run.outcome is Outcome.COMPLETED
    assert time.process_time() - before < 1.0  # it was ten times that, and grew with the output
