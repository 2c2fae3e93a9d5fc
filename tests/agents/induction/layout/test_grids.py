"""Tables that are laid out for the eye: what is learned from one holds for others, longer or wider."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from learning import convert, make_task, plan_for

CASES = {
    "rows of one key stand side by side": (
        "fig|3\nfig|5\nkiwi|2\nkiwi|4",
        "fig|3|5\nkiwi|2|4",
        "pear|1\nplum|7\nplum|8\nplum|9",
        "pear|1||\nplum|7|8|9",
    ),
    "one of the columns stands side by side": (
        "A-1|x|||5\nA-1|y|||6\nB-2|z|||7\nB-2|w|||8",
        "A-1|5|6\nB-2|7|8",
        "C-3|q|||1\nC-3|r|||2\nC-3|s|||3",
        "C-3|1|2|3",
    ),
    "every third line begins a record": (
        "Ada\n12 Oak St\nLyon\nBen\n3 Elm Rd\nGraz",
        "Ada|12 Oak St|Lyon\nBen|3 Elm Rd|Graz",
        "Cy\n5 Ash Way\nRome\nDi\n6 Bay Rd\nOslo\nEd\n7 Cat Ln\nBern",
        "Cy|5 Ash Way|Rome\nDi|6 Bay Rd|Oslo\nEd|7 Cat Ln|Bern",
    ),
    "a single record of unlike lines is one of many": (
        "17|Ada\n12 Oak St|\nLyon|France",
        "17|Ada|12 Oak St|Lyon|France",
        "18|Ben\n3 Elm Rd|\nGraz|Austria\n19|Cy\n5 Ash Way|\nRome|Italy",
        "18|Ben|3 Elm Rd|Graz|Austria\n19|Cy|5 Ash Way|Rome|Italy",
    ),
    "alike lines become one row": ("Ada\nBen\nCleo", "Ada|Ben|Cleo", "Di\nEd\nFay\nGus", "Di|Ed|Fay|Gus"),
    "blank lines part records": (
        "Ada\n12 Oak St\nLyon\n\nBen\nGraz",
        "Ada|12 Oak St|Lyon\nBen|Graz|",
        "Cy\nRome\n\nDi\n6 Bay Rd\nOslo\nNorway",
        "Cy|Rome||\nDi|6 Bay Rd|Oslo|Norway",
    ),
    "a mark begins a record and goes": (
        "#Ada\nLyon\n#Ben\nGraz\n8010",
        "Ada|Lyon|\nBen|Graz|8010",
        "#Cy\nRome\n00100\nItaly\n#Di",
        "Cy|Rome|00100|Italy\nDi|||",
    ),
    "a date begins a record": (
        "2024-01-02 Ada\nnote a\n2024-01-03 Ben\nnote b\nnote c",
        "2024-01-02 Ada|note a|\n2024-01-03 Ben|note b|note c",
        "2024-02-05 Cy\nnote d\nnote e\n2024-02-06 Di",
        "2024-02-05 Cy|note d|note e\n2024-02-06 Di||",
    ),
    "columns that the output does not have go first": (
        "Ada|x|1\nBen|x|2\nCy|y|3\nDi|y|4",
        "Ada|Ben\nCy|Di",
        "Ed|x|1\nFay|x|2\nGus|y|3\nHal|y|4\nIda|q|5\nJon|q|6",
        "Ed|Fay\nGus|Hal\nIda|Jon",
    ),
    "columns become rows beside the names in the first row": (
        "|May|June\nfig|3|\nkiwi|2|4",
        "fig|May|3\nkiwi|May|2\nkiwi|June|4",
        "|May|June|July\npear||1|5\nplum|7||",
        "pear|June|1\npear|July|5\nplum|May|7",
    ),
    "two rows name the columns": (
        "|2024|2024|2025|2025\n|Q1|Q2|Q1|Q2\nfig|1|2|3|4",
        "fig|2024|Q1|1\nfig|2024|Q2|2\nfig|2025|Q1|3\nfig|2025|Q2|4",
        "|2024|2024|2025|2025\n|Q1|Q2|Q1|Q2\nkiwi|9|8|7|6",
        "kiwi|2024|Q1|9\nkiwi|2024|Q2|8\nkiwi|2025|Q1|7\nkiwi|2025|Q2|6",
    ),
    "pairs of columns become rows": (
        "Ada|x|1|y|2\nBen|z|3|w|4",
        "Ada|x|1\nAda|y|2\nBen|z|3\nBen|w|4",
        "Cy|q|5|r|6|s|7|t|8",
        "Cy|q|5\nCy|r|6\nCy|s|7\nCy|t|8",
    ),
    "tables side by side are stacked": (
        "fig|1||leek|2\nkiwi|3||beet|4",
        "fig|1\nkiwi|3\nleek|2\nbeet|4",
        "ham|5||cod|6\npork|7||eel|8\nveal|9||tuna|0",
        "ham|5\npork|7\nveal|9\ncod|6\neel|8\ntuna|0",
    ),
    "a grid becomes a column": ("1|2\n3|4", "1\n2\n3\n4", "5|6|7\n8|9|0", "5\n6\n7\n8\n9\n0"),
    "pieces of a text become columns and rows": (
        "14:54 -71 -65\n14:55 -72 -70",
        "14:54|-71\n14:54|-65\n14:55|-72\n14:55|-70",
        "14:56 -1 -2 -3",
        "14:56|-1\n14:56|-2\n14:56|-3",
    ),
    "labels of lines become a first row": (
        "Name=Ada\nTown=Lyon\nZip=69001\nName=Ben\nZip=8010",
        "Name|Town|Zip\nAda|Lyon|69001\nBen||8010",
        "Name=Cy\nPhone=12\nName=Di\nPhone=13\nName=Ed",
        "Name|Phone\nCy|12\nDi|13\nEd|",
    ),
    "labels behind the name of a record become a first row": (
        "Staff list|\nName|Numbers\nAda|Tel:12\n|Fax:13\n|\nBen|Tel:14\n|Fax:15",
        "|Tel|Fax\nAda|12|13\nBen|14|15",
        "Staff list|\nName|Numbers\nCy|Tel:16\n|Fax:17\n|\nDi|Fax:18",
        "|Tel|Fax\nCy|16|17\nDi||18",
    ),
    "a column of names becomes a first row": (
        "Ada|Maths|4\nAda|Latin|7\nBen|Maths|9\nBen|Latin|5",
        "|Maths|Latin\nAda|4|7\nBen|9|5",
        "Cy|Maths|1\nCy|Art|2\nDi|Art|3",
        "|Maths|Art\nCy|1|2\nDi||3",
    ),
    "a column is divided by what stands beside it": (
        "Ray, Ada|\nBen|Lee\nFox, Cy|",
        "Ray, Ada||\n|Ben|Lee\nFox, Cy||",
        "Di|Hart\nOrr, Ed|\nFay|Pitt",
        "|Di|Hart\nOrr, Ed||\n|Fay|Pitt",
    ),
    "headings stand beside their sections": (
        "Fruit|\nfig|1\nkiwi|2\nRoots|\nleek|3",
        "Fruit|fig|1\nFruit|kiwi|2\nRoots|leek|3",
        "Meat|\nham|4\nFish|\ncod|5\neel|6",
        "Meat|ham|4\nFish|cod|5\nFish|eel|6",
    ),
    "marks of headings go": (
        "Fruit:\nfig\nkiwi\nRoots:\nleek",
        "Fruit|fig\nFruit|kiwi\nRoots|leek",
        "Meat:\nham\nFish:\ncod\neel",
        "Meat|ham\nFish|cod\nFish|eel",
    ),
    "the first line of a block is its heading": (
        "Fruit\nfig\nkiwi\n\nRoots\nleek\nbeet",
        "Fruit|fig\nFruit|kiwi\nRoots|leek\nRoots|beet",
        "Meat\nham\n\nFish\ncod\neel",
        "Meat|ham\nFish|cod\nFish|eel",
    ),
    "sections become rows": (
        "Sales in Lyon|\n|\n2024|4\n2025|3\n|\nSales in Graz|\n|\n2024|7\n2025|6",
        "|2024|2025\nLyon|4|3\nGraz|7|6",
        "Sales in Rome|\n|\n2024|5\n2025|6\n|\nSales in New York|\n|\n2024|1\n2025|2\n2026|3",
        "|2024|2025|2026\nRome|5|6|\nNew York|1|2|3",
    ),
}


def as_rows(text: str) -> list[list[str]]:
    rows = [line.split("|") for line in text.split("\n")]
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def as_csv(rows: Sequence[Sequence[str]], first: int = 0) -> str:
    header = [f"c{place + first}" for place in range(len(rows[0]))]
    return "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in [header, *rows])


@pytest.mark.parametrize("case", CASES)
def test_unseen_table_is_laid_out_as_the_example_was(case: str, tmp_path: Path) -> None:
    given, expected, unseen, wanted = map(as_rows, CASES[case])
    task = make_task(as_csv(given), as_csv(expected))
    output = convert(task, as_csv(unseen), tmp_path)
    assert [list(row) for row in output.rows] == wanted


def test_single_row_without_names_is_told_to_be_too_little() -> None:
    plan = plan_for(make_task(as_csv([["Ada", "1"]]), as_csv([["Ada", "1"]])))
    assert [list(doubt.readings) for doubt in plan.ambiguities]


def test_order_of_cells_in_wide_rows_is_told_to_be_a_guess() -> None:
    given = as_rows("Ada|x|1|2\n|y|3|4\nBen|x|5|6\n|y|7|8")
    plan = plan_for(make_task(as_csv(given), as_csv(as_rows("Ada|1|3|2|4\nBen|5|7|6|8"))))
    assert plan.ambiguities


def test_rows_that_do_not_belong_together_are_not_explained() -> None:
    given, expected = as_rows("fig|3\nkiwi|5\npear|2\nplum|4"), as_rows("fig|pear|9|8\nplum|kiwi|7|6")
    assert plan_for(make_task(as_csv(given), as_csv(expected))).unsolved_columns
