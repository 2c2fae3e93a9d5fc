"""Keys: what they look like, what is kept of them, and who a caller is who shows one."""

import hashlib
import math
import re
import secrets
import time
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass

from storage.interfaces import StoredKey

ANY_CLIENT = "*"
VIEW_SECONDS = 1.0  # no server judges a key by what it read from the store longer ago than this
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True)
class Caller:
    """Someone who showed a key that the server knows."""

    key_id: str  # public: stands in logs and lists
    clients: frozenset[str]
    expires_at: float = math.inf  # seconds since 1970

    def may_touch(self, client_id: str) -> bool:
        """Tell whether this client's data is open to the caller."""
        return ANY_CLIENT in self.clients or client_id in self.clients


CALLER: ContextVar[Caller | None] = ContextVar("caller", default=None)
"""Who makes the call that is under way."""


def caller_id() -> str:
    """Return the id of the key with which the call is made that is under way; empty when it needs none."""
    caller = CALLER.get()
    return caller.key_id if caller else ""


def new_key(clients: Iterable[str], label: str = "", expires_at: float | None = None) -> tuple[str, StoredKey]:
    """Make a key: return it, and what is kept of it.

    A key looks like `csvc_`, ten digits that are its public id, `_`, and 64 digits, all of them hexadecimal. So a
    scanner for secrets recognises it, and whoever finds one knows which to revoke.
    """
    key_id = secrets.token_hex(5)
    key = f"csvc_{key_id}_{secrets.token_hex(32)}"
    return key, kept_of(key, key_id, clients, label, expires_at)


def kept_of(key: str, key_id: str, clients: Iterable[str], label: str, expires_at: float | None = None) -> StoredKey:
    """Return what is kept of a key that is stored now."""
    return StoredKey(key_id, sha256(key), frozenset(clients), label, created_at=time.time(), expires_at=expires_at)


def state(key: StoredKey) -> str:
    """Return in a word whether a key opens anything."""
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= time.time() else "active"


def sha256(key: str) -> bytes:
    """Return a key's digest.

    A key that we make holds 256 random bits. Nobody finds it by trying, so a slow hash, which passwords need, would
    protect nothing and make every call slow.
    """
    return hashlib.sha256(key.encode(errors="surrogatepass")).digest()


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
