"""A certificate for the servers of tests, made when it is first needed, and who vouches for it."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAMES = (
    "social.example",
    "news.example",
    "reddit.example",
    "youtube.example",
    "graph.example",
    "linkedin.example",
    "localhost",
    "bluesky.example",
    "x.example",
    "*.school.example",
)


@cache
def _made() -> tuple[str, str]:
    """The certificate and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in NAMES]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


@cache
def serving() -> ssl.SSLContext:
    """For the server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_text("".join(_made()))
        context.load_cert_chain(path)
    return context


def both() -> str:
    """The certificate and its key as PEM, for a server that reads them from a file."""
    return "".join(_made())


def authority() -> str:
    """The certificate as PEM, for SSL_CERT_FILE of a process that is to trust it."""
    return _made()[0]


@cache
def trusting() -> ssl.SSLContext:
    """For the client: this certificate, and only by its names."""
    return ssl.create_default_context(cadata=_made()[0])
