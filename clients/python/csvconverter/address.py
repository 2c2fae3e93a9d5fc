"""Where a server is."""

from ipaddress import ip_address

DEFAULT_ADDRESS = "127.0.0.1:50051"
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}
"""What a server listens on that listens on all addresses of its machine, and where it is reached from there."""


TLS, CLEAR = "https://", "http://"
"""How an address begins that says whether its server speaks TLS."""


def host_and_port(address: str) -> str:
    """Return an address without what it begins with."""
    return address.removeprefix(TLS).removeprefix(CLEAR).rstrip("/")


def is_encrypted(address: str) -> bool:
    """Tell whether to speak TLS: where the address does not say, a key is not sent to another machine in the clear."""
    return address.startswith(TLS) or not (address.startswith(CLEAR) or is_local(address))


def is_local(address: str) -> bool:
    """Tell whether an address leads to this machine for certain."""
    host = host_and_port(address).rpartition(":")[0]
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:  # a name
        return False


def reachable(address: str) -> str:
    """Return where a server is reached that was told to listen at `address`."""
    for host, reached in EVERYWHERE.items():
        if host_and_port(address).startswith(f"{host}:"):
            return address.replace(host, reached, 1)
    return address
