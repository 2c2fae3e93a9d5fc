"""What is said of the tables: what a programmer would have to find out by looking."""

from typing import Any

from agents.crew.brief import make_brief
from agents.crew.material.profile import PROFILE_CHARACTERS, profile_lines
from agents.crew.material.relations import copied_columns, resemblances
from agents.crew.material.samples import choose_columns, sample_rows
from tests.agents.induction.learning import make_task


def facts(given: str, expected: str | None = None) -> dict[str, dict[str, Any]]:
    """Return what is said of each column of the input."""
    brief = make_brief(make_task(given, expected or given))
    lines, _ = profile_lines(brief, brief.task.expected.header)
    return {line["column"]: line for line in lines[1:]}


def test_dates_show_their_layouts_their_doubts_and_their_offsets() -> None:
    days = ["31.12.2023", "2024-02-29T10:00+02:00", "01/02/2024", "", "n/a", "2024-03-01T10:00Z"]
    said = facts("n,at\n" + "".join(f"{n},{day}\n" for n, day in enumerate(days)))["at"]
    assert said["kind"] == "date"
    assert said["layouts"]["DD.MM.YYYY"] == 1
    assert said["layouts"]["DD/MM/YYYY or MM/DD/YYYY"] == 1
    assert said["offsets"] == {"+02:00": 1, "Z": 1}
    assert said["missing_words"] == {"n/a": 1}
    assert said["blank"] == 1


def test_numbers_show_their_marks_and_what_stands_beside_them() -> None:
    said = facts('id,amount\n007,"1.234,50 €"\n008,"2,00 €"\n')
    assert said["amount"]["number_style"] == {"decimal_mark": ",", "thousands": ".", "beside": ["€"]}
    assert said["amount"]["range"] == ["2.00", "1234.50"]
    assert said["id"]["leading_zeros"] == 2


def test_oddities_of_texts_are_counted() -> None:
    said = facts('n,text\n1," a  b"\n2,"c\nd"\n3,é\n')["text"]
    assert (said["blanks_around"], said["several_blanks"], said["line_breaks"], said["beyond_ascii"]) == (1, 1, 1, 1)


def test_expected_columns_name_what_they_resemble() -> None:
    brief = make_brief(
        make_task(
            "id,name,day\n1,ann lee,31.12.2024\n2,bob ray,30.11.2024\n",
            "no,day,NAME\n1,2024-12-31,ANN LEE\n2,2024-11-30,BOB RAY\n",
        )
    )
    assert resemblances(brief) == {
        "no": {"id": "the same in 100% of the rows"},
        "day": {"day": "the same letters and digits in another order in 100% of the rows"},
        "NAME": {"name": "the same but for letter case and blanks in 100% of the rows"},
    }
    assert copied_columns(brief) == {"no": "id"}


def test_rows_that_are_shown_have_every_shape() -> None:
    cells = ["x1"] * 300 + ["", "2024", "a-b", "A" * 900] + ["y2"] * 300
    given = "id,v\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells))
    brief = make_brief(make_task(given, given))
    rows = sample_rows(brief, choose_columns(brief, ["id", "v"], {}))
    assert {"x1", "y2", "", "2024", "a-b", "A" * 900} <= {row["input"]["v"] for row in rows}
    assert [row["row"] for row in rows] == sorted(row["row"] for row in rows)


def test_rows_without_pairs_are_shown_table_by_table() -> None:
    brief = make_brief(make_task("k,n\na,1\na,2\nb,5\n", "group,sum\nG1,3\nG2,5\n"))
    assert not brief.pairs
    assert resemblances(brief) == {"group": {}, "sum": {"n": "has 50% of the values"}}
    assert [list(row) for row in sample_rows(brief, choose_columns(brief, ["group", "sum"], {}))] == [
        *([["row", "input"]] * 3),
        *([["row", "expected"]] * 2),
    ]


def test_wide_table_names_every_column_within_its_size() -> None:
    names = [f"column_{n}" for n in range(250)]
    given = "\n".join([",".join(names), *(",".join(f"{row}-{n}" for n in range(250)) for row in range(3))]) + "\n"
    brief = make_brief(make_task(given, given))
    lines, _ = profile_lines(brief, names)
    assert sum(len(str(line)) for line in lines) < PROFILE_CHARACTERS
    assert [name for line in lines[1:] for name in line["columns"]] == names
