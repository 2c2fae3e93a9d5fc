import asyncio
import re
import sys
from pathlib import Path

import pytest

from tests.clients.scripted_service import KEY

README = Path(__file__).parents[2] / "clients" / "python" / "README.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
async def test_the_readmes_examples_work_when_pasted(example: str, address: str, tmp_path: Path) -> None:
    for name in ("orders.csv", "orders_clean.csv", "new_orders.csv"):
        (tmp_path / name).write_text("id\n007\n")
    pasted = example.replace("127.0.0.1:50051", address).replace("…", KEY)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-c", pasted, cwd=tmp_path, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    assert out
