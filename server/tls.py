"""TLS: its files are checked before anything starts, and the gRPC port reads them again when they change."""

import ssl
from pathlib import Path

import grpc

from gateway.config import Tls

Stamp = tuple[tuple[int, int, int], ...]


class TlsUnusable(Exception):
    """The files of a port's TLS cannot be used; the message names the variable and says what is wrong."""


def checked(port: str, certificate: Path | None, key: Path | None, client_ca: Path | None) -> Tls | None:
    """Return the files by which a port speaks TLS, None when it speaks none; `port` is "GRPC" or "HTTP".

    Raises:
        TlsUnusable: they do not make a whole, or one cannot be used.
    """
    variable = f"CSV_CONVERTER_{port}_TLS"
    if not (certificate or key or client_ca):
        return None
    if not (certificate and key):
        raise TlsUnusable(f"TLS needs both {variable}_CERT and {variable}_KEY")
    for name, file in (("CERT", certificate), ("KEY", key), ("CLIENT_CA", client_ca)):
        if file:
            look_at(f"{variable}_{name}", file)
    tls = Tls(certificate.absolute(), key.absolute(), client_ca and client_ca.absolute())
    if problem := mismatch(tls):
        raise TlsUnusable(f"{variable}_CERT and {variable}_KEY: {problem}")
    if client_ca and not holds_certificates(client_ca):
        raise TlsUnusable(f"{variable}_CLIENT_CA: {client_ca} holds no certificate in PEM")
    return tls


def look_at(variable: str, file: Path) -> None:
    """Read a file.

    Raises:
        TlsUnusable: it cannot be read.
    """
    try:
        file.read_bytes()
    except OSError as error:
        raise TlsUnusable(f"{variable}: cannot read {file}: {error.strerror}") from None


def mismatch(tls: Tls) -> str:
    """Return why a certificate and a key do not go together; empty when they do."""
    try:
        # Without a password an encrypted key is refused; OpenSSL would ask for it on the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.certificate, tls.key, password="")
    except (OSError, ValueError) as error:
        if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
            return "the key is that of another certificate"
        return "wanted a certificate and its key in PEM, the key without a password"
    return ""


def holds_certificates(file: Path) -> bool:
    """Tell whether a file holds certificates of authorities."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(file)
    except OSError:
        return False
    return True


def server_credentials(tls: Tls) -> grpc.ServerCredentials:
    """Return credentials of the gRPC port; callers who connect after a renewal get what was renewed."""
    known = stamp(tls)

    def renewed() -> grpc.ServerCertificateConfiguration | None:
        nonlocal known
        try:
            found = stamp(tls)
            if found == known or mismatch(tls):
                return None  # in the middle of a renewal the old files still serve
            renewal = configuration(tls)
        except OSError:
            return None
        known = found
        return renewal

    return grpc.dynamic_ssl_server_credentials(configuration(tls), renewed, tls.client_ca is not None)


def configuration(tls: Tls) -> grpc.ServerCertificateConfiguration:
    """Read the files."""
    pair = (tls.key.read_bytes(), tls.certificate.read_bytes())
    return grpc.ssl_server_certificate_configuration([pair], tls.client_ca and tls.client_ca.read_bytes())


def stamp(tls: Tls) -> Stamp:
    """Return what changes when a file does."""
    found = [file.stat() for file in (tls.certificate, tls.key, tls.client_ca) if file]
    return tuple((status.st_ino, status.st_size, status.st_mtime_ns) for status in found)
