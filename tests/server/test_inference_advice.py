"""What callers are told when a script needs more than it may have."""

from csvconverter.v1.plans_pb2 import Plan
from server.inference import advice


def test_parts_are_advised_only_where_they_give_the_right_result() -> None:
    assert advice(Plan(row_local=True)) == "Convert the file in smaller parts."
    assert advice(Plan()).startswith("If each of its rows can be converted by itself")
    sorting = advice(Plan(needs_all_rows=["Sort the rows by total"]))
    assert "smaller parts" not in sorting
    assert "all rows are needed for this: Sort the rows by total." in sorting
