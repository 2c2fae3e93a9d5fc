"""Every operator can be stored and read back, whoever asks and whatever was imported before."""

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from inspect import isabstract

from learning import make_task, plan_for

import agents.induction
from agents.induction.model import Operator
from agents.induction.operators import OPERATORS

WRITE = """
import sys
from pathlib import Path
from agents.csv_file import read_csv
from agents.induction.coder import InductionCoder
from agents.task import Task
from csvconverter.v1.plans_pb2 import Plan
file = read_csv(b"a\\n1\\n")
print(InductionCoder().write(Task(file, file, Path()), Plan(program=sys.argv[1]), None, print))
assert not [name for name in sys.modules if name.startswith("agents.induction.search")]
"""


def defined(kind: type) -> Iterator[type]:
    """Yield the classes that derive from a class of ours and can be instantiated."""
    for derived in kind.__subclasses__():
        yield from defined(derived)
        if not isabstract(derived) and derived.__module__.startswith("agents."):
            yield derived


def test_all_operators_are_known() -> None:
    for module in pkgutil.walk_packages(agents.induction.__path__, "agents.induction."):
        importlib.import_module(module.name)
    assert set(defined(Operator)) == set(OPERATORS.values())


def test_plan_is_written_down_in_a_process_that_never_searched() -> None:
    given = "day,price,ok\n05.03.2024,$1.50,y\n31.12.2023,$2,n\n"
    plan = plan_for(make_task(given, "day,price,ok\n2024-03-05,1.50,true\n2023-12-31,2.00,false\n"))
    command = [sys.executable, "-c", WRITE, plan.program]
    run = subprocess.run(command, env={"PYTHONPATH": ":".join(sys.path)}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "def transform(" in run.stdout
