"""Asks a model server as agents do, and with nothing but HTTP, in turn. Prints the median seconds of each as JSON.

python -m benchmarks.model_calls URL
"""

import json
import statistics
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

from agents.crew.answers import PlanAnswer
from agents.crew.model import LanguageModel
from agents.crew.roles import PLANNER
from agents.crew.settings import ModelSettings
from agents.token_meter import TokenMeter
from benchmarks.figure import seconds

ROUNDS = 100
PROMPT = "Plan the conversion of this table. " * 200
BODY = json.dumps({"model": "none", "stream": True, "messages": [{"role": "user", "content": PROMPT}]}).encode()


def main() -> None:
    """Let both take turns, so that a busy machine slows them alike."""
    url = sys.argv[1]
    model = LanguageModel(ModelSettings("none", "none", url, max_tokens_per_job=10**9), TokenMeter())

    def bare() -> None:
        connection = HTTPConnection(urlsplit(url).netloc)
        connection.request("POST", "/v1/chat/completions", BODY, {"content-type": "application/json"})
        connection.getresponse().read()
        connection.close()

    def asked() -> None:
        model.ask(PLANNER, PROMPT, PlanAnswer, lambda _: None)

    for action in (bare, asked):
        action()  # the first call imports what the others have
    rounds = [(seconds(bare), seconds(asked)) for _ in range(ROUNDS)]
    print(json.dumps([statistics.median(times) for times in zip(*rounds, strict=True)]))


if __name__ == "__main__":
    main()
