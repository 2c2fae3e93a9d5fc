"""Where a server is."""

from ipaddress import ip_address

DEFAULT_ADDRESS = "127.0.0.1:50051"
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}
"""What a server listens on that listens on all addresses of its machine, and where it is reached from there."""


def is_local(address: str) -> bool:
    """Tell whether a `host:port` leads to this machine for certain."""
    host = address.rpartition(":")[0]
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:  # a name
        return False


def reachable(address: str) -> str:
    """Return where a server is reached that was told to listen at `address`."""
    host, colon, port = address.rpartition(":")
    return EVERYWHERE.get(host, host) + colon + port
