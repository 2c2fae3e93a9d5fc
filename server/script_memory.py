"""Scripts that were used last, so that a conversion need not fetch its own from the store each time."""

from collections import OrderedDict

MOST_BYTES = 16 * 1024 * 1024


class ScriptMemory:
    """Keeps scripts by the folder of the attempt that wrote them: what is committed there never changes."""

    def __init__(self) -> None:
        self._scripts: OrderedDict[str, bytes] = OrderedDict()  # the one that was used last at the end
        self._bytes = 0

    def get(self, folder: str) -> bytes | None:
        """Return a script that is remembered."""
        if folder in self._scripts:
            self._scripts.move_to_end(folder)
        return self._scripts.get(folder)

    def keep(self, folder: str, script: bytes) -> None:
        """Remember a script, and forget those that were not used for longest where there is no room."""
        self._bytes += len(script) - len(self._scripts.pop(folder, b""))
        self._scripts[folder] = script
        while self._bytes > MOST_BYTES:
            self._bytes -= len(self._scripts.popitem(last=False)[1])
