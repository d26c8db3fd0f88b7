"""TLS for the Dask cluster: whoever reaches a scheduler can run code on every worker.

Scheduler, workers and drivers share one key with a certificate that it signed itself, and trust
nothing else: who has the secret belongs to the cluster, who has not is refused (as in
``distributed.Security.temporary``). The secret travels in the environment, as ``DASK_TLS``.
"""

import base64
import binascii
import tempfile
from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from seedbed.service.files import write_private
from seedbed.system.errors import InputError

YEARS = 10
_PREFIX = "DASK_DISTRIBUTED__COMM__"


def new_certificate() -> str:
    """A new key with its certificate, PEM in base64."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "seedbed-dask")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    return base64.b64encode(private + public).decode()


def use_certificate(environment: MutableMapping[str, str]) -> None:
    """Have Dask use the certificate of ``DASK_TLS`` and refuse all else; without it, do nothing.

    Raises:
        InputError: It does not hold a certificate and its key.
    """
    text = environment.get("DASK_TLS")
    if not text:
        return
    try:
        pem = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        pem = ""
    if "PRIVATE KEY" not in pem or "BEGIN CERTIFICATE" not in pem:
        raise InputError(
            "DASK_TLS must be a private key and its certificate, PEM in base64, but it is not: "
            "`make secrets` writes one to .env."
        )
    path = Path(environment.get("TMPDIR") or tempfile.gettempdir()) / "seedbed-dask.pem"
    write_private(path, pem)
    environment[f"{_PREFIX}REQUIRE_ENCRYPTION"] = "true"
    environment[f"{_PREFIX}TLS__CA_FILE"] = str(path)
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        environment[f"{_PREFIX}TLS__{role}__CERT"] = str(path)  # the key stands in it too
