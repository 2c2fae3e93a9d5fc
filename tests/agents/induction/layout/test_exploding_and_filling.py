"""Lists in cells and blanks under a value, learned together with groups and filters."""

from pathlib import Path

from learning import convert, make_task, plan_for

TICKETS = "ticket,labels\nT1,bug; ui\nT2,docs\nT3,ui; slow; bug\nT4,docs; ui\nT5,slow\n"


def learned(given: str, expected: str, new: str, folder: Path) -> list[tuple[str, ...]]:
    file = convert(make_task(given, expected), new, folder)
    return [tuple(row) for row in file.rows]


def test_labels_in_cells_are_listed_with_their_tickets(tmp_path: Path) -> None:
    expected = 'label,tickets\nbug,"T1,T3"\ndocs,"T2,T4"\nslow,"T3,T5"\nui,"T1,T3,T4"\n'
    made = learned(TICKETS, expected, "ticket,labels\nA,z; bug\nB,z\n", tmp_path)
    assert made == [("bug", "A"), ("z", "A,B")]


def test_labels_in_cells_are_counted_the_most_frequent_first(tmp_path: Path) -> None:
    made = learned(TICKETS, "label,n\nui,3\nbug,2\ndocs,2\nslow,2\n", "ticket,labels\nA,a; z\nB,z\n", tmp_path)
    assert made == [("z", "2"), ("a", "1")]


def test_blanks_are_filled_before_rows_are_filtered(tmp_path: Path) -> None:
    given = (
        "branch,agent,sales\nBonn,Ada,12\n,Ben,70\nKiel,Cleo,81\n,Dan,9\n,Eva,55\nLinz,Finn,90\nMetz,Gus,3\n,Ida,60\n"
    )
    expected = "branch,agent,sales\nBonn,Ben,70\nKiel,Cleo,81\nKiel,Eva,55\nLinz,Finn,90\nMetz,Ida,60\n"
    made = learned(given, expected, "branch,agent,sales\nNice,Jon,1\n,Kai,99\n,Lia,5\n", tmp_path)
    assert made == [("Nice", "Kai", "99")]


def test_a_part_of_each_cell_is_no_list() -> None:
    given = "day,code\n1,a.x\n2,b.x\n3,a.x\n4,b.x\n5,a.x\n"
    assert "make a row of each part" not in str(plan_for(make_task(given, "kind,days\na,3\nb,2\n")))


def test_blanks_take_values_of_the_same_person_only(tmp_path: Path) -> None:
    given = "who,state\nann,on\nann,\nbob,\nbob,off\nbob,\ncy,\ncy,hold\ndi,on\ndi,\n"
    expected = "who,state\nann,on\nann,on\nbob,\nbob,off\nbob,off\ncy,\ncy,hold\ndi,on\ndi,on\n"
    made = learned(given, expected, "who,state\nx,on\ny,\nx,\n", tmp_path)
    assert made == [("x", "on"), ("y", ""), ("x", "on")]
