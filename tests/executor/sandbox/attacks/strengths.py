"""Sandboxes by the layers that are left out, and an attack run in one of them, or in none."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from agents.script_runner import ScriptRun
from attacks.attack import OWNER, UNPRIVILEGED, Attack, together
from attacks.scene import GIVEN, Aftermath, Scene
from executor.sandbox.layers import IDENTITY, LAYERS
from executor.sandbox.runner import Sandbox, SandboxLost

NAIVE = """
import sys
for script in [compile(open(path).read(), path, 'exec') for path in sys.argv.pop(1).split(',')]:
    exec(script, {'__name__': '__main__'})
"""
"""Somebody who runs one script after the other in one interpreter, believes the exit status and takes what is there."""

START_SECONDS = 0.4  # of a bare interpreter


class Strengths:
    """One warm sandbox at a time, since attacks come ordered by the strength that they are run at."""

    def __init__(self, folder: Path) -> None:
        """Keep the folders of their runs here."""
        self._folder = folder
        self._left_out: frozenset[str] | None = None
        self._sandbox = ExitStack()

    def without(self, left_out: frozenset[str]) -> Sandbox:
        """Return the sandbox of this machine that lacks these layers."""
        if left_out != self._left_out:
            self.close()
            layers = [layer for layer in LAYERS if layer not in left_out]
            self._current = self._sandbox.enter_context(Sandbox(self._folder, layers=layers, spares=1))
            self._left_out = left_out
        return self._current

    def close(self) -> None:
        """End the sandbox."""
        self._left_out = None
        self._sandbox.close()


def in_force(sandbox: Sandbox) -> frozenset[str]:
    """Name all that stands in a script's way there."""
    unprivileged = {UNPRIVILEGED} if IDENTITY in sandbox.layers or os.geteuid() != 0 else set()
    return frozenset({OWNER, *sandbox.layers, *unprivileged})


def its_layers(attack: Attack) -> frozenset[str]:
    """Name the layers that stop an attack: an ordinary owner's scripts are unprivileged without any."""
    conditions = frozenset[str]().union(*map(together, attack.stopped_by)) - {OWNER}
    unprivileged = {IDENTITY} if os.geteuid() == 0 else set[str]()
    return conditions - {UNPRIVILEGED} | (unprivileged if UNPRIVILEGED in conditions else set())


def attack_sealed(attack: Attack, scene: Scene, sandbox: Sandbox) -> tuple[ScriptRun | None, Aftermath]:
    """Run an attack; the run of the hostile script, unless the zygote was lost, and what came of it."""
    run, last = None, None
    with _company(attack, scene, sandbox) as names, suppress(SandboxLost), sandbox.runner(attack.limits) as runner:
        for script in attack.scripts(scene, names):
            last = runner.run(script, scene.input_file, scene.output_file)
            run = run or last
    return run, Aftermath(scene, last.log if last else "", lost=last is None)


def attack_naive(attack: Attack, scene: Scene) -> Aftermath:
    """Run an attack where nobody looks after scripts at all."""
    with tempfile.TemporaryDirectory(dir=scene.folder) as name:
        folder = Path(name)
        (folder / "input.csv").write_text(GIVEN)
        (folder / "output.csv").touch()
        scripts = attack.scripts(scene, {})
        for number, script in enumerate(scripts):
            (folder / f"{number}.py").write_text(script)
        log, hung = _run_naively(folder, len(scripts), scene, attack.limits.wall_seconds + START_SECONDS)
        with suppress(FileNotFoundError):
            (folder / "output.csv").replace(scene.output_file)
        return Aftermath(scene, log, hung=hung or _hangs(scene.output_file))


def _run_naively(folder: Path, scripts: int, scene: Scene, seconds: float) -> tuple[str, bool]:
    command = [sys.executable, "-X", "utf8", "-c", NAIVE, ",".join(f"{number}.py" for number in range(scripts))]
    environment = os.environ | {"SECRET": scene.secret}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "input.csv", "output.csv"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
        hung = False
        try:
            process.communicate(scene.secret.encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            hung = True
            process.kill()
            process.communicate()
    with (folder / "log").open(encoding="utf-8", errors="replace", newline="") as log:
        return log.read(2_000_000), hung


def _hangs(output: Path) -> bool:
    """Whether reading waits for ever, as it does for a pipe."""
    try:
        subprocess.run(["head", "-c", "1", str(output)], check=False, capture_output=True, timeout=0.5)
    except subprocess.TimeoutExpired:
        return True
    return False


@contextmanager
def _company(attack: Attack, scene: Scene, sandbox: Sandbox) -> Iterator[Mapping[str, object]]:
    if attack.company is None:
        yield {}
    else:
        with attack.company(scene, sandbox) as names:
            yield names
