"""Look-ups are learned where values recur enough to rule out chance."""

import itertools
from collections.abc import Sequence

import pytest

from agents.induction.cells.value_map import ValueMap, propose_value_maps
from agents.induction.model import Table, Target

CODES = "MFMFMXX"
WORDS = {"M": "Male", "F": "Female", "X": "Other"}


def found(keys: Sequence[str], wanted: Sequence[str], name: str = "g", **columns: Sequence[str]) -> list[ValueMap]:
    """Return the look-ups that are proposed for a column of keys called "g", among others."""
    proposed = propose_value_maps(Target(name, list(wanted), Table({"g": list(keys), **columns})))
    return [one for one in proposed if isinstance(one, ValueMap)]


@pytest.mark.parametrize("name", ["g", "gender"])
def test_few_codes_that_recur_are_enough(name: str) -> None:
    (learned,) = found(CODES, [WORDS[code] for code in CODES], name)
    assert dict(learned.pairs) == WORDS


def test_codes_that_do_not_recur_are_not_enough() -> None:
    assert not found("MFXU", ["Male", "Female", "Other", "Unknown"])


def test_code_with_two_meanings_is_no_look_up() -> None:
    assert not found("MFMFMF", ["Male", "Female", "Male", "Female", "Male", "Male"])


def test_column_of_another_name_needs_more_rows() -> None:
    assert found("MFMFMF", ["1", "2", "1", "2", "1", "2"], "g")
    assert not found("MFMFMF", ["1", "2", "1", "2", "1", "2"], "size")


@pytest.mark.parametrize("name", ["g", "other"])
@pytest.mark.parametrize("keys", ["AABB", "AAABBB", "AABBCC", "AAABBCC", "AAAABBB", "AABBCCDD"])
def test_column_that_has_nothing_to_do_with_the_keys_is_rarely_explained(keys: str, name: str) -> None:
    columns = list(itertools.product("xy", repeat=len(keys)))
    assert sum(bool(found(keys, wanted, name)) for wanted in columns) <= len(columns) / 28
