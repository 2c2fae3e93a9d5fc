"""Addresses that the server listens at, written `host:port`."""

from dataclasses import dataclass

ANY_HOST = ("0.0.0.0", "[::]")


@dataclass(frozen=True)
class Address:
    """A host, IPv6 ones in brackets, and a port; port 0 lets the system choose."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `host:port`.

        Raises:
            ValueError: the text is something else; the message says what is wanted.
        """
        host, _, port = text.strip().rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65535:
            raise ValueError("wanted host:port with a port from 0 to 65535, such as 127.0.0.1:50051")
        if ":" in host and not host.startswith("["):
            raise ValueError("an IPv6 address needs brackets, such as [::1]:50051")
        return cls(host, int(port))

    @property
    def reachable(self) -> "Address":
        """The address at which this machine itself reaches it."""
        return Address("127.0.0.1", self.port) if self.host in ANY_HOST else self

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
