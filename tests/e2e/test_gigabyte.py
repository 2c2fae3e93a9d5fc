"""A file that is larger than the memory that all processes take together."""

import asyncio
import os
from pathlib import Path

import pytest

from benchmarks.measure_convert import MEGABYTE, convert_over_rest, write_file

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.geteuid() != 0, reason="nobody but root may look at sealed processes"),
]


def test_a_gigabyte_takes_less_than_500_megabytes(tmp_path: Path) -> None:
    file = tmp_path / "input.csv"
    write_file(file, 1000 * MEGABYTE)
    peak, length = asyncio.run(convert_over_rest(file))
    assert peak.proportional < 500 * MEGABYTE
    assert length > file.stat().st_size / 2
