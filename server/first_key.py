"""The key that a server makes at its first start, so that it can be used without any preparation."""

import os
from pathlib import Path

from server.keys import ANY_CLIENT, kept_of, new_key, sha256
from storage.interfaces import KeyStore, StoredKey

KEY_FILE = "api-key"
LABEL = "made at the first start"


async def make_first_key(keys: KeyStore, folder: Path) -> str:
    """Store a key that opens everything unless there are keys already; return it if it was made now, else nothing.

    It is kept in a file too, where the commands on this machine find it. The file is written first: a key from a file
    whose key was not stored any more before the server was killed is stored at the next start.
    """
    if await keys.list_keys():
        return ""
    file = folder / KEY_FILE
    if left := read_key(file):
        await keys.add(kept_of(left, key_id="first", clients=[ANY_CLIENT], label=LABEL))
        return ""
    key, kept = new_key([ANY_CLIENT], LABEL)
    write_privately(file, key + "\n")
    await keys.add(kept)
    return key


def read_key(file: Path) -> str:
    """Return the key in a file; nothing when there is none."""
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        return ""


def forget_key(folder: Path, revoked: StoredKey) -> None:
    """Remove the file when it holds the key that was revoked."""
    if sha256(read_key(folder / KEY_FILE)) == revoked.digest:
        (folder / KEY_FILE).unlink()


def write_privately(path: Path, text: str) -> None:
    """Write a file that only this user can read; it is there whole or not at all, also when the server is killed."""
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
