"""The key that a server on this machine made for itself."""

import os
from pathlib import Path

from csvconverter.address import is_local


def find_api_key(address: str) -> str | None:
    """Return the key from the data folder of this machine's server; None when there is none that we may read."""
    if not is_local(address):
        return None  # it would be shown to a stranger
    folder = Path(os.environ.get("CSV_CONVERTER_DATA_DIR") or "var")
    try:
        return (folder / "api-key").read_text().strip() or None
    except OSError:
        return None
