"""Doubts that a plan names, with the readings and the row on which they part."""

import pytest

from csvconverter.v1.plans_pb2 import Ambiguity
from tests.agents.induction.learning import make_task, plan_for


def ambiguities(given: str, expected: str) -> list[Ambiguity]:
    return list(plan_for(make_task(given, expected)).ambiguities)


def test_an_example_in_which_nothing_depends_on_the_input_is_doubted() -> None:
    (doubt,) = ambiguities("phone\n030 12\n040 99\n089 31\n", "land\nDE\nDE\nDE\n")
    assert doubt.column == "land"
    assert doubt.readings[0] == 'Write "DE" in every row'


def test_a_constant_beside_what_depends_on_the_input_is_not_doubted() -> None:
    assert not ambiguities("a\n1\n2\n3\n", "a,land\n1,DE\n2,DE\n3,DE\n")


def test_rounding_is_doubted_where_no_example_tells_up_from_down() -> None:
    (doubt,) = ambiguities("n\n3.2\n4.1\n7.3\n", "n\n3\n4\n7\n")
    assert "half up" in doubt.readings[0]
    assert len(doubt.outputs) == len(doubt.readings) == 2


@pytest.mark.parametrize("given", ["n\n3.2\n4.7\n7.6\n9.1\n", "n\n0.2\n4.9\n7.8\n2.4\n"])
def test_rounding_is_not_doubted_where_an_example_rounds_up(given: str) -> None:
    expected = "n\n" + "".join(f"{round(float(cell))}\n" for cell in given.split()[1:])
    assert not ambiguities(given, expected)


def test_rows_that_are_all_the_same_are_split_and_not_repeated() -> None:
    plan = plan_for(make_task("x\n938-242\n938-242\n938-242\n", "y\n938\n938\n938\n"))
    assert "Write" not in plan.transformation_steps[0].details
