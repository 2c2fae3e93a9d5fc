"""Columns whose names come from cells may be missing in another file."""

from pathlib import Path

import pytest
from learning import make_task, plan_for, run_script

from agents.csv_file import read_csv
from agents.induction.cells.text import Case, Column
from agents.induction.layout.transpose import Transpose
from agents.induction.learn import as_table
from agents.induction.model import OutputColumn, Program
from agents.induction.rows.steps import KeepRows
from agents.induction.script.render import render

GIVEN = "field,first,second\nname,Ada,Ben\ncity,Lyon,Graz\n"
NEW = "field,first\nname,Cleo\n"
PROGRAM = Program(
    (Transpose(),), (OutputColumn("name", Case(Column("name"), "upper")), OutputColumn("city", Column("city")))
)


def test_column_that_no_cell_names_is_blank(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    task = make_task(GIVEN, "name,city\nADA,Lyon\nBEN,Graz\n")
    output = read_csv(run_script(render(PROGRAM, task.input, task.expected), NEW.encode(), tmp_path))
    assert (output.header, output.rows) == (("name", "city"), (("CLEO", ""),))
    assert "['city']" in caplog.text
    assert as_table(output).columns == {
        name: tuple(cells) for name, cells in PROGRAM.run(as_table(read_csv(NEW.encode()))).columns.items()
    }


def test_program_is_learned_behind_a_transposed_table() -> None:
    plan = plan_for(make_task(GIVEN, "name,city\nADA,Lyon\nBEN,Graz\n"))
    assert not plan.unsolved_columns


def test_step_that_reads_a_column_that_no_cell_names_says_so(tmp_path: Path) -> None:
    program = Program((Transpose(), KeepRows("city", "not_blank")), (), whole=True)
    task = make_task(GIVEN, "field,name,city\nfirst,Ada,Lyon\nsecond,Ben,Graz\n")
    with pytest.raises(SystemExit, match="ERROR nothing in the input gives rise to the column 'city'"):
        run_script(render(program, task.input, task.expected), NEW.encode(), tmp_path)
