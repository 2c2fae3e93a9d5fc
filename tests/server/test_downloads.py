"""How files that leave the server are called and what they are said to be."""

import pytest

from csvconverter.v1.jobs_pb2 import CsvFormat, Job
from server.downloads import Label, artifact_label, converted_name

LATIN = CsvFormat(encoding="cp1252")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Orders 2026", "Orders 2026.csv"),
        ("orders.csv", "orders.csv"),
        ("../../etc/passwd", "etc passwd.csv"),
        ("C:\\Temp\\a|b?", "C Temp a b.csv"),
        ('x"\r\nset-cookie: a=b', "x set-cookie a=b.csv"),
        ("\u202egnp.exe\0", "gnp.exe.csv"),
        ("x" * 200, "x" * 60 + ".csv"),
        ("…", "….csv"),
        (" . ", "j-1.csv"),
        ("", "j-1.csv"),
    ],
)
def test_a_converted_file_is_named_after_its_job(title, name):
    assert converted_name(Job(job_id="j-1", job_title=title)) == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("script.py", 'attachment; filename="script.py"'),
        ("Straße.csv", "attachment; filename=\"Stra_e.csv\"; filename*=UTF-8''Stra%C3%9Fe.csv"),
        ("a'b;c.csv", 'attachment; filename="a\'b;c.csv"'),
        ("注文.csv", "attachment; filename=\"__.csv\"; filename*=UTF-8''%E6%B3%A8%E6%96%87.csv"),
    ],
)
def test_a_name_travels_in_a_header(name, value):
    assert Label(name, "text/csv").disposition == value


@pytest.mark.parametrize(
    ("artifact", "kind"),
    [
        ("input.csv", "text/csv; charset=windows-1252"),
        ("expected.csv", "text/csv; charset=utf-8"),
        ("output.csv", "text/csv; charset=utf-8"),
        ("script.py", "text/x-python; charset=utf-8"),
        ("plan.json", "application/json"),
        ("unknown", "application/octet-stream"),
    ],
)
def test_an_artifact_says_what_it_is(artifact, kind):
    job = Job(input_format=LATIN, expected_format=CsvFormat(encoding="utf-8-sig"))
    assert artifact_label(artifact, job) == Label(artifact, kind)


def test_a_charset_that_is_not_known_is_not_guessed():
    assert artifact_label("input.csv", Job()).content_type == "text/csv"
