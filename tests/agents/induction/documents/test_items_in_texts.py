"""Items are found in the lines of a text, and in cells of several lines."""

import time

import pytest

from agents.induction.documents.find_search import propose_items_in_cells, propose_items_in_lines
from agents.induction.goal import Goal
from agents.induction.instructions.wishes import Instructions
from agents.induction.model import Table

CARDS = "\n\n".join(
    [
        "Ann Lee\n1 Elm Road\nOslo, NO\n555-01",
        "Bo van Dam\n22 Oak Lane\nSan Jose, CR\n555-02",
        "Cy Ng\n3 Ash Way\nLima, PE\n555-03",
    ]
)
NEW_CARD = "Dee\n4 Old Fir Road\nDar es Salaam, TZ\n555-04"
LOG = "\n".join(
    [
        "10:01 INFO start",
        "10:02 WARN disk=sda1 use=91 %",
        "10:03 INFO all is well: 5 = 5",
        "10:04 WARN disk=sdb use=97 %",
        "10:05 INFO stop",
    ]
)
PAGE = "<ul>\n<li><b>Tea</b> 3</li>\n<li><b>Black coffee</b> 12</li>\n</ul>"


def learn_items(text: str, *columns: list[str]) -> Table:
    """Return the items that what is learned from the text finds in the same text with a new card, record or item."""
    goal = Goal(Table({f"out{number}": cells for number, cells in enumerate(columns)}), Instructions((), ()))
    chain = next(propose_items_in_lines(Table({"line": text.split("\n")}), goal), None)
    assert chain is not None, "nothing is proposed"
    new = {CARDS: f"{CARDS}\n\n{NEW_CARD}", LOG: f"{LOG}\n10:06 WARN disk=nvme use=99 %\n10:07 INFO x = 1 %"}
    page = text.replace("</ul>", "<li><b>Milk, hot</b> 7</li>\n</ul>")
    return chain[0].run(Table({"line": new.get(text, page).split("\n")}))


@pytest.mark.parametrize(
    ("text", "items", "new"),
    [
        (CARDS, ["Ann Lee", "Bo van Dam", "Cy Ng"], "Dee"),
        (CARDS, ["1 Elm Road", "22 Oak Lane", "3 Ash Way"], "4 Old Fir Road"),
        (CARDS, ["Oslo", "San Jose", "Lima"], "Dar es Salaam"),
        (CARDS, ["NO", "CR", "PE"], "TZ"),
        (CARDS, ["555-01", "555-02", "555-03"], "555-04"),
        (
            CARDS,
            ["1 Elm Road\nOslo, NO", "22 Oak Lane\nSan Jose, CR", "3 Ash Way\nLima, PE"],
            "4 Old Fir Road\nDar es Salaam, TZ",
        ),
        (CARDS, CARDS.split("\n\n"), NEW_CARD),
        (LOG, ["sda1", "sdb"], "nvme"),
        (LOG, ["91", "97"], "99"),
        (PAGE, ["Tea", "Black coffee"], "Milk, hot"),
    ],
)
def test_items_of_a_text_are_found_in_a_longer_one(text: str, items: list[str], new: str) -> None:
    found = learn_items(text, items)
    assert list(found.columns["out0"]) == [*items, new]


@pytest.mark.parametrize(
    ("lines", "items", "new_lines", "new"),
    [
        (
            ["x 1", "BEGIN 1", "a", "", "b", "END", "y", "BEGIN 2", "c", "END", "BEGIN 3", "u", "v", "END"],
            ["a\n\nb", "c", "u\nv"],
            ["BEGIN 4", "d", "END"],
            "d",
        ),
        (["Tea 2.50", "Sum: 9.50", "Ale 3.30", "Sum: 3.30", "Sum: 4"], ["9.50", "3.30", "4"], ["Ale 1", "Sum: 7"], "7"),
        (["ask ann@x.org or bo.b@y.co.uk.", "or not"], ["ann@x.org", "bo.b@y.co.uk"], ["(c-d@z.net)"], "c-d@z.net"),
        (["[a]", "port = 1", "host = x.y", "[b]", "host = z.y"], ["x.y", "z.y"], ["[c]", "host = local"], "local"),
        (["a $3.50 or 7", "b $12", "c: 1"], ["3.50", "12"], ["d 5, $0.99"], "0.99"),
    ],
)
def test_items_are_told_by_what_stands_around_them(
    lines: list[str], items: list[str], new_lines: list[str], new: str
) -> None:
    goal = Goal(Table({"out": items}), Instructions((), ()))
    chain = next(propose_items_in_lines(Table({"line": lines}), goal))
    assert list(chain[0].run(Table({"line": [*lines, *new_lines]})).columns["out"]) == [*items, new]


def test_records_of_several_parts_are_found_together() -> None:
    found = learn_items(PAGE, ["Tea", "Black coffee"], ["3", "12"])
    assert [list(cells) for cells in found.columns.values()] == [["Tea", "Black coffee", "Milk, hot"], ["3", "12", "7"]]


def test_items_in_cells_stand_beside_the_other_cells_of_their_rows() -> None:
    given = Table({"no": ["1", "2"], "text": ["Head\n  a b\n\tx\n  c\n", "Top\n  dd\n"]})
    expected = Table({"no": ["1", "1", "2"], "item": ["a b", "c", "dd"]})
    chain = next(propose_items_in_cells(given, Goal(expected, Instructions((), ()))))
    made = chain[0].run(Table({"no": ["8", "9"], "text": ["None\n\tx", "Two\n  e f\n  g\n\ty"]}))
    assert (made.columns["no"], made.columns["item"]) == (["9", "9"], ["e f", "g"])


def test_items_of_several_cells_need_nothing_beside_them() -> None:
    given = Table({"text": ["to: ann@x.org, bo@y.net", "nobody", "to: cy@z.de"]})
    expected = Table({"mail": ["ann@x.org", "bo@y.net", "cy@z.de"]})
    chain = next(propose_items_in_cells(given, Goal(expected, Instructions((), ()))), None)
    assert chain is None  # no more items than rows
    expected = Table({"mail": ["ann@x.org", "bo@y.net", "cy@z.de", "d@e.f"]})
    given = Table({"text": ["to: ann@x.org, bo@y.net", "nobody", "to: cy@z.de or d@e.f"]})
    chain = next(propose_items_in_cells(given, Goal(expected, Instructions((), ()))))
    assert list(chain[0].run(Table({"text": ["x@y.com", "", "a.b@c.org!"]})).columns["mail"]) == [
        "x@y.com",
        "a.b@c.org",
    ]


def test_a_long_text_takes_no_longer_than_it_has_to() -> None:
    lines = [line for number in range(20_000) for line in (f"name: n{number}", "  note: - = -", "")]
    goal = Goal(Table({"out": [f"n{number}" for number in range(20_000)]}), Instructions((), ()))
    started = time.monotonic()
    chain = next(propose_items_in_lines(Table({"line": lines}), goal))
    assert chain[0].run(Table({"line": ["name: x y", ""]})).columns["out"] == ["x y"]
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "items",
    [
        ["INFO", "WARN", "WARN"],  # one is missing, for no reason that the text shows
        ["start"],  # once is no pattern
        ["10:01 INFO start", "10:04 WARN disk=sdb use=97 %"],
        ["is", "sto"],
    ],
)
def test_items_without_a_pattern_are_not_found(items: list[str]) -> None:
    goal = Goal(Table({"out": items}), Instructions((), ()))
    assert list(propose_items_in_lines(Table({"line": LOG.split("\n")}), goal)) == []
