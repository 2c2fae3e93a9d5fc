from pathlib import Path

import pytest

from agents.crew.doubts import check_written, doubts
from agents.csv_file import read_csv
from agents.task import Task
from csvconverter.v1.plans_pb2 import TestReport

QUOTED = b'"a","b"\r\n"1","x"\r\n"2","y"\r\n'


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (QUOTED, []),
        (QUOTED.replace(b"\r\n", b"\n"), ["lines end with '\\n' instead of '\\r\\n'"]),
        (QUOTED.replace(b'"', b""), ["the cells in quotes are minimal instead of all"]),
    ],
)
def test_owner_is_told_of_an_output_that_is_written_otherwise(output: bytes, said: list[str]) -> None:
    task = Task(read_csv(b"a,b\n1,x\n2,y\n"), read_csv(QUOTED), Path("input.csv"))
    told = list(doubts(TestReport(checks=[check_written(task, output)])))
    assert told == [f"the script's output is not written as the expected one: {one}" for one in said]
