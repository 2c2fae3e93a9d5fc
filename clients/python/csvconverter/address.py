"""Where a server is."""

DEFAULT_ADDRESS = "127.0.0.1:50051"


def is_local(address: str) -> bool:
    """Tell whether a `host:port` leads to this machine."""
    return address.startswith(("127.", "localhost:", "[::1]:"))


def reachable(address: str) -> str:
    """Return where on this machine a server answers that listens on all its addresses; others stay as they are."""
    return address.replace("0.0.0.0:", "127.0.0.1:", 1).replace("[::]:", "[::1]:", 1)
