"""What deletions, retention, the audit trail and stores that go away need."""

import sqlalchemy as sa
from alembic import op

from csvconverter.v1.jobs_pb2 import Job

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add columns to the jobs, fill them, and create three tables."""
    op.add_column("jobs", sa.Column("finished_at", sa.Double()))
    op.add_column("jobs", sa.Column("described", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("jobs", sa.Column("abandoned_attempts", sa.Integer(), nullable=False, server_default="0"))
    fill_finished_at()
    op.create_index("jobs_in_order_of_end", "jobs", ["finished_at"])
    op.create_index(
        "jobs_undescribed",
        "jobs",
        ["finished_at"],
        postgresql_where=sa.text("NOT described"),
        sqlite_where=sa.text("described = 0"),
    )
    op.create_table(
        "reservations",
        sa.Column("life", sa.String(), primary_key=True),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("reserved_at", sa.Double(), nullable=False),
    )
    op.create_index("reservations_of_a_job", "reservations", ["user_id", "job_id"])
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
    )
    op.create_index("audit_in_order_of_time", "audit", ["at"])
    op.create_table(
        "chores",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("done_at", sa.Double(), nullable=False),
    )


def fill_finished_at() -> None:
    """Read out of each finished job when it finished."""
    jobs = sa.table("jobs", sa.column("life"), sa.column("job"), sa.column("finished_at"))
    connection = op.get_bind()
    for life, stored in connection.execute(sa.select(jobs.c.life, jobs.c.job)).all():
        job = Job.FromString(stored)
        if job.HasField("finished_at"):
            finished_at = job.finished_at.seconds + job.finished_at.nanos / 1e9
            connection.execute(sa.update(jobs).where(jobs.c.life == life).values(finished_at=finished_at))


def downgrade() -> None:
    """Drop them again."""
    for table in ("chores", "audit", "reservations"):
        op.drop_table(table)
    op.drop_index("jobs_undescribed", "jobs")
    op.drop_index("jobs_in_order_of_end", "jobs")
    op.drop_column("jobs", "abandoned_attempts")
    op.drop_column("jobs", "described")
    op.drop_column("jobs", "finished_at")
