"""The four interfaces behind which everything is kept: jobs with their events, artifacts, keys, and the audit trail."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import Job, JobStatus


class LeaseLost(Exception):
    """The job no longer belongs to this supervisor: it was replaced, deleted, or its lease ran out."""


class RequestIdReused(Exception):
    """The request id was used before with another body."""


class QueueFull(Exception):
    """As many jobs wait as may."""


class ArtifactMissing(Exception):
    """There is no artifact with that key."""


class StoreUnavailable(Exception):
    """The store cannot be reached at the moment; the same call may succeed later."""


class OutcomeUnknown(StoreUnavailable):
    """The store went away in the very moment in which it stored something: what was sent is there, or it is not."""


class ReservationGone(Exception):
    """The job or its user was deleted while the job's files were being stored."""


def life_folder(user_id: str, job_id: str, life: str) -> str:
    """Return the key prefix of everything that belongs to a life."""
    return f"{user_id}/{job_id}/{life}/"


@dataclass(frozen=True)
class StoredJob:
    """A job and where its files are.

    A job that is replaced keeps its id and begins a new life: its files and events are apart from those of the old one.
    """

    job: Job
    life: str  # unique for all time
    folder: str  # the key prefix of the attempt whose files count; empty until one is committed
    sequence: int = 0  # of the last event

    @property
    def life_folder(self) -> str:
        """The key prefix of everything that belongs to this life; the uploaded files lie directly in it."""
        return life_folder(self.job.user_id, self.job.job_id, self.life)

    @property
    def position(self) -> str:
        """Where the job stands in a list, as text that sorts; it tells where a page ends even if the job is deleted."""
        created = self.job.created_at
        return f"{created.seconds:011d}.{created.nanos:09d}/{self.life}"


@dataclass(frozen=True)
class Submission:
    """A job to be accepted."""

    job: Job  # queued; its uid, which names the life that begins, and its created_at are set
    request_id: str = ""  # empty: every submission is a new one
    fingerprint: str = ""  # of the whole request, to tell whether a request id is reused
    by: str = ""  # the id of the key with which it was sent

    @property
    def stored(self) -> StoredJob:
        """The job as it begins its life."""
        return StoredJob(self.job, self.job.uid, folder="")


@dataclass(frozen=True)
class Accepted:
    """What became of a submission."""

    stored: StoredJob
    repeated: bool  # the request id was known: nothing was stored
    replaced: StoredJob | None  # the old life, whose files can be deleted now


@dataclass(frozen=True)
class Claim:
    """A supervisor's hold on a job: every write is refused with LeaseLost once it is no longer the holder."""

    stored: StoredJob
    attempt: int  # 1 at first, and one more each time the job is taken up again
    owner: str


@dataclass(frozen=True)
class QueueLoad:
    """How many jobs wait and how many run."""

    queued: int
    running: int


@dataclass(frozen=True)
class StoredFile:
    """An artifact as it is listed."""

    key: str
    size: int  # in bytes
    modified_at: float  # seconds since 1970, in UTC, by the clock of the store


@dataclass(frozen=True)
class UploadUrl:
    """Where a file may be sent straight to the store."""

    url: str
    headers: Mapping[str, str]  # that the store demands beside the length


@dataclass(frozen=True)
class KnownLife:
    """A life whose files count, as far as it tells which of them do."""

    folder: str  # StoredJob.life_folder
    exists: bool  # False while its files are being stored and there is no job yet
    committed: str = ""  # StoredJob.folder
    attempt: int = 0  # the one that is under way, whose files may count in the end; 0 when none is


@dataclass(frozen=True)
class AuditEntry:
    """Who did what. No content of files or of requests is in it."""

    at: float  # seconds since 1970, in UTC
    key_id: str  # or what did it without a key, such as "retention"
    action: str  # such as "train"
    user_id: str = ""
    job_id: str = ""  # empty: all jobs of the user, or none
    detail: str = ""  # such as the id of a key that was made


@dataclass(frozen=True)
class StoredKey:
    """A key that opens some clients' data, without the key itself. Times are seconds since 1970, in UTC."""

    key_id: str  # public: names the key in lists and logs
    digest: bytes  # the key's SHA-256
    clients: frozenset[str]  # client ids, or "*" alone for all
    label: str
    created_at: float
    expires_at: float | None = None
    last_used_at: float | None = None
    revoked_at: float | None = None
    revision: int = 0  # grows with each change of any key; given by the store


class JobStore(Protocol):
    """Keeps jobs and their events; the truth about the queue. Events are numbered 1, 2, 3, … by whoever stores them.

    Every call may raise StoreUnavailable. `by` is the id of the key that asks for a change, for the audit trail, in
    which the change stands if and only if it was made.
    """

    kind: str  # such as "sqlite"

    async def reserve(self, submission: Submission) -> None:
        """Say that files of this life are being stored; the reservation ends with `create` or `unreserve`.

        A deletion of the job or of its user ends it too, so that no job begins whose files have just been deleted.
        """
        ...

    async def unreserve(self, submission: Submission) -> None:
        """Say that nothing came of it, and that no file of this life counts."""
        ...

    async def create(self, submission: Submission, queue_size: int | None = None) -> Accepted:
        """Store a queued job, whose life is reserved, with its first event, in place of one with the same id.

        Raises:
            RequestIdReused: the request id belongs to another body.
            QueueFull: there is no room in a queue of this size.
            ReservationGone: the job or its user was deleted meanwhile.
        """
        ...

    async def has_room(self, submission: Submission, queue_size: int) -> bool:
        """Tell whether `create` would find room; one that is repeated or replaces a queued job needs none."""
        ...

    async def get(self, user_id: str, job_id: str) -> StoredJob | None:
        """Return one job as it stands."""
        ...

    async def list_jobs(
        self, user_id: str, *, status: JobStatus | None = None, after: str = "", limit: int | None = None
    ) -> list[StoredJob]:
        """Return a user's jobs, the newest first; `after` is the position of the last job of the page before."""
        ...

    async def load(self) -> QueueLoad:
        """Count the jobs that wait and that run; what other processes do counts within a quarter of a second."""
        ...

    async def claim(self, owner: str, lease_seconds: float) -> Claim | None:
        """Take the oldest queued job, if there is one; it is RUNNING and carries a job_started event afterwards."""
        ...

    async def renew(self, claim: Claim, lease_seconds: float) -> bool:
        """Prolong the lease and return whether the job is to be cancelled.

        Raises:
            LeaseLost: the job belongs to someone else.
        """
        ...

    async def append(self, claim: Claim, events: Sequence[JobEvent], after_sequence: int | None = None) -> None:
        """Store events in one transaction and number them; those that move the job on are the store's own to write.

        With the number of the event before them the call can be repeated after OutcomeUnknown: what is there already is
        not stored again.

        Raises:
            LeaseLost: the job belongs to someone else; nothing was stored.
            ValueError: an event moves the job on (queued, started, lost, finished); nothing was stored.
        """
        ...

    async def finish(self, claim: Claim, finished: JobEvent, folder: str) -> None:
        """Store the job_finished event and the job that it carries, and commit the attempt's folder of files.

        It can be repeated after OutcomeUnknown: a job that this very attempt has finished stays as it is.

        Raises:
            LeaseLost: the job belongs to someone else; nothing was stored.
            ValueError: the event does not finish this job; nothing was stored.
        """
        ...

    async def lose(self, claim: Claim, reason: str) -> None:
        """Say that the attempt was lost, the reason being a clause such as "the worker was killed".

        The job is queued again, or finished when it is cancelled or was lost too often.

        Raises:
            LeaseLost: the job belongs to someone else; nothing was stored.
        """
        ...

    async def release(self, claim: Claim, reason: str = "the server stopped", delay_seconds: float = 0.0) -> None:
        """Queue the job again, to be claimed after a while. The attempt does not count, for the job is not the reason.

        Raises:
            LeaseLost: the job belongs to someone else; nothing was stored.
        """
        ...

    async def reap(self, owner: str = "") -> list[StoredJob]:
        """Treat attempts as lost whose lease has run out, and return their jobs as they stand; or those of an owner.

        An owner names itself when it starts: what it held before it was killed need not wait for its lease. The loss of
        a supervisor is not held against the job, until there are so many that the job may be what kills them.
        """
        ...

    async def cancel(self, user_id: str, job_id: str, by: str = "") -> StoredJob | None:
        """Finish a queued job as CANCELLED, mark a running one for its supervisor, leave a finished one as it is."""
        ...

    async def events(self, life: str, after_sequence: int, limit: int = 500) -> list[JobEvent] | None:
        """Return a life's events in order from after a sequence number on; None when the life has ended."""
        ...

    async def wait_for_events(self, life: str, after_sequence: int, seconds: float) -> None:
        """Return as soon as there may be events after a sequence number, or after so many seconds."""
        ...

    async def wait_for_cancel(self, life: str, seconds: float) -> None:
        """Return as soon as the life may have been cancelled or replaced, or after so many seconds."""
        ...

    async def wait_for_work(self, seconds: float) -> None:
        """Return as soon as there may be a job to claim, or after so many seconds."""
        ...

    async def delete(self, user_id: str, job_id: str, by: str = "") -> StoredJob | None:
        """Delete a job with its events and return it as it was; its supervisor, if any, loses its lease."""
        ...

    async def delete_user(self, user_id: str, by: str = "") -> None:
        """Delete all jobs of a user with their events, some after the others; it can be interrupted and repeated."""
        ...

    async def expire(self, finished_before: float, by: str, limit: int = 100) -> list[StoredJob]:
        """Delete jobs that finished before a time, with their events, and return them as they were."""
        ...

    async def known_lives(self, jobs: Collection[tuple[str, str]]) -> list[KnownLife]:
        """Return the lives of these jobs, given as pairs of user and job id, whose files count or may count later."""
        ...

    async def forget_reservations(self, seconds: float) -> None:
        """End reservations that were made so many seconds ago, whose server must have been killed meanwhile."""
        ...

    async def described(self, stored: StoredJob) -> None:
        """Note that the job's `metadata.json` tells of the job as it was then."""
        ...

    async def undescribed(self, limit: int = 100) -> list[StoredJob]:
        """Return finished jobs of whose `metadata.json` that is not known, because a server was killed."""
        ...

    async def begun_at(self) -> float:
        """Return when this was first asked of the database, in seconds since 1970: before it kept any job."""
        ...

    async def take_chore(self, name: str, every_seconds: float) -> bool:
        """Tell whether it is on this process to do what one of all processes does every so often."""
        ...

    async def close(self) -> None:
        """Let go of connections; waiting calls return."""
        ...


class ArtifactStore(Protocol):
    """Keeps files under keys such as `user/job/life/attempt-1/script.py`; each is there whole or not at all.

    Every call may raise StoreUnavailable, and ValueError for a key that is no path of plain names.
    """

    kind: str  # such as "folder"

    async def put(self, key: str, content: bytes | Path) -> None:
        """Store bytes, or a copy of a file, in place of what the key held before."""
        ...

    def read(self, key: str) -> AsyncIterator[bytes]:
        """Yield the content in pieces of at most 1 MiB.

        Raises:
            ArtifactMissing: there is no such key.
        """
        ...

    async def fetch(self, key: str, target: Path) -> None:
        """Write the content to a new file.

        Raises:
            ArtifactMissing: there is no such key.
        """
        ...

    def list(self, prefix: str) -> AsyncIterator[Sequence[StoredFile]]:
        """Yield what lies below a prefix that ends with a slash, or everything when it is empty.

        It comes in pages of at most 1,000, in no order. What is stored or removed meanwhile may be listed or not.
        """
        ...

    async def remove(self, keys: Collection[str]) -> None:
        """Delete artifacts; one that is not there is no error."""
        ...

    async def delete(self, prefix: str) -> None:
        """Delete everything below a prefix that ends with a slash; nothing there is no error."""
        ...

    async def tidy(self, seconds: float) -> None:
        """Delete what is left of writes that were interrupted, when they began at least so many seconds ago."""
        ...

    async def upload_url(self, key: str, size: int, seconds: float) -> UploadUrl | None:
        """Return where a file of exactly so many bytes may be PUT for a while; None when the store has no such way."""
        ...

    async def download_url(self, key: str, seconds: float, *, disposition: str, content_type: str) -> str | None:
        """Return where the content may be read for a while, with these headers; None when the store has no such way."""
        ...

    async def close(self) -> None:
        """Let calls end, and let go of connections."""
        ...


class KeyStore(Protocol):
    """Keeps the keys that were made, the revoked ones too. Processes that go by them read what has changed.

    Every call may raise StoreUnavailable. Additions and revocations stand in the audit trail.
    """

    async def add(self, key: StoredKey, by: str = "") -> None:
        """Store a new key."""
        ...

    async def add_first(self, key: StoredKey, by: str = "") -> bool:
        """Store a key if there is none at all, and tell whether it was stored."""
        ...

    async def list_keys(self) -> list[StoredKey]:
        """Return all keys, the oldest first."""
        ...

    async def revoke(self, key_id: str, revoked_at: float, by: str = "") -> StoredKey | None:
        """Revoke a key for good and return it with the time of its first revocation; None when it is unknown."""
        ...

    async def changes(self, after_revision: int) -> list[StoredKey]:
        """Return the keys that were added or revoked after a revision, in the order of their revisions."""
        ...

    async def used(self, times: Mapping[str, float]) -> None:
        """Note when keys were last used, by their ids; this is no change of the keys."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class AuditLog(Protocol):
    """Keeps who did what, in the order in which it was noted. Every call may raise StoreUnavailable."""

    async def record(self, entries: Sequence[AuditEntry]) -> None:
        """Add entries."""
        ...

    async def entries(
        self, *, user_id: str = "", job_id: str = "", key_id: str = "", since: float = 0.0, limit: int | None = None
    ) -> list[AuditEntry]:
        """Return entries, the newest first: those of a user, of a job, of a key, and since a time, where given."""
        ...

    async def forget(self, before: float) -> None:
        """Delete entries that are older than a time."""
        ...

    async def close(self) -> None:
        """Let calls come to their end."""
        ...
