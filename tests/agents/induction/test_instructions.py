"""What instructions do in real inductions: they decide what the examples leave open, and never go against them."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from learning import convert, make_task, plan_for


def outcome(given: str, expected: str, note: str | Mapping[str, str], new: str, folder: Path) -> tuple[str, ...]:
    """Learn a pair of files with an instruction for the first column of the output, and convert another file."""
    notes = {expected.partition("\n")[0].partition(",")[0]: note} if isinstance(note, str) else note
    output = convert(make_task(given, expected, notes), new, folder)
    return output.column(output.header[0])


@pytest.mark.parametrize(
    ("given", "expected", "new", "note", "wanted"),
    [
        ("n\nann\n", "n\nAnn\n", "n\nmary lee\n", "Convert to title case", "Mary Lee"),
        ("n\nann\n", "n\nAnn\n", "n\nmary lee\n", "title_case_formatting", "Mary Lee"),
        ("n\nann\n", "n\nAnn\n", "n\nmary lee\n", "Sentence case", "Mary lee"),
        ("n\nK1\n", "n\nK1\n", "n\nk2\n", "Convert to uppercase", "K2"),
        ("n\nK1\n", "n\nK1\n", "n\nk2\n", "SAME AS INPUT", "k2"),
        ("n\nK1\n", "n\nK1\n", "n\nk2\n", "", "k2"),
        ("n\n1.25\n", "n\n1.25\n", "n\n3.14159\n", "Round to 2 decimal places", "3.14"),
        ("n\n12.3\n", "n\n12\n", "n\n99.6\n", "Round to nearest integer", "100"),
        ("n\n12.3\n12.1\n", "n\n12\n12\n", "n\n99.6\n", "Round to nearest integer", "100"),
        ("n\n03/03/2024\n", "n\n2024-03-03\n", "n\n04/12/2024\n", "Convert to YYYY-MM-DD format", "2024-12-04"),
        ("n\n03/03/2024\n", "n\n2024-03-03\n", "n\n04/12/2024\n", "US dates; convert to YYYY-MM-DD", "2024-04-12"),
        (
            "n\n2024-05-06T10:00+02:00\n",
            "n\n2024-05-06\n",
            "n\n2024-05-06T01:00+02:00\n",
            "Convert mixed date formats to YYYY-MM-DD using pd.to_datetime with utc=True",
            "2024-05-05",
        ),
        ("n\nann lee\n", "n\nann lee\n", "n\nbo  li\n", "one blank between words", "bo li"),
        ("a,b\n1,1\n2,2\n", "c\n1\n2\n", "a,b\n7,8\n", "Same as b", "8"),
        ("a,b\n1,1\n2,2\n", "c\n1\n2\n", "a,b\n7,8\n", "taken from b", "8"),
        ("p\nab-cd\n", "c\nab\n", "p\nabc-d-e\n", "the part of p before the last dash", "abc-d"),
        ("p\nab-cd\n", "c\ncd\n", "p\nabc-d-e\n", "the part after the last dash", "e"),
        ("p\nab-cd\n", "c\nab\n", "p\nabc-d-e\n", "remove everything after the first dash", "abc"),
        ("g\nM\nF\n", "g\nMale\nFemale\n", "g\nX\n", "M is Male, F is Female and X stands for Other", "Other"),
        ("g\nM\nF\nX\nX\n", "g\nMale\nFemale\nU\nU\n", "g\nX\n", "M → Male, F → Female", "U"),
    ],
)
def test_instruction_decides_what_the_example_leaves_open(
    given: str, expected: str, new: str, note: str, wanted: str, tmp_path: Path
) -> None:
    assert outcome(given, expected, note, new, tmp_path) == (wanted,)


@pytest.mark.parametrize(
    ("given", "expected", "note", "warning"),
    [
        ("n\nann\n", "n\nann\n", "Convert to title case", "row 1 of the expected file has 'ann'"),
        ("n\n1.5\n", "n\n1.5\n", "Round to nearest integer", "has '1.5'"),
        ("n\n007\n008\n", "n\n7\n8\n", "keep leading zeros", "has '7'"),
        ("n\nann lee\nbob ray\n", "first\nann\nbob\n", "last word", "row 1 of the expected file has 'ann'"),
        ("g\nM\nF\nM\nF\nM\nF\n", "g\nm\nf\nm\nf\nm\nf\n", "M is Male", "has 'm'"),
        ("p\nab-cd\nx-yz\n", "c\nab\nx\n", "the part of p after the dash", "has 'ab'"),
        ("a,b\n1,x\n2,y\n", "c\nx\ny\n", "Same as a", "has 'x'"),
        ("a,b\n1,x\n2,y\n", "c\nX\nY\n", "made from a", "Take b"),
        ("p,q\na,1\n,2\nb,3\n,4\n", "p,q\nA,1\n-,2\nB,3\n-,4\n", "empty when unknown", "has '-'"),
        ("n\na  b\nc\n", "n\na  b\nc\n", "single spaces between words", "has 'a  b'"),
    ],
)
def test_example_against_the_instruction_wins_with_a_warning(
    given: str, expected: str, note: str, warning: str
) -> None:
    plan = plan_for(make_task(given, expected, {expected.partition("\n")[0].partition(",")[0]: note}))
    assert not plan.unsolved_columns
    (said,) = plan.warnings
    assert f'the examples were followed, not "{note}"' in said
    assert warning in said


@pytest.mark.parametrize(
    ("expected", "note", "warning"),
    [
        ("n,s\ndo,a\nto,a\nbe,a\nmy,a\n", "Keep every row", 'Keep the rows whose s is "a"'),
        ("n,s\nbe,a\ndo,a\nmy,a\nof,b\non,b\nto,a\nup,b\n", "keep the order of the rows", "Sort the rows by n"),
        (
            "n,s\nbe,a\ndo,a\nmy,a\nof,b\non,b\nto,a\nup,b\n",
            "sort by n descending",
            "row 1 of the expected file has 'be'",
        ),
        ("n\ndo\nto\nbe\nmy\n", "only keep rows where s is b", "comes from a row with 'a'"),
        ("n,s\ndo,a\nup,b\nto,a\non,b\nbe,a\nof,b\nmy,a\n", "s is not needed", "has the columns n, s"),
        ("n,s\ndo,a\nup,b\nto,a\non,b\nbe,a\nof,b\nmy,a\n", "Rename s to state", "has the columns n, s"),
    ],
)
def test_rows_and_columns_against_the_instruction_are_named(expected: str, note: str, warning: str) -> None:
    given = "n,s\ndo,a\nup,b\nto,a\non,b\nbe,a\nof,b\nmy,a\n"
    plan = plan_for(make_task(given, expected, general=note))
    assert any(f'not "{note}"' in said and warning in said for said in plan.warnings)


def test_order_that_the_examples_have_is_no_conflict() -> None:
    given = "order,s,day\n1,b,03/02/2024\n2,a,09/01/2024\n3,b,05/06/2023\n4,a,11/07/2023\n"
    expected = "order,s,day\n4,a,11/07/2023\n2,a,09/01/2024\n3,b,05/06/2023\n1,b,03/02/2024\n"
    plan = plan_for(make_task(given, expected, general="order by s, then by day, oldest first"))
    assert not plan.warnings


def test_values_that_stand_in_no_file_are_not_understood() -> None:
    (said,) = plan_for(make_task("n\nann\nbob\n", "n\nann\nbob\n", {"n": "Life is good"})).warnings
    assert said == 'instructions that were not understood: "Life is good"'


def test_pair_for_a_value_that_no_row_has_is_understood() -> None:
    task = make_task("g\nM\nF\n", "g\nMale\nFemale\n", {"g": "M is Male, F is Female, X is Other"})
    assert not plan_for(task).warnings


def test_new_name_says_which_column_is_meant(tmp_path: Path) -> None:
    task = make_task("a,b\n1,1\n2,2\n", "c\n1\n2\n", general="Rename b to c")
    assert convert(task, "a,b\n7,8\n", tmp_path).rows == (("8",),)
