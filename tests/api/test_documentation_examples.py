"""The examples and tables of docs/api.md are what the API really does."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.api.asking import ALL_KEY, Api
from tests.api.test_error_table import ROWS

DOCUMENT = Path("docs/api.md").read_text()
SHOWN = re.findall(r"```sh\n([^`]*)```\n\n```\w+\n([^`]*)```", DOCUMENT)
PAST_THE_SERVER = [example for example in SHOWN if "/uploads" in example[0]]  # they need a bucket
EXAMPLES = [example for example in SHOWN if example not in PAST_THE_SERVER]
ANYTHING = "…"
VARYING = (r"\d{4}-\d\d-\d\dT[\d:.]+Z", r"[0-9a-f]{32}")


def run(command: str, api: Api) -> str:
    address = f"http://{api.server.told['http_address']}"
    environment = os.environ | {"API": address, "KEY": ALL_KEY}
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, timeout=60)
    return done.stdout


def like(shown: object, real: object) -> bool:
    """Tell whether an answer is like the one that is shown: what varies from run to run may differ."""
    match shown:
        case dict():
            keys = shown.keys() - {ANYTHING}
            whole = ANYTHING in shown or shown.keys() == real.keys()
            return whole and all(like(shown[key], real[key]) for key in keys)
        case [*some, last] if last == ANYTHING:
            return all(like(one, other) for one, other in zip(some, real, strict=False))
        case list():
            return len(shown) == len(real) and all(map(like, shown, real))
        case float():
            return isinstance(real, float | int)
        case str() if kind := next((kind for kind in VARYING if re.fullmatch(kind, shown)), ""):
            return bool(re.fullmatch(kind, real))
        case str():
            return bool(re.fullmatch(".*".join(map(re.escape, shown.split(ANYTHING))), real, re.DOTALL))
    return shown == real


def test_every_example_gives_what_is_shown(api: Api) -> None:
    api.rest.delete("/api/v1/delete/user/acme", headers={"X-API-KEY": ALL_KEY})
    assert len(EXAMPLES) == 10
    for command, shown in EXAMPLES:
        real = run(command, api)
        if shown.startswith("{"):
            assert like(json.loads(shown), json.loads(real)), f"{command}\n{real}"
        else:
            assert like(shown.strip(), real.strip()), f"{command}\n{real}"


@pytest.mark.parametrize("reason", ROWS)
def test_every_reason_is_documented(reason: str) -> None:
    row = ROWS[reason]
    assert f"| {reason} | {row.code.name} | {row.http_status} |" in DOCUMENT
