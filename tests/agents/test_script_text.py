"""When two scripts are the same."""

from agents.script_text import same_script


def test_scripts_that_differ_in_remarks_are_the_same() -> None:
    one = '"""One."""\nimport sys\n\n\ndef f():\n    """Do it."""\n    return 1  # so\n'
    assert same_script(one, "import sys\ndef f(): return 1")
    assert same_script("no python (", "no python (")
    assert not same_script(one, one.replace("return 1", "return 2"))
    assert not same_script("no python (", "no python )")
    assert not same_script("(" * 100_000, "1")
    assert not same_script("\0", "1")
