"""What is learned of texts is a script that converts texts which were not seen."""

from pathlib import Path

import pytest
from learning import convert, make_task, plan_for

PEOPLE = 'id,who\n1,"Lee, Ann <ann@x.org>"\n2,"van Dam, Bo <bo@y.net>"\n3,"Ng, Cy <cy@z.de>"\n'
PARTS = "id,family,first,mail\n1,Lee,Ann,ann@x.org\n2,van Dam,Bo,bo@y.net\n3,Ng,Cy,cy@z.de\n"
CODES = "code\nAB12-x\nQ7-yy\nXYZ345-z\n"
PIECES = "letters,digits,dash,rest\nAB,12,-,x\nQ,7,-,yy\nXYZ,345,-,z\n"
LINES = "line\n[a]\nhost = x.org\nport = 1\n[b]\nport = 2\nhost = y.net\nuser = me\n[c]\nhost = z.de\n"
HOSTS = "host\nx.org\ny.net\nz.de\n"
NOTES = 'no,note\n1,"to: ann@x.org, bo@y.net\n-- \nAnn"\n2,nobody\n3,"to: cy@z.de or d@e.fr"\n'
MAILS = "no,mail\n1,ann@x.org\n1,bo@y.net\n3,cy@z.de\n3,d@e.fr\n"


@pytest.mark.parametrize(
    ("given", "expected", "unseen", "wanted"),
    [
        (PEOPLE, PARTS, 'id,who\n9,"Fox, Eve <e.f@g.uk>"\n', [["9", "Fox", "Eve", "e.f@g.uk"]]),
        (CODES, PIECES, "code\nM99-a-b\n", [["M", "99", "-", "a-b"]]),
        (LINES, HOSTS, "line\n[x]\nuser = host\nhost = local\n", [["local"]]),
        (NOTES, MAILS, 'no,note\n7,x\n8,"y (a@b.cd)\na-b@c.de"\n', [["8", "a@b.cd"], ["8", "a-b@c.de"]]),
    ],
)
def test_new_texts_are_converted_as_the_example_was(
    given: str, expected: str, unseen: str, wanted: list[list[str]], tmp_path: Path
) -> None:
    task = make_task(given, expected)
    assert list(plan_for(task).unsolved_columns) == []
    assert [list(row) for row in convert(task, unseen, tmp_path).rows] == wanted


def test_cells_of_another_form_are_told_in_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    converted = convert(make_task(CODES, PIECES), "code\nAB1-c\n???\n", tmp_path)
    assert [list(row) for row in converted.rows] == [["AB", "1", "-", "c"], ["", "", "", ""]]
    assert "code: 1 cells are of another form, their pieces are left blank" in caplog.text
