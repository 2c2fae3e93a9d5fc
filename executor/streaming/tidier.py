"""Writes a CSV file anew so that it can be cut: the same records in UTF-8, every cell in quotes.

It runs sealed, as a script, and reads with the functions of the learned script. What it repairs it tells as that
script would have.
"""

import csv
import logging
import sys
import types
from typing import Any

LEARNED = ""  # the learned script, put in when this text becomes a script
HEADER_LINES = 100  # in which scripts look for the header, with NUL characters in them


def main(paths: list[str]) -> None:
    """Tidy the first file up into the second."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    learned = types.ModuleType("learned")
    exec(compile(LEARNED, "learned.py", "exec"), learned.__dict__)
    tidy(paths[0], paths[1], learned)


def tidy(path: str, output: str, learned: Any) -> None:
    """Copy the records in the dialect of the example; lines above and below the table are records, too."""
    style = dict(getattr(learned, "INPUT_STYLE", {}))
    with_zeros: list[int] = []
    spoilt: list[int] = []
    csv.field_size_limit(2**31 - 1)
    with (
        open(path, encoding=learned.encoding_of(path), newline="") as file,
        open(output, "w", encoding="utf-8-sig", newline="") as target,
    ):
        delimiter = learned.INPUT_DELIMITER
        if hasattr(learned, "find_header"):
            delimiter, _ = learned.find_header(file, **style)
        records = learned.read_carefully(learned.without_zeros(file, with_zeros), delimiter, spoilt, **style)
        style.pop("skipinitialspace", None)
        writer = csv.writer(
            target, delimiter=learned.INPUT_DELIMITER, quoting=csv.QUOTE_ALL, lineterminator="\n", **style
        )
        writer.writerows(records)
    if with_zeros and with_zeros[0] <= HEADER_LINES:
        raise SystemExit("the header may not be found again without its NUL characters")
    learned.tell_spoilt(with_zeros, spoilt, learned.LOG.warning)


if __name__ == "__main__":
    main(sys.argv[1:])
