"""What only held-out rows say is taken out of texts, and nothing else."""

import ast

import pytest

from agents.crew.unseen import Unseen

UNSEEN = Unseen(["line", "Kabo Wex", "12.50", "q" * 30 + "x" * 30, 'a "b" c', "Jo"], ["kabouter", "Jo Ann", "7.25"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("File \"script.py\", line 3: KeyError: 'Kabo Wex'", "File \"script.py\", line 3: KeyError: '…'"),
        ("WEX, kabo", "…, kabo"),  # which a word that is seen holds
        ("wexford 12.50 112.505", "…ford … 1…5"),
        ("q" * 30 + "x" * 30 + ".", "…."),
        ("Jo Ann 7.25", "Jo Ann 7.25"),
        ("", ""),
    ],
)
def test_only_what_is_unseen_is_hidden(text: str, told: str) -> None:
    assert UNSEEN.hide(text) == told


def test_scripts_stay_scripts() -> None:
    script = "wex = {'Kabo Wex': r'a \"b\" c\\d', 'Jo': f'{len} wex'}  # Wex\r\nprint('''12.50\n''')\n"
    told = UNSEEN.hide_in_script(script)
    assert "wex =" in told
    assert "Wex" not in told
    assert "12.50" not in told
    ast.parse(told)


def test_what_is_no_script_is_left_out() -> None:
    assert UNSEEN.hide_in_script("'''Kabo Wex") == ""
