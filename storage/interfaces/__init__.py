"""The four interfaces behind which everything is kept: jobs with their events, artifacts, keys, and the audit trail."""

from storage.interfaces.artifacts import ArtifactMissing, ArtifactStore, StoredFile, UploadUrl
from storage.interfaces.audit import BY_THE_SERVER, AuditEntry, AuditLog
from storage.interfaces.failures import OutcomeUnknown, RemovalRefused, StoreUnavailable
from storage.interfaces.jobs import (
    Accepted,
    Claim,
    JobStore,
    KnownLife,
    LeaseLost,
    QueueFull,
    QueueLoad,
    RequestIdReused,
    ReservationGone,
    StoredJob,
    Submission,
    life_folder,
)
from storage.interfaces.keys import KeyStore, StoredKey

__all__ = [
    "BY_THE_SERVER",
    "Accepted",
    "ArtifactMissing",
    "ArtifactStore",
    "AuditEntry",
    "AuditLog",
    "Claim",
    "JobStore",
    "KeyStore",
    "KnownLife",
    "LeaseLost",
    "OutcomeUnknown",
    "QueueFull",
    "QueueLoad",
    "RemovalRefused",
    "RequestIdReused",
    "ReservationGone",
    "StoreUnavailable",
    "StoredFile",
    "StoredJob",
    "StoredKey",
    "Submission",
    "UploadUrl",
    "life_folder",
]
