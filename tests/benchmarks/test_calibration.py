"""The comparison of how sure plans were with how often their columns were right."""

import json
from pathlib import Path

from benchmarks.calibration import judged, table


def test_columns_are_compared_by_place_and_numbers_by_value(tmp_path: Path) -> None:
    cases, out = tmp_path / "cases" / "s" / "one", tmp_path / "out" / "s" / "one"
    cases.mkdir(parents=True)
    out.mkdir(parents=True)
    (cases / "test_expected.csv").write_text("a,b\n1.0,x\n2,y\n")
    (out / "test_output.csv").write_text("a,b\n1,x\n2,z\n")
    (out / "fit_output.csv").write_text("a,b\n7,q\n")
    (out / "result.json").write_text(json.dumps({"confidence": {"b": 0.75, "a": 0.96}}))
    assert list(judged(tmp_path / "cases", tmp_path / "out")) == [(0.96, True), (0.75, False)]


def test_the_table_has_a_line_for_each_range_that_occurs() -> None:
    lines = list(table([(0.96, True), (0.97, False), (0.75, False)]))
    assert [line.split() for line in lines[1:]] == [
        ["0.70-0.80", "1", "0.75", "0.00"],
        ["0.95-0.98", "2", "0.96", "0.50"],
    ]
