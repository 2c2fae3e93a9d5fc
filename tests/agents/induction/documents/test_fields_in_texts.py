"""One field is found in each of several longer texts."""

import pytest

from agents.induction.documents.field import propose_fields
from agents.induction.model import Table, Target

LOGS = [
    "2024-01-05 10:01 ERROR disk full path=/var/log user=ann code=507",
    "2024-01-05 11:30 WARN slow answer of db path=/srv/data user=bo code=12",
    "2024-01-06 09:12 ERROR no such host path=/home/cy/x user=cy code=7",
]
NEW_LOG = "2024-02-11 23:59 INFO backup path=/mnt/usb stick user=dee code=0"
CARDS = ["Tea\n3 Elm Road\nOslo, NO", "Black coffee\n14 Old Oak Lane\nSan Jose, CR", "Milk\n7 Ash\nLima, PE"]


@pytest.mark.parametrize(
    ("texts", "fields", "unseen", "wanted"),
    [
        (LOGS, ["/var/log", "/srv/data", "/home/cy/x"], "x path=/tmp user=dee", "/tmp"),
        (
            ["thanks @ann for it", "@bob see this", "ok by @cy_9 and me"],
            ["@ann", "@bob", "@cy_9"],
            "well done @dan",
            "@dan",
        ),
        (
            ["user=ann id=5", "id=7 user=bob x=1", "ip=1 id=2 user=cy"],
            ["ann", "bob", "cy"],
            "ip=4 user=eve id=3",
            "eve",
        ),
        (LOGS, ["507", "12", "7"], NEW_LOG, "0"),
        (CARDS, ["Tea", "Black coffee", "Milk"], "Hot milk with honey\n5 Fir\nRome, IT", "Hot milk with honey"),
        (CARDS, ["Oslo", "San Jose", "Lima"], "Tea\n5 Fir\nDar es Salaam, TZ", "Dar es Salaam"),
        (CARDS, ["3 Elm Road", "14 Old Oak Lane", "7 Ash"], "Tea\nMain Square 5\nRome, IT", "Main Square 5"),
    ],
)
def test_a_field_is_found_in_a_new_text(texts: list[str], fields: list[str], unseen: str, wanted: str) -> None:
    target = Target("field", fields, Table({"text": texts}))
    proposed = [one for one in propose_fields(target) if target.first_wrong_row(one) is None]
    assert proposed[0].run(Table({"text": [unseen]})) == [wanted]


def test_a_field_that_is_not_there_is_undefined() -> None:
    field = next(propose_fields(Target("field", ["507", "12", "7"], Table({"text": LOGS}))))
    assert field.run(Table({"text": ["", "code 12", NEW_LOG]})) == [None, None, "0"]


def test_short_cells_and_texts_that_hold_nothing_wanted_are_left_alone() -> None:
    assert not list(propose_fields(Target("field", ["a", "b"], Table({"text": ["a 1", "b 2"]}))))
    assert not list(propose_fields(Target("field", ["x", "y", "z"], Table({"text": LOGS}))))
