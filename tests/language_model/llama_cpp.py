"""llama.cpp's own server with a model file, as a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEY = "llama-key"
CONTEXT = 2**16  # tokens; the models of `toy_model.py` take one for each character
SLOTS = 2


@contextmanager
def llama_cpp(model: Path, context: int = CONTEXT) -> Iterator[str]:
    """Serve a model and yield the base URL."""
    command = [sys.executable, __file__, model, str(context)]
    log = model.with_suffix(".log")
    with (
        log.open("w") as errors,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        address = process.stdout.readline().strip()
        assert address, log.read_text()
        yield f"{address}/v1"


def serve(model: str, context: int) -> None:
    """Serve until nobody holds the other end of the standard input."""
    import xllamacpp

    settings = xllamacpp.CommonParams()
    settings.model.path = model
    settings.n_ctx = context
    settings.n_parallel = SLOTS
    settings.kv_unified = True  # each slot may have the whole context
    settings.port = 0
    settings.api_keys = [KEY]
    server = xllamacpp.Server(settings)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
