"""What every KeyStore keeps to."""

import asyncio
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy.exc import IntegrityError

from storage.interfaces import KeyStore, StoredKey
from tests.contract.conftest import OpenKeyStore

numbers = count(1)


def new_key(**others: object) -> StoredKey:
    number = next(numbers)
    given = {"key_id": f"id-{number}", "digest": number.to_bytes(32), "clients": frozenset({"acme"}), "label": ""}
    return StoredKey(**{"created_at": 1_800_000_000.0 + number, **given, **others})


async def test_stored_key_is_listed_as_it_was_added(keys: KeyStore) -> None:
    first = new_key(clients=frozenset({"acme", "globex"}), label="two clients, until spring", expires_at=1.9e9)
    second = new_key(clients=frozenset({"*"}))
    await keys.add(first)
    await keys.add(second)
    assert await keys.list_keys() == [replace(first, revision=1), replace(second, revision=2)]


async def test_revoked_key_stays_in_the_list_with_its_first_revocation(keys: KeyStore) -> None:
    key = new_key()
    await keys.add(key)
    revoked = await keys.revoke(key.key_id, 1.85e9)
    assert revoked
    assert (revoked.revoked_at, revoked.revision) == (1.85e9, 2)
    assert await keys.revoke(key.key_id, 1.86e9) == revoked
    assert await keys.list_keys() == [revoked]


async def test_unknown_key_is_not_revoked(keys: KeyStore) -> None:
    assert await keys.revoke("unknown", 1.85e9) is None
    assert await keys.changes(0) == []


async def test_changes_are_told_once_in_their_order(keys: KeyStore) -> None:
    first, second = new_key(), new_key()
    for key in (first, second):
        await keys.add(key)
    seen = await keys.changes(0)
    assert [key.key_id for key in seen] == [first.key_id, second.key_id]
    await keys.revoke(first.key_id, 1.85e9)
    changed = await keys.changes(seen[-1].revision)
    assert [(key.key_id, key.revoked_at) for key in changed] == [(first.key_id, 1.85e9)]
    assert await keys.changes(changed[-1].revision) == []


async def test_use_is_noted_and_is_no_change(keys: KeyStore) -> None:
    used, unused = new_key(), new_key()
    for key in (used, unused):
        await keys.add(key)
    await keys.used({used.key_id: 1.85e9, "unknown": 1.85e9})
    assert [key.last_used_at for key in await keys.list_keys()] == [1.85e9, None]
    assert await keys.changes(2) == []


@pytest.mark.parametrize("same", ["key_id", "digest"])
async def test_no_two_keys_are_the_same(keys: KeyStore, same: str) -> None:
    first = new_key()
    await keys.add(first)
    with pytest.raises(IntegrityError):
        await keys.add(new_key(**{same: getattr(first, same)}))
    assert len(await keys.list_keys()) == 1


async def test_changes_by_several_stores_have_a_revision_each(open_key_store: OpenKeyStore) -> None:
    stores = [await open_key_store() for _ in range(3)]
    await asyncio.gather(*(stores[number % 3].add(new_key()) for number in range(12)))
    assert [key.revision for key in await stores[0].changes(0)] == list(range(1, 13))
