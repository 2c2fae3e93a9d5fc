"""Imported by the process from which workers are forked: what takes seconds and much memory is done once for all.

Nothing here may start a thread, open a connection or let an agent work: workers would hang.
"""

import gc

import httpcore  # noqa: F401  # which httpx imports only when it is used
import openai.resources.chat  # noqa: F401  # which its client imports only when it is used

from agents.crew import crew  # noqa: F401
from agents.crew.answers import ScriptAnswer
from agents.crew.bounds import Bounds
from agents.crew.connection import Connection, Question, certificates, make_agent
from agents.crew.protocol import Abilities
from agents.crew.roles import CODER
from agents.crew.settings import ModelSettings

certificates()
make_agent(
    Connection(
        model="none",
        settings=ModelSettings("none", "none"),
        abilities=Abilities(),
        question=Question(CODER, [], ScriptAnswer),
        bounds=Bounds(1, 1.0),
        listen=print,
    )
)
gc.collect()
gc.freeze()  # what is never collected stays shared
