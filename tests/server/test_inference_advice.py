"""What callers are told when a script needs more than it may have, or a file has less than it needs."""

import pytest

from csvconverter.v1.plans_pb2 import Plan
from server.inference import advice, listed


def test_parts_are_advised_only_where_they_give_the_right_result() -> None:
    assert advice(Plan(row_local=True)) == "Convert the file in smaller parts."
    assert advice(Plan()).startswith("If each of its rows can be converted by itself")
    sorting = advice(Plan(needs_all_rows=["Sort the rows by total"]))
    assert "smaller parts" not in sorting
    assert "all rows are needed for this: Sort the rows by total." in sorting


def test_names_are_listed_as_plain_text() -> None:
    names = ["id", "o'neill", "a \"b\" 'c'", "x, y", "\n\x1b", "\udc80", "ä"]
    assert listed(repr(names)) == "id, o'neill, a \"b\" 'c', x, y, \n\\x1b, \\udc80, ä"


@pytest.mark.parametrize("logged", ["[1, 2]", "[" + "-" * 200_000 + "1]", "[" * 200_000, "['\\x']", "'\\" * 100_000])
def test_what_a_hostile_script_logs_as_names_is_quoted(logged: str) -> None:
    assert listed(logged) == logged
