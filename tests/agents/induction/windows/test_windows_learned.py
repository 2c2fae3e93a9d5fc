"""What is learned of rows that depend on each other holds on files that were not seen."""

from pathlib import Path

import pytest
from learning import convert, make_task, plan_for

RUNNING = (
    "account,amount\nA,10\nB,5\nA,-3\nB,7\nA,4\n",
    "account,amount,balance\nA,10,10\nB,5,5\nA,-3,7\nB,7,12\nA,4,11\n",
)
CASES = {
    "running total in a group": (
        *RUNNING,
        "account,amount\nC,1\nA,2\nC,2.50\n",
        "account,amount,balance\nC,1,1\nA,2,2\nC,2.50,3.50\n",
        "",
    ),
    "difference from the row above": (
        "day,meter\n1,100\n2,130\n3,175\n4,181\n5,240\n",
        "day,meter,used\n1,100,\n2,130,30\n3,175,45\n4,181,6\n5,240,59\n",
        "day,meter\n1,7\n2,9\n",
        "day,meter,used\n1,7,\n2,9,2\n",
        "",
    ),
    "rank from the highest": (
        "runner,score\na,50\nb,70\nc,60\nd,90\ne,10\nf,70\n",
        "runner,score,rank\na,50,5\nb,70,2\nc,60,4\nd,90,1\ne,10,6\nf,70,2\n",
        "runner,score\nx,1\ny,3\nz,3\n",
        "runner,score,rank\nx,1,3\ny,3,1\nz,3,1\n",
        "",
    ),
    "number of the row in its group": (
        "order,item\n7,pen\n7,ink\n8,pad\n7,cap\n8,pin\n9,nib\n",
        "order,item,line\n7,pen,1\n7,ink,2\n8,pad,1\n7,cap,3\n8,pin,2\n9,nib,1\n",
        "order,item\n1,a\n2,b\n1,c\n",
        "order,item,line\n1,a,1\n2,b,1\n1,c,2\n",
        "",
    ),
    "previous cell": (
        "step,state\n1,new\n2,open\n3,held\n4,paid\n5,sent\n",
        "step,state,before\n1,new,\n2,open,new\n3,held,open\n4,paid,held\n5,sent,paid\n",
        "step,state\n1,x\n2,y\n",
        "step,state,before\n1,x,\n2,y,x\n",
        "",
    ),
    "code for each name": (
        "name,hours\nAnn,3\nAnn,4\nZoe,5\nBob,1\nZoe,7\nAnn,9\n",
        "name,hours,code\nAnn,3,1\nAnn,4,1\nZoe,5,2\nBob,1,3\nZoe,7,2\nAnn,9,1\n",
        "name,hours\nKim,1\nAnn,2\nKim,3\n",
        "name,hours,code\nKim,1,1\nAnn,2,2\nKim,3,1\n",
        "",
    ),
    "percentage of a group": (
        "team,points\nx,10\nx,30\ny,5\ny,25\ny,20\n",
        "team,points,share\nx,10,25.0%\nx,30,75.0%\ny,5,10.0%\ny,25,50.0%\ny,20,40.0%\n",
        "team,points\nz,1\nz,2\n",
        "team,points,share\nz,1,33.3%\nz,2,66.7%\n",
        "",
    ),
    "rows of the same month": (
        "date\n2024-01-03\n2024-01-09\n2024-02-01\n2024-03-05\n2024-01-30\n2024-03-07\n",
        "date,in month\n2024-01-03,3\n2024-01-09,3\n2024-02-01,1\n2024-03-05,2\n2024-01-30,3\n2024-03-07,2\n",
        "date\n2025-05-01\n2025-06-01\n2025-05-02\n",
        "date,in month\n2025-05-01,2\n2025-06-01,1\n2025-05-02,2\n",
        "count the rows of the same month",
    ),
    "column with the highest number": (
        "who,red,green,blue\na,1,5,2\nb,7,5,2\nc,0,1,2\nd,4,9,1\ne,3,2,8\nf,6,2,1\n",
        "who,favourite\na,green\nb,red\nc,blue\nd,green\ne,blue\nf,red\n",
        "who,red,green,blue\nx,1,1,0\ny,0,0,9\n",
        "who,favourite\nx,red\ny,blue\n",
        "",
    ),
    "rare values": (
        "id,city\n1,Rome\n2,Oslo\n3,Rome\n4,Kyiv\n5,Oslo\n6,Bonn\n7,Rome\n",
        "id,city\n1,Rome\n2,Oslo\n3,Rome\n4,other\n5,Oslo\n6,other\n7,Rome\n",
        "id,city\n1,Bonn\n2,Bonn\n3,Rome\n",
        "id,city\n1,Bonn\n2,Bonn\n3,other\n",
        "",
    ),
    "missing days": (
        "shop,day,sold\nb,2024-02-27,5\nb,2024-03-01,2\na,2024-02-28,9\n",
        "shop,day,sold\na,2024-02-27,0\na,2024-02-28,9\na,2024-02-29,0\na,2024-03-01,0\n"
        "b,2024-02-27,5\nb,2024-02-28,0\nb,2024-02-29,0\nb,2024-03-01,2\n",
        "shop,day,sold\nc,2025-01-31,1\nc,2025-02-02,4\n",
        "shop,day,sold\nc,2025-01-31,1\nc,2025-02-01,0\nc,2025-02-02,4\n",
        "",
    ),
    "repeated rows with the first of them": (
        "name,size\nbolt,4\nnut,4\nbolt,4\nnut,5\nbolt,4\n",
        "name,size,first row\nbolt,4,0\nbolt,4,0\n",
        "name,size\nx,1\ny,1\ny,1\n",
        "name,size,first row\ny,1,1\n",
        "show the duplicates with the row of the first one",
    ),
    "rows of zeros": (
        "a,b\n0,0\n0,4\n5,0\n0,0\n0,0\n0,0\n2,2\n0,4\n",
        "a,b\n0,4\n5,0\n2,2\n0,4\n",
        "a,b\n0,0\n0.0,1\n",
        "a,b\n0.0,1\n",
        "drop rows that only have zeros",
    ),
    "counts that may be zero": (
        "user,state\na,open\na,done\nb,done\nc,open\na,open\nd,done\n",
        "user,opened\na,2\nb,0\nc,1\nd,0\n",
        "user,state\nx,done\ny,open\ny,open\n",
        "user,opened\nx,0\ny,2\n",
        'count the rows whose state is "open" per user',
    ),
    "mean for blanks": (
        "room,heat\nA,20\nA,\nB,10\nB,13\nA,25\nB,\n",
        "room,heat\nA,20\nA,22.5\nB,10\nB,13\nA,25\nB,11.5\n",
        "room,heat\nC,1\nC,\nC,2\n",
        "room,heat\nC,1\nC,1.5\nC,2\n",
        "fill missing heat with the mean of the room",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_another_file_is_converted_as_the_example_was(case: tuple[str, str, str, str, str], tmp_path: Path) -> None:
    given, expected, new, wanted, instruction = case
    task = make_task(given, expected, general=instruction)
    converted = convert(task, new, tmp_path)
    lines = [converted.header, *converted.rows]
    assert "\n".join(",".join(line) for line in lines) + "\n" == wanted


def test_other_columns_stay_when_a_running_total_is_added(tmp_path: Path) -> None:
    converted = convert(make_task(*RUNNING), "date,account,amount\n1,A,10\n2,A,5\n", tmp_path)
    assert converted.header == ("date", "account", "amount", "balance")
    assert [row[-1] for row in converted.rows] == ["10", "15"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a,b\n1,x\n2,y\n3,z\n", "a,b,c\n1,x,4\n2,y,9\n3,z,1\n"),
        ("a\n5\n5\n6\n", "a,n\n5,2\n5,1\n6,2\n"),
        ("a,b\n3,1\n1,0\n2,1\n9,0\n4,1\n", "a,b\n3,7\n1,0\n2,0\n9,2\n4,0\n"),
    ],
    ids=["three numbers from nowhere", "counts that are none", "noise"],
)
def test_numbers_without_a_rule_stay_unsolved(given: str, expected: str) -> None:
    assert plan_for(make_task(given, expected)).unsolved_columns
