"""Units, codes, numerals and words: learned from three rows, right on others, and not claimed where nothing tells."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from agents.induction.ambiguity import find_ambiguities
from agents.induction.learn import learn
from agents.induction.learned import Learned, Tried
from agents.induction.model import Table
from tests.agents.induction.learning import convert, make_task, silent

FAR = 1e12  # a deadline that nobody meets


def csv(name: str, cells: Sequence[str]) -> str:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    return "\n".join([name, *quoted, ""])


def learned(given: Sequence[str], wanted: Sequence[str], columns: tuple[str, str] = ("old", "new")) -> Learned:
    return learn(make_task(csv(columns[0], given), csv(columns[1], wanted)), Tried(), FAR, silent)


def made(given: Sequence[str], wanted: Sequence[str], unseen: Sequence[str]) -> list[str] | None:
    """Return what is made of other cells; None when nothing explains the given ones, or more than one reading does."""
    found = learned(given, wanted)
    doubts = list(find_ambiguities(make_task(csv("old", given), csv("new", wanted)), found)) if found.complete else [""]
    return None if doubts else list(found.program.run(Table({"old": unseen})).columns["new"])


UNITS = [
    (["3 kg", "12 kg", "70 kg"], ["6.61387 lb", "26.4555 lb", "154.324 lb"], "5 kg", "11.0231 lb"),
    (["60 mph", "35 mph", "5 mph"], ["96.56 km/h", "56.33 km/h", "8.05 km/h"], "10 mph", "16.09 km/h"),
    (["21°C", "-4°C", "100°C"], ["69.8°F", "24.8°F", "212°F"], "0°C", "32°F"),
    (["99.5", "32", "212"], ["37.5", "0", "100"], "50", "10"),
    (["1200 sq ft", "850 sq ft", "90 sq ft"], ["111.48 sq m", "78.97 sq m", "8.36 sq m"], "10 sq ft", "0.93 sq m"),
    (["500 g", "2 kg", "1 lb"], ["0.5 kg", "2 kg", "0.45359237 kg"], "2 lb", "0.90718474 kg"),
    (["2 KB", "3 MB", "17 KB"], ["2048", "3145728", "17408"], "1 MB", "1048576"),
    (["$20", "$7.50", "$133"], ["€18.42", "€6.91", "€122.49"], "$100", "€92.10"),
    (["8", "20", "34"], ["24", "60", "102"], "9", "27"),
    (["7500 s", "59 s", "86399 s"], ["2:05:00", "0:00:59", "23:59:59"], "61 s", "0:01:01"),
    (["1:10:05", "12:30", "0:45"], ["4205", "750", "45"], "2:00:00", "7200"),
    (["95", "40", "120"], ["1h 35m", "40m", "2h"], "61", "1h 1m"),
    (["2h 20m", "50 min", "3 hours"], ["140", "50", "180"], "1 hour and 5 min", "65"),
    (["03:14:15", "00:30:00", "17:03:09"], ["3.2375", "0.5000", "17.0525"], "10:15:00", "10.2500"),
    (["48° 51' 24\" N", "33° 52' 4\" S"], ["48.8567", "-33.8678"], "1° 30' 0\" S", "-1.5000"),
    (["5'4\"", "6'1\"", "4'11\""], ["162.56 cm", "185.42 cm", "149.86 cm"], "5'0\"", "152.40 cm"),
    (["50g", "900g", "2500g"], ["0lb 1.7637oz", "1lb 15.7466oz", "5lb 8.1850oz"], "100g", "0lb 3.5274oz"),
    (["1500", "72000", "3400000"], ["1.5K", "72K", "3.4M"], "9900", "9.9K"),
]
CODES = [
    (["FF", "1C", "9B"], ["255", "28", "155"], "A0", "160"),
    (["6", "200", "15"], ["00000110", "11001000", "00001111"], "9", "00001001"),
    (["Ada", "Bo", "Eve!"], ["41 64 61", "42 6f", "45 76 65 21"], "Al", "41 6c"),
    (["rgb(255, 0, 9)", "rgb(18, 52, 86)"], ["#FF0009", "#123456"], "rgb(1, 2, 3)", "#010203"),
    (["#FF0009", "#123456"], ["255, 0, 9", "18, 52, 86"], "#010203", "1, 2, 3"),
    (["10.0.0.9", "192.168.7.1"], ["167772169", "3232237313"], "1.1.1.1", "16843009"),
    (["XIV", "LX", "MCMXC"], ["14", "60", "1990"], "MMXXVI", "2026"),
    (["4", "11", "22"], ["4th", "11th", "22nd"], "103", "103rd"),
    (["17", "40", "208"], ["seventeen", "forty", "two hundred eight"], "1021", "one thousand twenty-one"),
    (["Ohio", "Utah", "New York"], ["OH", "UT", "NY"], "Texas", "TX"),
    (["DE", "jp", "FR"], ["Germany", "Japan", "France"], "es", "Spain"),
    (["7992739871", "601100099", "5500123"], ["79927398713", "6011000996", "55001234"], "41111111111", "411111111117"),
    (["2+3", "10/4", "(1+2)*3"], ["5", "2.5", "9"], "7-2*3", "1"),
    (["7/2", "9/4", "22/6"], ["3 1/2", "2 1/4", "3 2/3"], "11/4", "2 3/4"),
    (["0", "47.5", "270", "181"], ["N", "NE", "W", "S"], "300", "NW"),
    (["4111 1111 1111 1111", "371449635398431"], ["Visa", "American Express"], "5555555555554444", "Mastercard"),
    (["1/2", "3/4", "1 1/8"], ["0.5", "0.75", "1.125"], "5/8", "0.625"),
]
TEXTS = [
    (["A07", "H12", "B03"], ["A7", "H12", "B3"], "C10", "C10"),
    (["INV-00123", "INV-0450", "INV-7"], ["INV-123", "INV-450", "INV-7"], "PO-0010", "PO-10"),
    (["A7", "A42", "B123"], ["A0007", "A0042", "B0123"], "Z55", "Z0055"),
    (["10 x 20 x 30 cm", "5 x 7 x 1 cm", "100 x 40 x 2 cm"], ["6000", "35", "8000"], "2 x 3 x 4 cm", "24"),
    (["chr1:1000-2000", "chrX:500-900", "chr12:7-99"], ["1000", "400", "92"], "chr22:5-17", "12"),
    (
        ["5500000000000004", "4111111111111111"],
        ["************0004", "************1111"],
        "340000000000009",
        "***********0009",
    ),
    (["crème brûlée", "piñata", "Weiß"], ["creme brulee", "pinata", "Weiss"], "Żółw", "Zolw"),
    (["a &amp; b", "x &lt; y", "caf&eacute;"], ["a & b", "x < y", "café"], "1 &gt; 0", "1 > 0"),
    (["abc", "stop", "12345"], ["cba", "pots", "54321"], "xyz", "zyx"),
    (["noon", "kokonut", "aabbcc"], ["no", "konut", "abc"], "kayak", "kay"),
    (["4111111111111111", "550000000004"], ["4111 1111 1111 1111", "5500 0000 0004"], "12345678", "1234 5678"),
    (["ab", "c", "abcd"], ["ab..", "c...", "abcd"], "abc", "abc."),
    (["first_name", "id", "last_seen_at"], ["firstName", "id", "lastSeenAt"], "is_it_ok", "isItOk"),
    (["What's new?", "Hello, World", "A b"], ["whats-new", "hello-world", "a-b"], "My First Post!", "my-first-post"),
    (["World Health Organization", "European Union"], ["WHO", "EU"], "United Nations", "UN"),
    (["red apple", "one two three four five", "x"], ["2", "5", "1"], "a b c d", "4"),
    (
        ["https://www.lund.co.uk/a", "http://a.b.org", "www.x.de"],
        ["lund.co.uk", "b.org", "x.de"],
        "http://q.z.io/",
        "z.io",
    ),
    (["Dr. Ann Lee", "Bob Roe Jr.", "Poe, Carl"], ["Lee", "Roe", "Poe"], "Hill, Dan", "Hill"),
    (
        ["12 Oak St, Salem, OR 97301", "5 Elm Ave Apt 4, Boise, ID 83702", "7 Ash Rd, Suite 9, New York, NY 10001"],
        ["Salem", "Boise", "New York"],
        "8 Fir Ct, Unit 3, San Jose, California",
        "San Jose",
    ),
    (["http://a.b/c?id=7&x=1", "http://a.b/q?x=2&id=19"], ["7", "19"], "http://k.l/?q=2&id=533&p=8", "533"),
    (["box", "city", "dog"], ["boxes", "cities", "dogs"], "church", "churches"),
    (["ann@x.org", "bob.x.org", "c@d@e.f", "z@y.com"], ["true", "false", "false", "true"], "q@x", "false"),
    (["ann@x.org", "b@ob@x.org", "z@y.com"], ["ann@x.org", "invalid", "z@y.com"], "a@b@c.de", "invalid"),
]


@pytest.mark.parametrize(("given", "wanted", "unseen", "right"), [*UNITS, *CODES, *TEXTS], ids=lambda case: str(case))
def test_conversion_holds_on_unseen_cells(given: list[str], wanted: list[str], unseen: str, right: str) -> None:
    assert made(given, wanted, [unseen]) == [right]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["3", "8", "12"], ["41", "17", "90"]),
        (["3 foo", "7 foo"], ["4.41 bar", "10.29 bar"]),
        (["apple", "pear", "fig"], ["true", "false", "true"]),
        (["2011", "2017", "2024"], ["yes", "no", "no"]),
        (["red", "green", "blue"], ["3", "1", "2"]),
        (["A12", "B7", "C9"], ["4F", "1D", "E2"]),
        (["10:30", "11:45", "9:05"], ["17", "4", "88"]),
        (["CA", "TX", "NY"], ["Canada", "Texas", "Norway"]),
    ],
)
def test_what_the_rows_do_not_tell_is_not_claimed(given: list[str], wanted: list[str]) -> None:
    assert learned(given, wanted).unsolved == ["new"]


def test_units_may_stand_in_the_names_of_columns() -> None:
    found = learned(["10", "2"], ["16.1", "3.2"], ("distance_mi", "distance_km"))
    assert found.program.run(Table({"distance_mi": ["100"]})).columns["distance_km"] == ["160.9"]


def test_cell_in_another_unit_is_left_blank(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    task = make_task("d\n5 km\n12 km\n80 km\n", "d\n3.10686 mi\n7.45645 mi\n49.7097 mi\n")
    assert convert(task, "d\n10 km\n10 m\n1e400 km\n", tmp_path).rows[:2] == (("6.21371 mi",), ("",))
    assert "could not be read" in caplog.text


def test_script_of_measures_and_tables_converts_unseen_rows(tmp_path: Path) -> None:
    task = make_task("t,s\n1:10:05,Ohio\n0:12:30,Utah\n0:00:45,Iowa\n", "minutes,code\n70.08,OH\n12.50,UT\n0.75,IA\n")
    rows = convert(task, "t,s\n2:00:00,new york\n0:30:00,Atlantis\n", tmp_path).rows
    assert rows == (("120.00", "NY"), ("30.00", ""))
