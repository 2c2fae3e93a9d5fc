"""The warm interpreter: what every script finds already imported, and the folders it may import more from."""

import codecs
import fcntl
import gc
import importlib
import io
import os
import stat
import sys
import sysconfig
import zoneinfo
from pathlib import Path

COMMON_MODULES = (
    "argparse",
    "calendar",
    "collections",
    "csv",
    "datetime",
    "decimal",
    "difflib",
    "fractions",
    "functools",
    "itertools",
    "json",
    "locale",
    "logging",
    "logging.handlers",
    "math",
    "numpy",
    "operator",
    "pandas",
    "pathlib",
    "random",
    "re",
    "statistics",
    "string",
    "textwrap",
    "time",
    "traceback",
    "typing",
    "unicodedata",
    "uuid",
    "warnings",
    "zoneinfo",
)
"""What scripts import most; anything else of the standard library is imported by the script that wants it."""

COMMON_ENCODINGS = ("ascii", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "iso8859-15", "idna")

FIRST_KEPT_DESCRIPTOR = 10


def warm_up() -> None:
    """Import what scripts use, and convert a small table, so that no child pays for it."""
    for name in COMMON_MODULES:
        importlib.import_module(name)
    read_with_one_thread()
    for encoding in COMMON_ENCODINGS:
        codecs.lookup(encoding)
    touch_memory()
    gc.collect()
    gc.freeze()  # a collection in a child then leaves these objects, and the pages they share, alone


def read_with_one_thread() -> None:
    """Keep pandas from reading files of 5 MiB and more with threads, which no script may start."""
    import pandas as pd

    pd.set_option("mode.max_threads", 1)


def library_folders() -> list[str]:
    """Name the standard library and the installed packages; never the application's own folder."""
    paths = sysconfig.get_paths()
    return list(dict.fromkeys(paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")))


def import_only_from(folders: list[str]) -> set[int]:
    """Let imports find these folders only; return the descriptors that every child must keep open for that.

    Root's children run as nobody. Where nobody may not enter a folder's parents, as in root's home, the interpreter
    reaches it through an open descriptor instead of its path, and children can still import.
    """
    entries = [entry for entry in sys.path if any(Path(entry).is_relative_to(folder) for folder in folders)]
    aliases: dict[str, str] = {}
    descriptors: set[int] = set()
    for folder in folders:
        if os.geteuid() == 0 and not _open_to_others(Path(folder)):
            descriptor = open_folder(folder)
            aliases[folder] = f"/proc/self/fd/{descriptor}"
            descriptors.add(descriptor)
    sys.path[:] = [_aliased(entry, aliases) for entry in entries]
    _move_packages(aliases)
    _move_time_zones(aliases)
    sys.path_importer_cache.clear()
    return descriptors


def open_folder(folder: str) -> int:
    """Open a descriptor well above those that a child gives its own places."""
    opened = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        return out_of_the_way(opened)
    finally:
        os.close(opened)


def out_of_the_way(descriptor: int) -> int:
    """Return a copy of a descriptor, well above those that a child gives its own places."""
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, FIRST_KEPT_DESCRIPTOR)


def _open_to_others(folder: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents))


def _aliased(path: str, aliases: dict[str, str]) -> str:
    """Name a path by the alias of the innermost folder that holds it."""
    for folder in sorted(aliases, key=len, reverse=True):
        if path == folder or path.startswith(folder + "/"):
            return aliases[folder] + path[len(folder) :]
    return path


def _move_packages(aliases: dict[str, str]) -> None:
    for module in list(sys.modules.values()):
        folders = getattr(module, "__path__", None)
        if isinstance(folders, list):
            folders[:] = [_aliased(folder, aliases) for folder in folders]


def _move_time_zones(aliases: dict[str, str]) -> None:
    """Find the zones of the tzdata package too, by path: its own lookup would go through the original folders."""
    packaged = [f"{folder}/tzdata/zoneinfo" for folder in library_folders()]
    zoneinfo.reset_tzpath([*zoneinfo.TZPATH, *(_aliased(folder, aliases) for folder in packaged)])


def touch_memory() -> None:
    """Convert a small table: what is used or written to for the first time in a process is slow."""
    import pandas as pd

    text = io.StringIO("id,name,when,price\n007,ann lee,2024-01-31,1.50\n008,bob ray,31/01/2024,2\n")
    table = pd.read_csv(text, dtype=str, keep_default_na=False)
    table["name"] = table["name"].str.strip().str.title()
    table["when"] = pd.to_datetime(table["when"], format="mixed", dayfirst=True).dt.strftime("%Y-%m-%d")
    table["price"] = pd.to_numeric(table["price"]).round(2).map("{:.2f}".format)
    table = table.merge(table.groupby("id", as_index=False).size(), on="id").sort_values("id").drop_duplicates()
    table.to_csv(io.StringIO(), index=False)
