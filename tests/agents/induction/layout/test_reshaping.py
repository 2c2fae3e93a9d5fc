"""Everyday reshaping is learned from one small example and right on other files."""

from pathlib import Path

import pytest
from learning import convert, make_task, plan_for

SALES = "region,2021,2022\nNorth,10,12\nSouth,7,9\nWest,3,5\n"
MELTED = "region,year,amount\nNorth,2021,10\nSouth,2021,7\nWest,2021,3\nNorth,2022,12\nSouth,2022,9\nWest,2022,5\n"


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(line.split(",")) for line in text.strip().split("\n")]


def learned(given: str, expected: str, new: str, folder: Path) -> list[tuple[str, ...]]:
    """Return the header and the rows that a script learned from a pair makes of a new file."""
    file = convert(make_task(given, expected), new, folder)
    return [tuple(file.header), *map(tuple, file.rows)]


def test_new_columns_of_a_wide_table_become_rows_too(tmp_path: Path) -> None:
    made = learned(SALES, MELTED, "region,2021,2022,2023\nEast,1,2,3\n", tmp_path)
    assert made == rows("region,year,amount\nEast,2021,1\nEast,2022,2\nEast,2023,3\n")


def test_columns_on_both_sides_stay(tmp_path: Path) -> None:
    given = "id,mon,tue,site,room\na,1,2,X,r1\nb,3,4,Y,r2\nc,5,6,X,r3\n"
    expected = (
        "id,site,room,day,hours\na,X,r1,mon,1\na,X,r1,tue,2\nb,Y,r2,mon,3\nb,Y,r2,tue,4\nc,X,r3,mon,5\nc,X,r3,tue,6\n"
    )
    made = learned(given, expected, "id,mon,tue,site,room\nz,8,9,W,r9\n", tmp_path)
    assert made == rows("id,site,room,day,hours\nz,W,r9,mon,8\nz,W,r9,tue,9\n")


def test_several_values_for_a_key_in_the_names_come_together_sorted(tmp_path: Path) -> None:
    given = "shop,Price 9,Price 10,Stock 9,Stock 10\nZurich,4,5,40,50\nBasel,6,7,60,70\n"
    expected = "shop,week,Price,Stock\nBasel,9,6,60\nBasel,10,7,70\nZurich,9,4,40\nZurich,10,5,50\n"
    made = learned(given, expected, "shop,Price 11,Stock 11,Stock 12\nUri,1,2,3\nAarau,4,5,6\n", tmp_path)
    assert made == rows("shop,week,Price,Stock\nAarau,11,4,5\nAarau,12,,6\nUri,11,1,2\nUri,12,,3\n")


def test_lists_in_cells_are_exploded_as_they_stand(tmp_path: Path) -> None:
    given = "film,cast\nAlpha,Ann; Bob\nBeta,Cid\nGamma,Dan; Eve; Fay\n"
    expected = "film,cast\nAlpha,Ann\nAlpha, Bob\nBeta,Cid\nGamma,Dan\nGamma, Eve\nGamma, Fay\n"
    made = learned(given, expected, "film,cast\nDelta,Gus;Hal\nEta,\n", tmp_path)
    assert made == [("film", "cast"), ("Delta", "Gus"), ("Delta", "Hal"), ("Eta", "")]


def test_blanks_below_a_value_take_it(tmp_path: Path) -> None:
    given = "team,player,goals\nReds,Ann,1\n,Bob,2\nBlues,Cid,\n,Dan,4\n"
    expected = "team,player,goals\nReds,Ann,1\nReds,Bob,2\nBlues,Cid,\nBlues,Dan,4\n"
    made = learned(given, expected, "team,player,goals\n,Zoe,1\nGreens,Yan,\n,Xue,3\n", tmp_path)
    assert made == rows("team,player,goals\n,Zoe,1\nGreens,Yan,\nGreens,Xue,3\n")


SECTIONS = "item,price,stock\nFruit,,\napple,1,10\npear,2,20\nBread,,\nbun,3,30\nroll,4,\n"


def test_sub_titles_become_a_column(tmp_path: Path) -> None:
    expected = "group,item,price,stock\nFruit,apple,1,10\nFruit,pear,2,20\nBread,bun,3,30\nBread,roll,4,\n"
    made = learned(SECTIONS, expected, "item,price,stock\nMilk,,\nkefir,5,50\nFish,,\ncod,6,60\n", tmp_path)
    assert made == rows("group,item,price,stock\nMilk,kefir,5,50\nFish,cod,6,60\n")


def test_sub_titles_and_melting_go_together(tmp_path: Path) -> None:
    cells = [("Fruit", "apple", "1", "10"), ("Fruit", "pear", "2", "20"), ("Bread", "bun", "3", "30")]
    cells.append(("Bread", "roll", "4", ""))
    melted = [
        (group, item, what, (price, stock)[place])
        for place, what in enumerate(("price", "stock"))
        for group, item, price, stock in cells
    ]
    expected = "\n".join(map(",".join, [("group", "item", "what", "value"), *melted])) + "\n"
    made = learned(SECTIONS, expected, "item,price,stock\nMilk,,\nkefir,5,50\n", tmp_path)
    assert made == rows("group,item,what,value\nMilk,kefir,price,5\nMilk,kefir,stock,50\n")


def test_records_below_each_other_become_rows_whatever_they_lack(tmp_path: Path) -> None:
    given = "field,value\nName,Ann\nTown,Bern\nAge,30\nName,Bob\nTown,Chur\nAge,40\n"
    expected = "Name,Town,Age\nAnn,Bern,30\nBob,Chur,40\n"
    made = learned(given, expected, "field,value\nName,Cid\nAge,50\nName,Dan\nTown,Uri\nAge,60\n", tmp_path)
    assert sorted(made[0]) == ["Age", "Name", "Town"]
    assert [dict(zip(made[0], row, strict=True)) for row in made[1:]] == [
        {"Name": "Cid", "Town": "", "Age": "50"},
        {"Name": "Dan", "Town": "Uri", "Age": "60"},
    ]


def test_all_rows_of_another_file_become_columns(tmp_path: Path) -> None:
    given = "metric,a,b,c\nspeed,1,2,3\nweight,4.50,5,6\n"
    expected = "metric,speed,weight\na,1,4.5\nb,2,5\nc,3,6\n"
    made = learned(given, expected, "metric,p,q\nspeed,7,8\nweight,9,1\nheight,2.20,3\n", tmp_path)
    assert made == rows("metric,speed,weight,height\np,7,9,2.2\nq,8,1,3\n")


def test_a_block_of_columns_that_were_rows_is_a_doubt() -> None:
    given = "plan,A,B,C\nyear 1,1,2,3\nyear 2,4,5,6\nyear 3,7,8,9\ntotal,12,15,18\n"
    cells = {"A": "147", "B": "258", "C": "369"}
    totals = {"A": "12", "B": "15", "C": "18"}
    melted = [(plan, totals[plan], f"year {n + 1}", own[n]) for n in range(3) for plan, own in cells.items()]
    plan = plan_for(make_task(given, "\n".join(map(",".join, [("plan", "total", "year", "cost"), *melted])) + "\n"))
    assert not plan.unsolved_columns
    assert ["year 1" in reading for one in plan.ambiguities for reading in one.readings] == [True, False]


def test_a_header_that_may_be_a_record_is_a_doubt() -> None:
    given = "Name,Zoe\nTown,Bern\nAge,30\nName,Bob\nTown,Chur\nAge,40\nName,Cid\n"
    plan = plan_for(make_task(given, "Town,Age,Name\nBern,30,Bob\nChur,40,Cid\n"))
    assert not plan.unsolved_columns
    assert any("first line" in reading for one in plan.ambiguities for reading in one.readings)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a,b\nx,1\ny,2\nz,3\n", "a,k,v\nx,p,7\nx,q,8\ny,p,9\ny,q,4\n"),
        (SALES, "region,year,amount\nNorth,2021,11\nSouth,2021,8\nWest,2021,2\nNorth,2022,15\nSouth,2022,4\n"),
    ],
)
def test_cells_that_no_layout_gives_are_not_made_up(given: str, expected: str) -> None:
    assert plan_for(make_task(given, expected)).unsolved_columns


def test_a_script_says_that_no_column_has_the_names_it_needs(tmp_path: Path) -> None:
    given = "shop,Price 9,Price 10,Stock 9,Stock 10\nZurich,4,5,40,50\nBasel,6,7,60,70\n"
    expected = "shop,week,Price,Stock\nBasel,9,6,60\nBasel,10,7,70\nZurich,9,4,40\nZurich,10,5,50\n"
    with pytest.raises(SystemExit, match="ERROR"):
        learned(given, expected, "shop,other\nUri,1\n", tmp_path)
