"""Keys: who a caller is and which clients' data it may touch."""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ANY_CLIENT = "*"
KEY_FILE = "api-key"
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True)
class Caller:
    """Someone who showed a key that the server knows."""

    key_id: str  # the start of the key's SHA-256: names the key in logs without giving it away
    clients: frozenset[str]

    def may_touch(self, client_id: str) -> bool:
        """Tell whether this client's data is open to the caller."""
        return ANY_CLIENT in self.clients or client_id in self.clients


class Keys:
    """The keys that open this server, kept as SHA-256 digests."""

    def __init__(self, bindings: Mapping[str, frozenset[str]]) -> None:
        self._callers = [
            (digest, Caller(digest.hex()[:8], clients))
            for digest, clients in ((sha256(key), clients) for key, clients in bindings.items())
        ]

    def caller(self, key: str) -> Caller | None:
        """Return who shows this key. It takes as long for a wrong key as for a right one."""
        shown = sha256(key)
        found = None
        for digest, caller in self._callers:
            if hmac.compare_digest(digest, shown):
                found = caller
        return found


def sha256(key: str) -> bytes:
    """Return a key's digest."""
    return hashlib.sha256(key.encode()).digest()


def parse_bindings(text: str) -> dict[str, frozenset[str]]:
    """Read keys and the client ids that they open, such as `key1=*;key2=acme,globex`.

    Raises:
        ValueError: a binding is malformed; the message says which one, by its place, and never repeats a key.
    """
    bindings = {}
    for place, binding in enumerate(filter(None, map(str.strip, text.split(";"))), 1):
        key, _, names = binding.rpartition("=")
        clients = frozenset(name.strip() for name in names.split(","))
        if not key or not all(name == ANY_CLIENT or IDENTIFIER.fullmatch(name) for name in clients):
            raise ValueError(f"binding {place} is not of the form key=client,client or key=*")
        bindings[key.strip()] = clients
    return bindings


def generated_key(data_dir: Path) -> tuple[str, bool]:
    """Return the data folder's own key, made on first use, and whether it was made now."""
    path = data_dir / KEY_FILE
    if path.exists() and (key := path.read_text().strip()):  # an empty key would admit whoever shows none
        return key, False
    key = secrets.token_urlsafe(32)
    write_privately(path, key + "\n")
    return key, True


def write_privately(path: Path, text: str) -> None:
    """Write a file that only this user can read; it is there whole or not at all, also when the server is killed."""
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
