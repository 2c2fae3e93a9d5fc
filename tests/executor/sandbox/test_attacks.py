"""Every attack is stopped, by each thing that is said to stop it, and by nothing else.

An attack is run with all layers; with each layer that stops it while the others that do are left out; and without all
of these, where it must succeed: what a layer is praised for, it does. Where the owner stops an attack whatever the
layers, it must succeed where nobody looks after scripts at all.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from attacks import (
    on_files,
    on_memory_and_time,
    on_other_runs,
    on_processes,
    on_secrets,
    on_the_kernel,
    on_the_network,
    on_the_output,
)
from attacks.attack import OWNER, UNPRIVILEGED, Attack
from attacks.scene import Scene
from attacks.strengths import Strengths, attack_naive, attack_sealed, in_force, switches

from executor.sandbox.runner import Sandbox

THEMES = (
    on_files,
    on_the_network,
    on_processes,
    on_the_kernel,
    on_memory_and_time,
    on_the_output,
    on_other_runs,
    on_secrets,
)
ATTACKS = tuple(attack for theme in THEMES for attack in theme.ATTACKS)

CASES = [(attack, name, left_out) for attack in ATTACKS for name, left_out in switches(attack).items()]
CASES.sort(key=lambda case: sorted(case[2]))  # a sandbox is started once for each strength


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        scene = Scene(Path(name) / "scene")
        yield scene
        scene.close()


@pytest.fixture(scope="module")
def strengths(scene: Scene) -> Iterator[Strengths]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET", scene.secret)
        strengths = Strengths(scene.folder / "runs")
        yield strengths
        strengths.close()


def check(attack: Attack, scene: Scene, sandbox: Sandbox) -> str:
    """Run an attack and say what is wrong with its end, if anything is."""
    scene.reset()
    run, after = attack_sealed(attack, scene, sandbox)
    expected = attack.expected(in_force(sandbox))
    succeeded = attack.succeeded(after)
    if succeeded != (expected is None):
        return f"{attack.name} {'succeeded' if succeeded else 'was stopped'}: {run}, expected {expected}"
    if expected is not None and run is not None and not expected.fits(run):
        return f"{attack.name} was not stopped by {expected}, but {run}"
    return ""


@pytest.mark.parametrize(
    ("attack", "left_out"),
    [pytest.param(attack, left_out, id=f"{attack.name}-{name}") for attack, name, left_out in CASES],
)
def test_attack(attack: Attack, left_out: frozenset[str], scene: Scene, strengths: Strengths) -> None:
    if not attack.possible():
        pytest.skip("this machine does not have what is attacked")
    problem = check(attack, scene, strengths.without(left_out))
    assert not problem, problem


@pytest.mark.parametrize(
    "attack", [pytest.param(attack, id=attack.name) for attack in ATTACKS if OWNER in attack.stopped_by]
)
def test_attack_succeeds_where_nobody_looks(attack: Attack, scene: Scene) -> None:
    if UNPRIVILEGED in attack.stopped_by and os.geteuid() != 0:
        pytest.skip("only root can do this anywhere")
    scene.reset()
    after = attack_naive(attack, scene)
    assert attack.succeeded(after), after


def test_attacks_have_names_of_their_own() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(names) == len(set(names))
