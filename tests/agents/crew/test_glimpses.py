"""A watcher sees the newest of what a model writes: little, readable, and not too often."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.crew.glimpses import GLIMPSE_CHARACTERS, Glimpses, newest_words

SCRIPT = 'def clean(frame):\n    """Tidy."""\n    return frame.assign(name="x\\\\y")\n\n\ndef main():\n    pass\n'


def test_lines_of_a_script_are_shown_as_they_will_be():
    said = json.dumps({"script": SCRIPT})[:-12]
    assert newest_words(said) == '    """Tidy."""\n    return frame.assign(name="x\\\\y")'


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("", ""),
        (" \n\t" * 99, ""),
        ("short", "short"),
        ("one\ntwo", "two"),
        ("word " * 99, "…" + ("word " * 32)[:-1]),
        ("x" * 999, "…" + "x" * GLIMPSE_CHARACTERS),
        ("one\n" + "x" * 999 + "\ntwo", "two"),
    ],
)
def test_what_has_no_lines_is_shown_by_its_last_words(said, shown):
    assert newest_words(said) == shown


def test_a_watcher_is_not_flooded():
    seen: list[str] = []
    glimpses = Glimpses(seen.append)
    for number in range(10_000):
        glimpses.add(f"line {number}\\n")
    assert 1 <= len(seen) < 20


@given(st.text(alphabet='\\"nrtu \n{}ab\ud83d', max_size=800))
def test_nothing_that_is_said_breaks_a_glimpse(text):
    assert len(newest_words(text)) <= GLIMPSE_CHARACTERS + 1
