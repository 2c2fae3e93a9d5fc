"""The clumsy ways of scripts that a model writes: each fails with a name, its own line, and a way out."""

import re

import pytest
from sandbox_runs import RunScript

from agents.advice import advise
from agents.script_runner import Outcome

REFUSED, CRASHED, NOT_CSV = Outcome.REFUSED, Outcome.CRASHED, Outcome.OUTPUT_NOT_CSV
NO_LINE = 0

CLUMSY: dict[str, tuple[str, Outcome, int, str]] = {
    "a temporary file": (
        "import tempfile\nwith tempfile.NamedTemporaryFile() as file:\n    pass",
        REFUSED,
        2,
        "io.StringIO",
    ),
    "a temporary folder": ("import tempfile\nfolder = tempfile.mkdtemp()", REFUSED, 2, "io.StringIO"),
    "an event loop": ("import asyncio\nasync def main():\n    pass\nasyncio.run(main())", REFUSED, 4, "asyncio"),
    "a thread": ("import threading\nthreading.Thread(target=print).start()", REFUSED, 2, "one thread"),
    "a pool of threads": (
        "from concurrent.futures import ThreadPoolExecutor as Pool\nlist(Pool().map(str, [1]))",
        REFUSED,
        2,
        "one thread",
    ),
    "a pool of processes": (
        "import multiprocessing\nwith multiprocessing.Pool(2) as pool:\n    pool.map(str, [1])",
        REFUSED,
        2,
        "process",
    ),
    "another program": ("import subprocess\nsubprocess.run(['iconv', 'input.csv'])", REFUSED, 2, "process"),
    "an installation": (
        "import subprocess\nimport sys\nsubprocess.check_call([sys.executable, '-m', 'pip', 'install', 'polars'])",
        REFUSED,
        3,
        "process",
    ),
    "a download": (
        "import urllib.request\nurllib.request.urlopen('https://example.com/rates.json')",
        REFUSED,
        2,
        "network",
    ),
    "a connection": ("import socket\nsocket.create_connection(('192.0.2.1', 80))", REFUSED, 2, "network"),
    "a log file": ("import logging\nlogging.basicConfig(filename='convert.log')", REFUSED, 2, "standard error"),
    "an output elsewhere": (
        "import sys\nimport pandas as pd\npd.DataFrame({'a': [1]}).to_csv('result.csv')",
        REFUSED,
        3,
        "sys.argv[2]",
    ),
    "a new folder": ("import os\nos.makedirs('out')", REFUSED, 2, "sys.argv[2]"),
    "a file that is renamed": (
        "import os\nimport sys\nopen(sys.argv[2], 'w').write('a')\nos.replace(sys.argv[2], sys.argv[1])",
        REFUSED,
        4,
        "sys.argv[2]",
    ),
    "a table from elsewhere": (
        "import sys\nimport pandas as pd\nnames = pd.read_csv('names.csv')",
        CRASHED,
        3,
        "sys.argv[1]",
    ),
    "a database in a file": (
        "import sqlite3\nsqlite3.connect('work.db').execute('create table a (b)')",
        CRASHED,
        2,
        "in memory",
    ),
    "a workbook": (
        "import sys\nimport pandas as pd\npd.DataFrame({'a': [1]}).to_excel(sys.argv[2])",
        CRASHED,
        3,
        "to_csv",
    ),
    "a package that is not there": ("import nonesuch", CRASHED, 1, "standard library"),
    "a code fence": ("```python\nimport pandas\n```", CRASHED, 1, "code fences"),
    "a remark": ("Here is the script that you asked for:\nimport pandas", CRASHED, 1, "remarks"),
    "a column that is not there": (
        "import sys\nimport pandas as pd\npd.read_csv(sys.argv[1])['Name']",
        CRASHED,
        3,
        "header",
    ),
    "text methods on numbers": (
        "import sys\nimport pandas as pd\npd.read_csv(sys.argv[1])['id'].str.zfill(3)",
        CRASHED,
        3,
        "dtype=str",
    ),
    "a date that is none": (
        "import sys\nimport pandas as pd\npd.to_datetime(pd.read_csv(sys.argv[1])['name'])",
        CRASHED,
        3,
        "form",
    ),
    "a number that is none": (
        "import sys\nimport pandas as pd\npd.read_csv(sys.argv[1])['name'].astype(float)",
        CRASHED,
        3,
        "form",
    ),
    "a column of another length": (
        "import sys\nimport pandas as pd\ntable = pd.read_csv(sys.argv[1])\ntable['x'] = [1, 2, 3]",
        CRASHED,
        4,
        "in step",
    ),
    "named arguments": (
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--input', required=True)\np.parse_args()",
        CRASHED,
        NO_LINE,
        "two arguments",
    ),
    "a question": ("input('Which file? ')", CRASHED, 1, "standard input"),
    "a forgotten import": ("pd.DataFrame()", CRASHED, 1, "Import or define"),
    "an exit with a number": ("import sys\nprint('no rows')\nsys.exit(4)", CRASHED, NO_LINE, "script itself says"),
    "an output on the screen": (
        "import sys\nimport pandas as pd\nprint(pd.read_csv(sys.argv[1]).to_csv())",
        NOT_CSV,
        NO_LINE,
        "sys.argv[2]",
    ),
    "a pickle": (
        "import sys\nimport pandas as pd\npd.DataFrame({'a': [1]}).to_pickle(sys.argv[2])",
        NOT_CSV,
        NO_LINE,
        "to_csv",
    ),
    "a huge array": ("import numpy\nnumpy.ones((100_000, 100_000))", Outcome.OUT_OF_MEMORY, 2, "copies"),
    "a list without end": (
        "rows = []\nwhile True:\n    rows.append(bytearray(10_000_000))",
        Outcome.OUT_OF_MEMORY,
        3,
        "copies",
    ),
    "an output without end": (
        "with open('output.csv', 'w') as file:\n    while True:\n        file.write('a,b\\n' * 100_000)",
        Outcome.OUTPUT_TOO_LARGE,
        3,
        "once",
    ),
}
"""Scripts, with what becomes of them, the line that is told, and what the advice speaks of."""


@pytest.mark.parametrize(("script", "outcome", "line", "way_out"), CLUMSY.values(), ids=CLUMSY)
def test_clumsy_script_is_told_what_to_do_instead(
    run_script: RunScript, script: str, outcome: Outcome, line: int, way_out: str
) -> None:
    run = run_script(script)
    assert run.outcome is outcome, run
    assert way_out in advise(run)
    told = re.search(r"\(line (\d+)", run.detail)
    assert (int(told[1]) if told else NO_LINE) == line, run.detail
