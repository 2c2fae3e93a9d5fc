"""The key of a first start."""

import stat
from pathlib import Path

import pytest

from server.first_key import KEY_FILE, make_first_key
from server.key_ring import KeyRing
from server.keys import new_key, sha256
from server.open_calls import KeyLimits, OpenCalls
from storage.interfaces import KeyStore
from tests.storage.opened import open_keys


@pytest.fixture
async def keys(tmp_path: Path):
    store = await open_keys(f"sqlite:///{tmp_path}/jobs.db")
    yield store
    await store.close()


@pytest.mark.parametrize("before", [None, "", "\n"])
async def test_a_first_start_makes_a_key_that_opens_everything(keys: KeyStore, tmp_path: Path, before: str | None):
    file = tmp_path / KEY_FILE
    if before is not None:
        file.write_text(before)
    key = await make_first_key(keys, tmp_path)
    assert file.read_text() == key + "\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    [kept] = await keys.list_keys()
    assert (kept.digest, kept.clients) == (sha256(key), frozenset("*"))
    assert await make_first_key(keys, tmp_path) == ""
    assert await keys.list_keys() == [kept]


async def test_a_start_that_was_killed_between_file_and_store_is_made_good(keys: KeyStore, tmp_path: Path):
    (tmp_path / KEY_FILE).write_text("left\n")
    assert await make_first_key(keys, tmp_path) == ""
    [kept] = await keys.list_keys()
    assert kept.digest == sha256("left")


async def test_no_key_is_made_where_there_was_ever_one(keys: KeyStore, tmp_path: Path):
    _, kept = new_key(["acme"])
    await keys.add(kept)
    await keys.revoke(kept.key_id, kept.created_at)
    assert await make_first_key(keys, tmp_path) == ""
    assert not (tmp_path / KEY_FILE).exists()


async def test_a_server_that_nothing_opens_says_so(keys: KeyStore, capsys: pytest.CaptureFixture[str]):
    ring = KeyRing(keys, {}, OpenCalls(KeyLimits(1, 1, 1, 1)))
    await ring.start()
    await ring.stop()
    assert "csv-converter keys create" in capsys.readouterr().out
