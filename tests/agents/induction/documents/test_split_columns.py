"""Columns are split into several, whose cells are read off the example all together."""

from collections.abc import Sequence

import pytest

from agents.induction.documents.split import SplitColumn
from agents.induction.documents.split_search import propose_pieces, propose_whole_splits
from agents.induction.goal import Goal
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Table

Rows = Sequence[Sequence[str]]


def as_table(rows: Rows, prefix: str) -> Table:
    return Table({f"{prefix}{number}": cells for number, cells in enumerate(zip(*rows, strict=True))})


def learn_split(given: Sequence[str], pieces: Rows, *, whole: bool = True) -> SplitColumn | None:
    goal = Goal(as_table(pieces, "piece"), Instructions((), ()))
    propose = propose_whole_splits if whole else propose_pieces
    chain = next(propose(Table({"text": given}), goal), ())
    return chain[0] if chain and isinstance(chain[0], SplitColumn) else None


def split(step: SplitColumn | None, text: str) -> list[str]:
    assert step is not None
    made = step.run(Table({"text": [text]}))
    return [made.columns[name][0] for name in step.names]


@pytest.mark.parametrize(
    ("given", "pieces", "unseen", "wanted"),
    [
        (
            ["Oslo, NO: Gardermoen", "Rio de Janeiro, BR: Galeao"],
            [["Oslo", ", ", "NO", ": ", "Gardermoen"], ["Rio de Janeiro", ", ", "BR", ": ", "Galeao"]],
            "St. John's, CA: St. John's: East",
            ["St. John's", ", ", "CA", ": ", "St. John's: East"],
        ),
        (
            ["10.0.7.21", "10.0.4.35", "10.1.8.77"],
            [
                ["10", ".", "0", ".", "7", ".", "21"],
                ["10", ".", "0", ".", "4", ".", "35"],
                ["10", ".", "1", ".", "8", ".", "77"],
            ],
            "192.168.17.5",
            ["192", ".", "168", ".", "17", ".", "5"],
        ),
        (["AB12", "XYZ7"], [["AB", "12"], ["XYZ", "7"]], "Q345", ["Q", "345"]),
        (["20240131", "19991224"], [["2024", "01", "31"], ["1999", "12", "24"]], "20011105", ["2001", "11", "05"]),
        (["Mona", "Sarah"], [["M", "ona"], ["S", "arah"]], "Li", ["L", "i"]),
        (
            ["  Ann 12 ", " Rosa7   ", "    X  3 "],
            [["  Ann", " 12 "], [" Rosa", "7   "], ["    X", "  3 "]],
            "Gustav  9",
            ["Gusta", "v  9"],
        ),
    ],
)
def test_pieces_with_their_delimiters_are_found_in_new_texts(
    given: list[str], pieces: Rows, unseen: str, wanted: list[str]
) -> None:
    assert split(learn_split(given, pieces), unseen) == wanted


def test_a_cell_of_another_form_has_blank_pieces() -> None:
    step = learn_split(["Ann Lee", "Madonna", "Bo Yu"], [["Ann", " ", "Lee"], ["", "", ""], ["Bo", " ", "Yu"]])
    assert split(step, "Cher") == ["", "", ""]


def test_a_cell_of_another_form_stays_whole_where_the_example_shows_it() -> None:
    step = learn_split(
        ["Bo", "Ann (HR)", "Cy (IT)"], [["Bo", "", "", ""], ["Ann", " (", "HR", ")"], ["Cy", " (", "IT", ")"]]
    )
    assert split(step, "Dee Fox") == ["Dee Fox", "", "", ""]
    assert split(step, "Dee Fox (PR)") == ["Dee Fox", " (", "PR", ")"]


def test_the_last_delimiter_counts_where_texts_have_several() -> None:
    step = learn_split(["a.tar.gz", "b.txt"], [["a.tar", ".", "gz"], ["b", ".", "txt"]])
    assert split(step, "x.y.z.pdf") == ["x.y.z", ".", "pdf"]


def test_pieces_are_told_from_the_end_where_the_first_has_any_number_of_words() -> None:
    given = ["Springfield IL 62701", "Salt Lake City UT 84101"]
    step = learn_split(given, [["Springfield", " ", "IL", " ", "62701"], ["Salt Lake City", " ", "UT", " ", "84101"]])
    assert split(step, "St. Paul MN 55101") == ["St. Paul", " ", "MN", " ", "55101"]


def test_the_longest_name_of_an_aligned_list_needs_no_blank_beside_the_colon() -> None:
    step = learn_split(
        ["a   : 1", "bcd : 2", "ef  : 3"], [["a", "   : ", "1"], ["bcd", " : ", "2"], ["ef", "  : ", "3"]]
    )
    assert split(step, "ghij: 4") == ["ghij", ": ", "4"]


def test_delimiters_are_passed_over_when_the_output_has_none() -> None:
    given = ["[10:02] ann: hello, all", "[11:40] bo: see: here"]
    step = learn_split(given, [["10:02", "ann", "hello, all"], ["11:40", "bo", "see: here"]], whole=False)
    assert split(step, "[09:15] carl gustav: bye") == ["09:15", "carl gustav", "bye"]


def test_a_part_of_a_number_is_no_delimiter() -> None:
    given = ["2024-01-05", "2023-02-09"]
    assert learn_split(given, [["2024", "1", "5"], ["2023", "2", "9"]], whole=False) is None


@pytest.mark.parametrize(
    ("given", "pieces"),
    [
        (["abc", "defg"], [["a", "bc"], ["def", "g"]]),  # no form says where to cut
        (["one", "two"], [["", ""], ["", ""]]),
        (["a-b", "a-b"], [["a", "-b"], ["", ""]]),  # the same cell with and without pieces
        (["x", "y"], [["1", "2"], ["3", "4"]]),
    ],
)
def test_what_has_no_form_is_not_split(given: list[str], pieces: Rows) -> None:
    assert learn_split(given, pieces) is None


def test_texts_without_end_are_read_in_no_time() -> None:
    step = learn_split(["a b c d e f", "g hi j k l m"], [list("a b c d e f"), ["g", " ", "hi", *" j k l m"]])
    assert split(step, " ".join(["word"] * 20_000) + "\n")[0] == "word"
    assert split(step, "-" * 1_000_000)[0] == ""
