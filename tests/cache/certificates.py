"""Certificates of a test: an authority, and what it signs."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Signs certificates for the loopback; its own is at `certificate`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("an authority")
        constraint = x509.BasicConstraints(ca=True, path_length=None)
        self.certificate = self._store("authority", self._key, _unsigned(self._name, self._name, self._key, constraint))

    def sign(self, name: str, host: str = "127.0.0.1") -> tuple[Path, Path]:
        """The files of a certificate for this address and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        address = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
        return self._store(name, key, _unsigned(_named(name), self._name, key, address)), self._folder / f"{name}.key"

    def _store(self, name: str, key: ec.EllipticCurvePrivateKey, unsigned: x509.CertificateBuilder) -> Path:
        certificate, pem = self._folder / f"{name}.crt", serialization.Encoding.PEM
        signed = unsigned.sign(self._key, hashes.SHA256())
        certificate.write_bytes(signed.public_bytes(pem))
        plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (self._folder / f"{name}.key").write_bytes(key.private_bytes(pem, *plain))
        return certificate


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    )
