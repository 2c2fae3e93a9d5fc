"""Texts between places, repaired ends, and kinds of cells: learned from few rows, right on others."""

from collections.abc import Sequence

import pytest

from agents.induction.instructions.wishes import read_instructions
from agents.induction.model import Table, Target
from agents.induction.search.columns import Search
from agents.induction.search.held_out import foretells
from tests.agents.induction.learning import make_task


def search_of(given: Sequence[str]) -> Search:
    return Search(read_instructions(make_task("text\nx\n", "made\nx\n")), 1e12, 1, list(range(len(given))))


def learned_cells(given: Sequence[str], wanted: Sequence[str], unseen: Sequence[str]) -> list[str] | None:
    """Return what is made of other cells by what is learned from some; None when nothing is."""
    table = Table({"text": given})
    found = search_of(given).explain(Target("made", wanted, table), set())
    return [cell or "" for cell in found[0].expression.run(Table({"text": unseen}))] if found else None


@pytest.mark.parametrize(
    ("given", "wanted", "unseen", "right"),
    [
        (
            ["Ann Miller", "Bob Whittaker", "Cleo van Houten"],
            ["Mill", "Whit", "Hout"],
            ["Dora Smithers", "Eve de la Cruzado"],
            ["Smit", "Cruz"],
        ),
        (
            ["Flat 3 (old) 12.5 kg", "Box (new) 7 kg net", "Crate of wood (old) 1.25 kg"],
            ["12.5 kg", "7 kg net", "1.25 kg"],
            ["Tin (new) 3 kg", "Bag of 2 (old) 0.5 kg"],
            ["3 kg", "0.5 kg"],
        ),
        (
            ["order 12 for Lund & Co, paid", "order 7 for Bäcker Söhne, open", "order 133 for Ito, paid"],
            ["Lund & Co", "Bäcker Söhne", "Ito"],
            ["order 5 for Smith for Boats, open"],
            ["Smith for Boats"],
        ),
    ],
    ids=["letters of the last word", "behind parentheses", "between words"],
)
def test_text_between_two_places_is_found_in_other_cells(
    given: list[str], wanted: list[str], unseen: list[str], right: list[str]
) -> None:
    assert learned_cells(given, wanted, unseen) == right


@pytest.mark.parametrize(
    ("given", "wanted", "unseen", "right"),
    [
        (["A-1;", "B-22", "C-3;"], ["A-1;", "B-22;", "C-3;"], ["D-4", "E-55;", ""], ["D-4;", "E-55;", ""]),
        (
            ["https://a.org", "b.net/x", "https://c.io/y"],
            ["https://a.org", "https://b.net/x", "https://c.io/y"],
            ["d.dev"],
            ["https://d.dev"],
        ),
    ],
    ids=["end", "beginning"],
)
def test_what_some_cells_lack_is_added(
    given: list[str], wanted: list[str], unseen: list[str], right: list[str]
) -> None:
    assert learned_cells(given, wanted, unseen) == right


def test_what_stands_in_parentheses_is_left_out_where_it_stands() -> None:
    given = ["Oslo (2)", "New York", "Rome (14)", "Bern (1)"]
    assert learned_cells(given, ["Oslo", "New York", "Rome", "Bern"], ["Los Angeles (3)", "Kyiv"]) == [
        "Los Angeles",
        "Kyiv",
    ]


PHONES = ["(631) 555 0101", "718-555-0199", "555.0142", "555-0177", "(212) 555 0123"]
FULL_PHONES = ["631-555-0101", "718-555-0199", "415-555-0142", "415-555-0177", "212-555-0123"]


def test_kinds_of_cells_are_told_apart_and_others_left_blank() -> None:
    unseen = ["(303) 555 0188", "555-0166", "none", ""]
    assert learned_cells(PHONES, FULL_PHONES, unseen) == ["303-555-0188", "415-555-0166", "", ""]


def test_single_odd_row_is_not_a_kind_of_its_own() -> None:
    given, wanted = ["a-b", "c-d", "e-f", "x+y"], ["b", "d", "f", "wholly other"]
    assert learned_cells(given, wanted, ["g-h"]) is None


@pytest.mark.parametrize(
    ("given", "wanted", "unseen", "right"),
    [
        (
            ["12 Elm Road, Bath 3", "7 Oak Lane, York 44", "Old Mill, Leeds 5"],
            ["12", "7", ""],
            ["Manor House, Ely 9", "104 High St, Ely 2"],
            ["", "104"],
        ),
        (["Lea Moss", "Lou Park", "Lea Park"], ["Moss, L.", "Park, L.", "Park, L."], ["Bob Dole"], ["Dole, B."]),
        (["Heat (1995)", "Up (2009)", "Big (1988)"], ["1995", "2009", "1988"], ["Apollo 13 (1995)"], ["1995"]),
        (["a.pdf", "b/c.txt", "d.csv"], ["a.zip", "b/c.zip", "d.zip"], ["e.f.doc"], ["e.f.zip"]),
        (["3 apples", "12 red pens", "1 big box"], ["3", "12", "1"], ["40 nails"], ["40"]),
        (["T-T", "aT", "bcT"], ["U-U", "aU", "bcU"], ["TxT"], ["UxU"]),
        (["Ada", "Bo", "", "Zoe"], ["A", "B", "N/A", "Z"], ["", "Eve"], ["N/A", "E"]),
        (["oslo", "Olso", "", "OSL"], ["Oslo", "Oslo", "", "Oslo"], ["osslo", ""], ["Oslo", ""]),
        (["7", "42", "1234"], ["No. 0007!", "No. 0042!", "No. 1234!"], ["9", "12345"], ["No. 0009!", "No. 12345!"]),
        (["a&b c", "x&y", "p q&r s"], ["a_and_b_c", "x_and_y", "p_q_and_r_s"], ["m&n o p"], ["m_and_n_o_p"]),
    ],
    ids=[
        "nothing where it is missing",
        "letter that all share",
        "number in parentheses",
        "ending of a file's name",
        "number before other words",
        "one letter for another",
        "default for a blank",
        "blank stays blank",
        "zeros in front",
        "two symbols",
    ],
)
def test_cells_of_few_rows_are_made_right_in_others(
    given: list[str], wanted: list[str], unseen: list[str], right: list[str]
) -> None:
    assert learned_cells(given, wanted, unseen) == right


def test_rows_foretell_each_other_only_where_more_than_one_shows_each_kind() -> None:
    names = ["Ann Lee", "Bob Fox", "Cy Doe", "Dan May", "Eve Orr", "Fay Poe"]
    plain = Target("made", ["-".join(reversed(name.split())) for name in names], Table({"text": names}))
    links = ["https://a.org", "b.net", "https://c.io", "https://d.eu", "https://e.fr", "https://f.de"]
    wanted = [f"[https://{link.removeprefix('https://')}]" for link in links]
    shown_once = Target("made", wanted, Table({"text": links}))
    assert foretells(plain, search_of("123456").explain_kind)
    assert not foretells(shown_once, search_of("123456").explain_kind)
