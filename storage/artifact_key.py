"""Which keys an artifact may have, wherever it is kept, and which ones the files of jobs do have."""

import re

OF_A_JOB = re.compile(r"[^/.][^/]*/[^/]+/(metadata\.json|[0-9a-f]{32}/((input|expected)\.csv|attempt-\d+/[^/]+))")
"""The key of a job's file; a store may hold files of others, which are not for us to remove."""


def check_key(key: str) -> None:
    """Refuse a key that is no path of plain names, so that none leads out of its folder.

    Raises:
        ValueError: naming the key.
    """
    if "\0" in key or {"", ".", ".."}.intersection(key.split("/")):
        raise ValueError(f"the key {key!r} is no path of plain names")


def check_prefix(prefix: str) -> None:
    """Refuse a prefix that is no such path with a slash behind it.

    Raises:
        ValueError: naming the prefix.
    """
    if not prefix.endswith("/"):
        raise ValueError(f"the prefix {prefix!r} does not end with a slash")
    check_key(prefix[:-1])
