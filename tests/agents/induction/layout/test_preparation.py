"""Steps that only the form of the input tells of, since the output holds none of its cells as they are."""

from pathlib import Path

import pytest
from learning import convert, make_task

GAPS = "region,shop,sales\nNorth,n1,120\n,n2,35\n,n3,8\nSouth,s1,77\n,s2,410\nEast,e1,56\n,e2,19\n,e3,230\n"
TITLES = (
    "member,points,paid\nTeam 1,,\nAda Abel,12,x\nBen Cox,7,x\nTeam 2,,\nCleo Falk,31,x\nDora Hahn,9,x\nEmil Lang,5,x\n"
)
WIDE = "shop,Q1,Q2,Q3\ns1,12,7,310\ns2,45,66,98\ns3,5,21,404\ns4,17,83,62\n"


@pytest.mark.parametrize(
    ("given", "expected", "unseen", "wanted"),
    [
        (
            GAPS,
            "REGION,PRICE\nNORTH,$120.00\nNORTH,$35.00\nNORTH,$8.00\nSOUTH,$77.00\nSOUTH,$410.00\n"
            "EAST,$56.00\nEAST,$19.00\nEAST,$230.00\n",
            "region,shop,sales\nWest,w1,3\n,w2,44\nOver,o1,5\n",
            [("WEST", "$3.00"), ("WEST", "$44.00"), ("OVER", "$5.00")],
        ),
        (
            TITLES,
            "team,who,points\n1,ADA ABEL,12\n1,BEN COX,7\n2,CLEO FALK,31\n2,DORA HAHN,9\n2,EMIL LANG,5\n",
            "member,points,paid\nTeam 8,,\nFinn Noll,1,x\nTeam 9,,\nIda Gross,2,x\n",
            [("8", "FINN NOLL", "1"), ("9", "IDA GROSS", "2")],
        ),
        (
            WIDE,
            "cell,sales\n"
            + "".join(
                f"{shop}/{quarter},${sales}.00\n"
                for shop, *cells in (line.split(",") for line in WIDE.splitlines()[1:])
                for quarter, sales in zip(("Q1", "Q2", "Q3"), cells, strict=True)
            ),
            "shop,Q1,Q2,Q3\nz9,1,2,3\n",
            [("z9/Q1", "$1.00"), ("z9/Q2", "$2.00"), ("z9/Q3", "$3.00")],
        ),
    ],
    ids=["filled", "titles", "melted"],
)
def test_changed_cells_behind_a_changed_layout_are_learned(
    given: str, expected: str, unseen: str, wanted: list[tuple[str, ...]], tmp_path: Path
) -> None:
    assert list(convert(make_task(given, expected), unseen, tmp_path).rows) == wanted
