"""The key that a server makes at its first start, so that it can be used without any preparation."""

from pathlib import Path

from server.data_folder import write_privately
from server.keys import ANY_CLIENT, kept_of, new_key, sha256
from storage.interfaces import KeyStore, StoredKey

KEY_FILE = "api-key"
LABEL = "made at the first start"


async def make_first_key(keys: KeyStore, folder: Path) -> str:
    """Store a key that opens everything unless there are keys already; return it if it was made now, else nothing.

    It is kept in a file too, where the commands on this machine find it. The file is written first: a key from a file
    whose key was not stored any more before the server was killed is stored at the next start. Where several servers
    start for the first time on one database, the key of one of them is stored.
    """
    if await keys.list_keys():
        return ""
    file = folder / KEY_FILE
    if left := read_key(file):
        await keys.add_first(kept_of(left, key_id="first", clients=[ANY_CLIENT], label=LABEL))
        return ""
    key, kept = new_key([ANY_CLIENT], LABEL)
    write_privately(file, key + "\n")
    if await keys.add_first(kept):
        return key
    file.unlink()
    return ""


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
