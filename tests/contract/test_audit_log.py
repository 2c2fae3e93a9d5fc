"""What every AuditLog does."""

import time

from storage.interfaces import AuditEntry, AuditLog, JobStore
from storage.sql.audit_log import FORGOTTEN_AT_ONCE
from tests.contract.jobs import submission, submit


async def test_entries_are_found_by_what_they_tell(audit: AuditLog) -> None:
    entries = [
        AuditEntry(1.0, "key-1", "train", "ann", "job"),
        AuditEntry(2.0, "key-2", "convert", "ann", "job", "detail"),
        AuditEntry(3.0, "key-1", "delete", "bob", "job"),
    ]
    await audit.record(entries[:2])
    await audit.record(entries[2:])
    newest_first = entries[::-1]
    assert await audit.entries() == newest_first
    assert await audit.entries(limit=2) == newest_first[:2]
    assert await audit.entries(since=2.0) == newest_first[:2]
    assert await audit.entries(user_id="ann", key_id="key-1") == entries[:1]
    assert await audit.entries(job_id="job", since=3.0) == entries[2:]
    assert await audit.entries(user_id="carl") == []


async def test_old_entries_are_forgotten(audit: AuditLog) -> None:
    now = time.time()
    await audit.record([AuditEntry(now - age, str(age), "train") for age in (9000, 5000, 1000)])
    await audit.forget(7000.0)
    assert [entry.key_id for entry in await audit.entries()] == ["1000", "5000"]


async def test_more_entries_than_one_transaction_deletes_are_forgotten(audit: AuditLog) -> None:
    await audit.record([AuditEntry(1.0, "key", "convert")] * (FORGOTTEN_AT_ONCE + 1))
    await audit.forget(3600.0)
    assert await audit.entries() == []


async def test_changes_are_noted_if_and_only_if_they_are_made(jobs: JobStore, audit: AuditLog) -> None:
    for _ in range(2):
        await jobs.cancel("ann", "job", "key")
        await jobs.delete("ann", "job", "key")
        await jobs.delete_user("ann", "key")
    assert await audit.entries() == []
    await submit(jobs, submission("job"))
    for _ in range(2):
        await jobs.cancel("ann", "job", "key")
    for _ in range(2):
        await jobs.delete("ann", "job", "key")
    await jobs.reserve(submission("stored"))  # whose start is refused from now on
    for _ in range(2):
        await jobs.delete_user("ann")
    told = [(entry.key_id, entry.action) for entry in reversed(await audit.entries())]
    assert told == [("server", "train"), ("key", "cancel"), ("key", "delete"), ("server", "delete-user")]
