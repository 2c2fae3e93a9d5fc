"""Every attack is stopped, by each thing that is said to stop it, and by nothing else.

An attack is run with all layers, and without those that stop it, where it must succeed: no attack is a strawman. One
that the owner stops whatever the layers must succeed where nobody looks after scripts at all. The long test runs every
attack at every strength that this machine can produce, and so with each of its layers alone.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet
from attacks import (
    by_more_processes,
    on_files,
    on_its_own_bounds,
    on_memory_and_time,
    on_other_runs,
    on_processes,
    on_secrets,
    on_siblings,
    on_the_kernel,
    on_the_network,
    on_the_output,
)
from attacks.attack import OWNER, UNPRIVILEGED, Attack
from attacks.scene import Scene
from attacks.strengths import Strengths, attack_naive, attack_sealed, in_force, its_layers

from executor.sandbox.layers import IDENTITY, LAYERS
from executor.sandbox.runner import Sandbox

THEMES = (
    on_files,
    on_the_network,
    by_more_processes,
    on_processes,
    on_siblings,
    on_its_own_bounds,
    on_the_kernel,
    on_memory_and_time,
    on_the_output,
    on_other_runs,
    on_secrets,
)
ATTACKS = tuple(attack for theme in THEMES for attack in theme.ATTACKS)

EVERY_STRENGTH = [left_out for count in range(len(LAYERS) + 1) for left_out in combinations(LAYERS, count)]


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        scene = Scene(Path(name))
        yield scene
        scene.close()


@pytest.fixture(scope="module")
def strengths(scene: Scene) -> Iterator[Strengths]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET", scene.secret)
        strengths = Strengths(scene.runs)
        yield strengths
        strengths.close()


def check(attack: Attack, scene: Scene, sandbox: Sandbox) -> None:
    """Run an attack: it is stopped by the first thing in force that stops it, or else it succeeds."""
    scene.reset()
    run, after = attack_sealed(attack, scene, sandbox)
    expected = attack.expected(in_force(sandbox))
    succeeded = attack.succeeded(after)
    assert succeeded == (expected is None), f"{attack.name} {'succeeded' if succeeded else 'was stopped'}: {run}"
    if expected is not None and run is not None:
        assert expected.fits(run), f"{attack.name} was stopped, but not by {expected}: {run}"


def named(attacks: Iterable[Attack]) -> list[ParameterSet]:
    """Order attacks so that those at one strength come together; each possible one under its name."""
    absent = pytest.mark.skip(reason="this machine does not have what is attacked")
    return [
        pytest.param(attack, id=attack.name, marks=() if attack.possible() else absent)
        for attack in sorted(attacks, key=lambda attack: sorted(its_layers(attack)))
    ]


@pytest.mark.parametrize("attack", named(ATTACKS))
def test_attack_is_stopped(attack: Attack, scene: Scene, strengths: Strengths) -> None:
    sandbox = strengths.without(frozenset())
    if attack.expected(in_force(sandbox)) is None:
        pytest.skip(f"this machine lacks what stops it: {', '.join(sorted(its_layers(attack)))}")
    check(attack, scene, sandbox)


@pytest.mark.parametrize("attack", named(attack for attack in ATTACKS if its_layers(attack)))
def test_attack_is_stopped_by_its_layers_only(attack: Attack, scene: Scene, strengths: Strengths) -> None:
    check(attack, scene, strengths.without(its_layers(attack)))


@pytest.mark.parametrize("attack", named(attack for attack in ATTACKS if OWNER in attack.stopped_by))
def test_attack_succeeds_where_nobody_looks(attack: Attack, scene: Scene) -> None:
    if UNPRIVILEGED in attack.stopped_by and os.geteuid() != 0:
        pytest.skip("only root can do this anywhere")
    scene.reset()
    after = attack_naive(attack, scene)
    assert attack.succeeded(after), after


@pytest.mark.long
@pytest.mark.parametrize("left_out", EVERY_STRENGTH, ids=lambda left_out: f"without_{'_'.join(left_out) or 'none'}")
def test_every_strength_stops_what_it_should(left_out: tuple[str, ...], scene: Scene, strengths: Strengths) -> None:
    if not set(left_out) <= set(strengths.without(frozenset()).layers):
        pytest.skip("this machine lacks one of these layers anyway")
    sandbox = strengths.without(frozenset(left_out))
    for attack in ATTACKS:
        if attack.possible() and its_layers(attack):
            check(attack, scene, sandbox)


def test_attacks_have_names_of_their_own() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(names) == len(set(names))


def test_documentation_counts_what_succeeds() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    assert f"\n{len(ATTACKS)} attacks stand in" in text
    table = re.findall(r"^\| (none|`[^|]*) \| (\d+) \| (\d+) \|$", text, re.MULTILINE)
    assert len(table) == 7
    for row, *counts in table:
        layers = frozenset(layer for layer in LAYERS if f"`{layer}`" in row)
        of_root = layers | ({UNPRIVILEGED} if IDENTITY in layers else set())
        of_ordinary_user = layers - {IDENTITY} | {UNPRIVILEGED}
        assert [successes(of_root), successes(of_ordinary_user)] == [int(count) for count in counts], row


def successes(layers: frozenset[str]) -> int:
    return sum(attack.expected(layers | {OWNER}) is None for attack in ATTACKS)
