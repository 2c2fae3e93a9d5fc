"""Who did what stands in the audit trail, whatever way it was done."""

import time

import pytest

from csvconverter.v1.services_pb2 import (
    CancelJobRequest,
    DeleteJobRequest,
    DeleteUserRequest,
    GetArtifactRequest,
    GetJobRequest,
)
from server.audit_trail import MOST_WAITING, REFUSALS, AuditTrail
from storage.interfaces import AuditEntry
from tests.server.caller import ACME_KEY, Refused
from tests.server.conftest import training_request

ALL_ID, ACME_ID = "api-keys-1", "api-keys-2"  # as the log names the keys of the tests


async def noted(quiet_server, **wanted: str) -> list[tuple[str, ...]]:
    """Return who did what, the oldest first."""
    await quiet_server.audit.write()
    entries = await quiet_server.audit_log.entries(**wanted)
    return [(one.key_id, one.action, one.user_id, one.job_id, one.detail) for one in reversed(entries)]


async def test_changes_and_downloads_are_noted_with_the_key(quiet, quiet_server):
    began = time.time()
    await quiet("StartTraining", training_request("acme", job_id="job"))
    await quiet.bytes("GetArtifact", GetArtifactRequest(client_id="acme", job_id="job", name="input.csv"))
    acme = quiet.with_key(ACME_KEY)
    for _ in range(2):  # what changes nothing is not noted
        await acme("CancelJob", CancelJobRequest(client_id="acme", job_id="job"))
    for _ in range(2):
        await acme("DeleteJob", DeleteJobRequest(user_id="acme", job_id="job"))
    await acme("StartTraining", training_request("acme", job_id="other"))
    for _ in range(2):
        await quiet("DeleteUser", DeleteUserRequest(user_id="acme"))
    assert await noted(quiet_server, job_id="job") == [
        (ALL_ID, "train", "acme", "job", ""),
        (ACME_ID, "cancel", "acme", "job", ""),
        (ACME_ID, "delete", "acme", "job", ""),
        (ALL_ID, "download", "acme", "job", "input.csv"),  # written a moment later, with its own time
    ]
    assert await noted(quiet_server, user_id="acme", key_id=ALL_ID) == [
        (ALL_ID, "train", "acme", "job", ""),
        (ALL_ID, "delete-user", "acme", "", ""),
        (ALL_ID, "download", "acme", "job", "input.csv"),
    ]
    assert all(began <= entry.at <= time.time() for entry in await quiet_server.audit_log.entries())


async def test_refusals_are_noted_but_not_without_end(quiet, quiet_server):
    acme = quiet.with_key(ACME_KEY)
    for client in ("globex", *["../../etc/passwd"] * 2 * REFUSALS):
        with pytest.raises(Refused, match="PERMISSION_DENIED"):
            await acme("GetJob", GetJobRequest(client_id=client, job_id="job"))
    entries = await noted(quiet_server)
    assert entries == [(ACME_ID, "refused", name, "", "GetJob") for name in ("globex", *[""] * (REFUSALS - 1))]


async def test_strangers_leave_nothing(quiet, quiet_server):
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await quiet.with_key("wrong")("GetJob", GetJobRequest(client_id="acme", job_id="job"))
    assert await noted(quiet_server) == []


class FullDisk:
    """A log that has no room for now."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []
        self.is_full = True

    async def record(self, entries: list[AuditEntry]) -> None:
        if self.is_full:
            raise OSError(28, "No space left on device")
        self.entries += entries


async def test_entries_wait_for_their_store_within_bounds_and_a_gap_is_told(capsys: pytest.CaptureFixture[str]):
    log = FullDisk()
    trail = AuditTrail(log)
    for number in range(MOST_WAITING + 5):
        trail.note("convert", "acme", f"job-{number}")
    await trail.write()
    trail.note("convert", "acme", "late")
    log.is_full = False
    await trail.start()
    await trail.stop()
    assert [entry.job_id for entry in log.entries[:-1]] == [f"job-{number}" for number in range(MOST_WAITING)]
    assert (log.entries[-1].action, log.entries[-1].detail.split()[0]) == ("lose-entries", "6")
    assert "No space left" in capsys.readouterr().out
