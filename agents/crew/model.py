"""The language model behind the agents: one question, one typed answer, within the job's budget."""

import time

from agents.crew.answers import Answer, TypedAnswer, UnreadableAnswer, read_answer
from agents.crew.bounds import Bounds
from agents.crew.budget import Budget, estimated_tokens
from agents.crew.connection import Connection, Question, send
from agents.crew.failures import REFUSED, SHORTENED, Failure, Kind
from agents.crew.glimpses import Glimpses
from agents.crew.patience import Patience
from agents.crew.protocol import Abilities, Reply
from agents.crew.roles import Role
from agents.crew.settings import ModelSettings
from agents.planner_agent import ModelUnavailable
from agents.task import Progress
from agents.token_meter import TokenMeter

MOST_ASKED = 3  # times for one answer, where what comes cannot be read
REPEATED_CHARACTERS = 2000  # of an unreadable answer, shown to the model
CHARACTERS_READ_PER_TOKEN = 6  # a real token of tables and scripts has three or four

Message = dict[str, str]


class LanguageModel:
    """Asks one model for typed answers, counts what it used, and stops at the job's budget."""

    def __init__(self, settings: ModelSettings, meter: TokenMeter) -> None:
        self.settings = settings
        self.budget = Budget(settings, meter)
        self.abilities = Abilities()

    @property
    def name(self) -> str:
        """The model's name."""
        return self.settings.name

    def ask(self, role: Role, prompt: str, form: type[Answer], progress: Progress) -> Answer:
        """Return the model's answer in the form that is wanted.

        Raises:
            UnreadableAnswer: what came is nothing of that form, after it was asked to mend it.
            NothingLeft: the job's tokens or its time are used up.
            ModelUnavailable: the server cannot be reached, refuses the key or fails again and again.
        """
        messages = [spoken("user", prompt), spoken("user", wanted(form))]
        for asked in range(1, MOST_ASKED + 1):
            question = Question(role, messages, form)
            reply = self.reply(question, progress)
            if shortened(question, reply):
                progress(SHORTENED)
            try:
                return read(reply, form)
            except UnreadableAnswer as unreadable:
                problem = unreadable
            progress(f"the model's answer {asked} cannot be read: {problem}")
            said = spoken("assistant", reply.text[:REPEATED_CHARACTERS] or "…")
            complaint = spoken("user", f"Your answer cannot be read: {problem}. {wanted(form)}")
            messages = [spoken("user", prompt), said, complaint]
        if shortened(question, reply):  # last, since not every server counts rightly
            raise ModelUnavailable(SHORTENED)
        raise UnreadableAnswer(f"the model was asked {MOST_ASKED} times, and its answer cannot be read: {problem}")

    def reply(self, question: Question, progress: Progress) -> Reply:
        """Return what the model says, whatever it is; failures that may pass are waited for."""
        patience = Patience()
        while True:
            reply = self.request(question, progress)
            if self.learned(reply):
                continue
            if reply.refused:
                raise ModelUnavailable(REFUSED)
            if not reply.failure:
                return reply
            self.wait(patience, reply.failure, progress)

    def request(self, question: Question, progress: Progress) -> Reply:
        """Make one request and count it."""
        prompt = "\n".join(message["content"] for message in question.messages)
        connection = Connection(
            model=self.name,
            settings=self.settings,
            abilities=self.abilities,
            question=question,
            bounds=Bounds(self.budget.room(prompt), self.budget.seconds_left),
            listen=Glimpses(progress).add,
        )
        reply = send(connection)
        self.budget.count(
            reply.prompt_tokens or (estimated_tokens(prompt) if reply.begun else 0),
            reply.completion_tokens or estimated_tokens(reply.thoughts + reply.text),
        )
        return reply

    def learned(self, reply: Reply) -> bool:
        """Return whether the server has shown that it has to be asked in another way."""
        if reply.failure:
            return reply.failure.kind is Kind.UNSUPPORTED and self.abilities.learn(reply.failure.complaint)
        silent = self.abilities.streams and not reply.begun
        self.abilities.streams &= not silent
        return silent

    def wait(self, patience: Patience, failure: Failure, progress: Progress) -> None:
        """Wait until the request may be made again; not at all when the time is over, as the next one will say.

        Raises:
            ModelUnavailable: there is no use in it, or too little time.
        """
        if not self.budget.seconds_left:
            return
        seconds = patience.wait_seconds(failure)
        if seconds is None and failure.kind is Kind.STUMBLING and self.abilities.knows_schemas:
            self.abilities.knows_schemas = False
            return
        if seconds is None or seconds > self.budget.seconds_left:
            tried = f" (tried {patience.tries} times)" if patience.tries > 1 else ""
            raise ModelUnavailable(failure.message + tried)
        progress(f"{failure.message}: trying again in {seconds:.1f} s")
        time.sleep(seconds)


def spoken(role: str, content: str) -> Message:
    """Return a message."""
    return {"role": role, "content": content}


def shortened(question: Question, reply: Reply) -> bool:
    """Return whether a server left a part of the question out, as Ollama does where it is longer than the context."""
    asked = sum(len(message["content"]) for message in question.messages)
    return 0 < reply.prompt_tokens < asked / CHARACTERS_READ_PER_TOKEN


def wanted(form: type[TypedAnswer]) -> str:
    """Say which answer is wanted, for servers that do not know schemas and models that do not heed them."""
    keys = ", ".join(f'"{name}"' for name in form.model_fields)
    return f"Answer with one JSON object and nothing else. Its {'keys are' if ',' in keys else 'only key is'} {keys}."


def read(reply: Reply, form: type[Answer]) -> Answer:
    """Return the answer in what the model said.

    Raises:
        UnreadableAnswer: there is none.
    """
    try:
        return read_answer(reply.text, form)
    except UnreadableAnswer as problem:
        if reply.cut_off:
            raise UnreadableAnswer("it was cut off since it is too long, so it has to be shorter") from None
        if reply.called_tool:
            raise UnreadableAnswer("it calls a tool, and there are none") from None
        raise problem from None
