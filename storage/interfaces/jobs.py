"""Jobs and their events."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import Job, JobStatus


class LeaseLost(Exception):
    """The job no longer belongs to this supervisor: it was replaced, deleted, or its lease ran out."""


class RequestIdReused(Exception):
    """The request id was used before with another body."""


class QueueFull(Exception):
    """As many jobs wait as may."""


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
class KnownLife:
    """A life whose files count, as far as it tells which of them do."""

    folder: str  # StoredJob.life_folder
    exists: bool  # False while its files are being stored and there is no job yet
    committed: str = ""  # StoredJob.folder
    attempt: int = 0  # the one that is under way, whose files may count in the end; 0 when none is


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

    async def expire(self, seconds: float, by: str, limit: int = 100) -> list[StoredJob]:
        """Delete jobs that finished more than so many seconds ago, with their events, and return them as they were."""
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
