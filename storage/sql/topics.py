"""What can change in the database and be waited for, and how transactions note that they changed it."""

from enum import Enum
from typing import NamedTuple

from sqlalchemy.orm import Session

ENDED = 2**63 - 1  # the level of everything in a life that has ended
NOTED = "rings"  # where a session keeps what was noted


class Change(Enum):
    """What can be waited for. Each has a level, and to wait is to wait for a higher one than is known."""

    EVENTS = "events"  # the last sequence number
    CANCEL = "cancel"  # 1 once the job is to be cancelled
    WORK = "work"  # 1 while there is a job to claim


class Topic(NamedTuple):
    """A change in one life of a job; work belongs to none."""

    change: Change
    life: str = ""


class Ring(NamedTuple):
    """A topic has reached a level. A ring is a hint: whoever hears it asks the store."""

    topic: Topic
    level: int

    def text(self) -> str:
        """Return it as text that travels between processes."""
        return f"{self.topic.change.value} {self.level} {self.topic.life}"

    @classmethod
    def parse(cls, text: str) -> "Ring":
        """Read what `text` wrote.

        Raises:
            ValueError: it is something else, such as what a newer version tells.
        """
        change, level, life = text.split(" ", 2)
        return cls(Topic(Change(change), life), int(level))


WORK = Topic(Change.WORK)


def note(session: Session, topic: Topic, level: int) -> None:
    """Note a change in its transaction; those who wait hear of it when it is committed."""
    session.info.setdefault(NOTED, []).append(Ring(topic, level))


def note_end(session: Session, life: str) -> None:
    """Note that a life has ended: its job was deleted or replaced."""
    note(session, Topic(Change.EVENTS, life), ENDED)
    note(session, Topic(Change.CANCEL, life), ENDED)


def noted(session: Session) -> list[Ring]:
    """Return what the session's transaction has noted."""
    return list(session.info.get(NOTED, ()))
