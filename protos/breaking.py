"""Refuse a change of the contract that breaks its callers.

python protos/breaking.py IMAGE    IMAGE: what `protos/generate.py image` writes

The protos are compared with what they were before they last changed: the last commit when the change is not committed
yet, and the parent of the commit that made it otherwise. So a change is judged where it is made, and by whoever checks
it out. One that is meant to break something is named in buf.yaml, below `breaking`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

PROTOS = Path(__file__).resolve().parent
ROOT = PROTOS.parent
CONTRACT = "protos/csvconverter"
BUF = Path(sys.executable).with_name("buf")


class NoHistory(Exception):
    """Git knows of no earlier protos."""


def main() -> None:
    """Exit with buf's words and its status when something breaks."""
    (image,) = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        former, former_image = Path(scratch, "protos"), Path(scratch, "former.binpb")
        try:
            write_former(former)
        except NoHistory as reason:
            print(f"the protos are compared with nothing: {reason}")
            return
        run(sys.executable, PROTOS / "generate.py", "image", former_image, "--protos", former)
        run(BUF, "breaking", image, "--against", former_image, "--exclude-imports", "--config", ROOT / "buf.yaml")


def run(*command: str | Path) -> None:
    """Run a command, and exit with its status when it fails."""
    if status := subprocess.run(command).returncode:
        sys.exit(status)


def write_former(folder: Path) -> None:
    """Write the protos as they were before they last changed.

    Raises:
        NoHistory: this is no clone, or it does not reach back so far.
    """
    commit = "HEAD"
    if not git("status", "--porcelain", "--", CONTRACT):
        commit = git("log", "-1", "--format=%H^", "--", CONTRACT).strip() or "HEAD"
    names = git("ls-tree", "-r", "--name-only", commit, "--", CONTRACT).splitlines()
    if not names:
        raise NoHistory(f"{commit} has none")
    for name in names:
        file = folder / Path(name).relative_to(PROTOS.name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(git("show", f"{commit}:./{name}"))


def git(*arguments: str) -> str:
    """Return what git says of this folder.

    Raises:
        NoHistory: it refuses.
    """
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except FileNotFoundError:
        raise NoHistory("git is not installed") from None
    except subprocess.CalledProcessError as refusal:
        raise NoHistory(refusal.stderr.strip().splitlines()[0]) from None


if __name__ == "__main__":
    main()
