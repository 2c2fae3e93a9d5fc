"""Finds where a script reaches for more than its input: the sandbox stops it anyway, and here it is told clearly."""

import ast
from collections.abc import Iterator

from agents.advice import IMPORTS, NO_EVENT_LOOP, NO_NETWORK, NO_PROCESS, ONE_INPUT, PLAIN_PYTHON, TWO_ARGUMENTS
from agents.crew.inspection.finding import Finding

KIND = "reads_more_than_input"
PLAIN_CODE = "Write the code out: a script that makes code of texts is not run."
NO_OBJECTS = "Store and read plain text: a script that unpickles objects is not run."
NO_SURROUNDINGS = "Take everything from the input: a conversion depends on nothing that surrounds the script."

MODULES = {
    **dict.fromkeys(
        ("socket", "ssl", "urllib.request", "urllib3", "http", "requests", "httpx", "aiohttp", "ftplib", "smtplib"),
        NO_NETWORK,
    ),
    **dict.fromkeys(("imaplib", "poplib", "xmlrpc", "socketserver", "webbrowser", "boto3", "telnetlib"), NO_NETWORK),
    **dict.fromkeys(("subprocess", "multiprocessing", "pty", "concurrent.futures"), NO_PROCESS),
    **dict.fromkeys(("pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"), NO_OBJECTS),
    **dict.fromkeys(("importlib", "runpy", "imp", "pkgutil", "zipimport", "code", "codeop"), IMPORTS),
    **dict.fromkeys(("inspect", "ctypes", "cffi", "builtins", "linecache", "mmap", "sysconfig"), PLAIN_PYTHON),
    **dict.fromkeys(("glob", "fileinput"), ONE_INPUT),
    "asyncio": NO_EVENT_LOOP,
}
BUILTINS = dict.fromkeys(("eval", "exec", "compile", "__import__"), PLAIN_CODE)
NAMES = dict.fromkeys(("__file__", "__builtins__", "__loader__", "__spec__"), NO_SURROUNDINGS)
ATTRIBUTES = {
    **dict.fromkeys(("os.environ", "os.getenv", "os.environb", "sys.modules", "sys._getframe"), NO_SURROUNDINGS),
    **dict.fromkeys(("gc.get_objects", "gc.get_referrers", "sys.settrace", "sys.meta_path"), NO_SURROUNDINGS),
    **dict.fromkeys(("os.listdir", "os.scandir", "os.walk", "os.open", "os.getcwd"), ONE_INPUT),
    **dict.fromkeys(("os.system", "os.popen", "os.fork", "os.execv", "os.posix_spawn"), NO_PROCESS),
    **dict.fromkeys(("pandas.read_pickle", "numpy.load"), NO_OBJECTS),
}
INNER = dict.fromkeys(("__subclasses__", "__globals__", "__code__", "__closure__", "__mro__", "gi_frame"), PLAIN_PYTHON)
READERS = {"open", "read_csv", "read_table", "read_excel", "read_json", "read_parquet", "read_fwf"}
ARGUMENTS = 2


def find_outside(tree: ast.Module) -> Iterator[Finding]:
    """Yield each place where a script reaches for something that is neither its input nor its output."""
    aliases = dict(find_aliases(tree))
    for node in ast.walk(tree):
        for what, suggestion in reached(node, aliases):
            yield Finding(getattr(node, "lineno", 1), KIND, f"uses {what}", suggestion)


def find_aliases(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the other names that modules and what is in them go by."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.asname, name.name) for name in node.names if name.asname)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((name.asname or name.name, f"{node.module}.{name.name}") for name in node.names)


def reached(node: ast.AST, aliases: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what one node reaches for, and what to do instead."""
    match node:
        case ast.Import():
            yield from (found for name in node.names for found in forbidden_module(name.name))
        case ast.ImportFrom():
            modules = [node.module or "", *(f"{node.module}.{name.name}" for name in node.names)]
            yield from dict.fromkeys(found for module in modules for found in forbidden_module(module))
        case ast.Name(id=name, ctx=ast.Load()) if name in NAMES:
            yield name, NAMES[name]
        case ast.Name(id=name, ctx=ast.Load()) if aliases.get(name, "") in ATTRIBUTES:
            yield aliases[name], ATTRIBUTES[aliases[name]]
        case ast.Attribute(attr=name) if name in INNER:
            yield name, INNER[name]
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            full = f"{aliases.get(owner, owner)}.{name}"
            if full in ATTRIBUTES:
                yield full, ATTRIBUTES[full]
        case ast.Call(func=ast.Name(id=name)) if name in BUILTINS and name not in aliases:
            yield f"{name}()", BUILTINS[name]
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[path, *_]) if name in READERS:
            if is_text(path):
                yield f"{name}() with a path of its own", ONE_INPUT
        case ast.Subscript(value=ast.Attribute(attr="argv"), slice=ast.Constant(value=int(place))) if place > ARGUMENTS:
            yield f"sys.argv[{place}]", TWO_ARGUMENTS


def forbidden_module(module: str) -> Iterator[tuple[str, str]]:
    """Yield a module that no conversion needs, or the one that it is part of."""
    names = module.split(".")
    found = (".".join(names[:count]) for count in range(1, len(names) + 1))
    yield from ((name, MODULES[name]) for name in found if name in MODULES)


def is_text(node: ast.expr) -> bool:
    """Tell whether an argument is a text that stands in the script."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
