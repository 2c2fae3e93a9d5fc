"""Certificates of a test's own authority."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Issued:
    """A certificate and its key, in PEM."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """Return how a server speaks TLS that has them."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context


class Authority:
    """Signs certificates for this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificate = folder / "authority.pem"
        self._authority = trustme.CA()
        self._authority.cert_pem.write_to_path(self.certificate)

    def issue(self, name: str) -> Issued:
        """Make a certificate for a server or a caller on this machine."""
        issued = Issued(self.folder / f"{name}.pem", self.folder / f"{name}-key.pem")
        made = self._authority.issue_cert("localhost", "127.0.0.1", common_name=name)
        made.private_key_pem.write_to_path(issued.key)
        made.cert_chain_pems[0].write_to_path(issued.certificate)
        return issued
