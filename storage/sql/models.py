"""The tables: one row a job with its lease, one row an event, one row a key, one row an entry of the audit trail."""

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from csvconverter.v1.jobs_pb2 import Job
from storage.interfaces import AuditEntry, StoredJob, StoredKey, Submission

BYTEWISE = String().with_variant(String(collation="C"), "postgresql")
"""Text in the order of its bytes, whatever language the database speaks."""


class Base(DeclarativeBase):
    """What the tables have in common: one description of the schema."""


class JobRow(Base):
    """One life of a job. Times are seconds since 1970, in UTC."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("user_id", "job_id", name="jobs_one_life_at_a_time"),
        UniqueConstraint("user_id", "request_id", name="jobs_one_job_a_request"),
        Index("jobs_in_order_of_claim", "state", "priority", "position"),
        Index("jobs_in_order_of_listing", "user_id", "position"),
        Index("jobs_in_order_of_end", "finished_at"),
        Index(
            "jobs_undescribed",
            "finished_at",
            postgresql_where=text("NOT described"),
            sqlite_where=text("described = 0"),
        ),
    )

    life: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    job_id: Mapped[str]
    position: Mapped[str] = mapped_column(BYTEWISE)  # StoredJob.position: jobs sort by it from the oldest to the newest
    state: Mapped[int]  # the job's status, a JobStatus
    job: Mapped[bytes] = mapped_column(LargeBinary)  # the fold of the events, a serialised Job
    folder: Mapped[str] = mapped_column(default="")  # StoredJob.folder
    request_id: Mapped[str | None]
    fingerprint: Mapped[str]
    priority: Mapped[int] = mapped_column(default=0)  # the lowest is claimed first
    available_at: Mapped[float] = mapped_column(default=0.0)  # not claimed before
    attempt: Mapped[int] = mapped_column(default=0)  # grows with every claim, so that it tells holders apart
    lost_attempts: Mapped[int] = mapped_column(default=0)  # those that count towards max_attempts
    max_attempts: Mapped[int] = mapped_column(default=2)  # a lost worker costs its own job one retry
    abandoned_attempts: Mapped[int] = mapped_column(default=0)  # those whose supervisor was gone
    lease_owner: Mapped[str | None]
    lease_expires_at: Mapped[float | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    last_seq: Mapped[int] = mapped_column(default=0)  # the sequence number of the last event
    finished_at: Mapped[float | None]
    described: Mapped[bool] = mapped_column(default=False)  # metadata.json is known to tell how the job finished

    @classmethod
    def of(cls, submission: Submission) -> "JobRow":
        """Return the row of a job that is still without events."""
        job = submission.job
        return cls(
            life=job.uid,
            user_id=job.user_id,
            job_id=job.job_id,
            position=submission.stored.position,
            state=job.status,
            job=job.SerializeToString(),
            request_id=submission.request_id or None,
            fingerprint=submission.fingerprint,
            last_seq=0,
        )

    def stored(self) -> StoredJob:
        """Return the job as others know it."""
        return StoredJob(Job.FromString(self.job), self.life, self.folder, self.last_seq)


class EventRow(Base):
    """One event of one life."""

    __tablename__ = "events"

    life: Mapped[str] = mapped_column(ForeignKey("jobs.life", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[bytes] = mapped_column(LargeBinary)  # a serialised JobEvent


class ReservationRow(Base):
    """A life whose files are being stored, and whose job is not there yet."""

    __tablename__ = "reservations"
    __table_args__ = (Index("reservations_of_a_job", "user_id", "job_id"),)

    life: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    job_id: Mapped[str]
    reserved_at: Mapped[float]


class AuditRow(Base):
    """One entry of the audit trail; see AuditEntry."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_in_order_of_time", "at"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[float]
    key_id: Mapped[str]
    action: Mapped[str]
    user_id: Mapped[str]
    job_id: Mapped[str]
    detail: Mapped[str]

    @classmethod
    def of(cls, entry: AuditEntry) -> "AuditRow":
        """Return the row of a new entry."""
        return cls(**vars(entry))

    def stored(self) -> AuditEntry:
        """Return the entry as others know it."""
        return AuditEntry(self.at, self.key_id, self.action, self.user_id, self.job_id, self.detail)


class ChoreRow(Base):
    """When something that one of all servers does once in a while was last done."""

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(primary_key=True)
    done_at: Mapped[float]


class KeyRow(Base):
    """One key; see StoredKey."""

    __tablename__ = "keys"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    clients: Mapped[str]  # separated by commas, which no client id contains
    label: Mapped[str]
    created_at: Mapped[float]
    expires_at: Mapped[float | None]
    last_used_at: Mapped[float | None]
    revoked_at: Mapped[float | None]
    revision: Mapped[int] = mapped_column(unique=True)  # so two writers cannot take the same one

    @classmethod
    def of(cls, key: StoredKey, revision: int) -> "KeyRow":
        """Return the row of a new key."""
        values = vars(key) | {"clients": ",".join(sorted(key.clients)), "revision": revision}
        return cls(**values)

    def stored(self) -> StoredKey:
        """Return the key as others know it."""
        return StoredKey(
            key_id=self.key_id,
            digest=self.digest,
            clients=frozenset(self.clients.split(",")),
            label=self.label,
            created_at=self.created_at,
            expires_at=self.expires_at,
            last_used_at=self.last_used_at,
            revoked_at=self.revoked_at,
            revision=self.revision,
        )
