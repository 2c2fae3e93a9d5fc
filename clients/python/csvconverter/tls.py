"""How a connection is kept secret."""

from dataclasses import dataclass
from pathlib import Path

import grpc


@dataclass(frozen=True)
class Tls:
    """Files in PEM for a connection with TLS, in which the server's certificate is checked in any case."""

    ca: Path | None = None
    """Who signed the server's certificate; the usual authorities when None."""
    certificate: Path | None = None
    """The caller's own, for a server that asks for one; with its key."""
    key: Path | None = None

    def credentials(self) -> grpc.ChannelCredentials:
        """Read the files.

        Raises:
            OSError: one cannot be read.
        """
        return grpc.ssl_channel_credentials(
            *(file and file.read_bytes() for file in (self.ca, self.key, self.certificate))
        )
