"""Signatures of files by minisign keys: made by the program ``minisign``, checked here.

Format: https://jedisct1.github.io/minisign/ (its section on signatures and keys): Ed25519 over the
content's BLAKE2b digest (``ED``) or over the content itself (``Ed``), and over the trusted comment.
"""

import base64
import binascii
import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.system.extras import naming_the_extra

SUFFIX = ".minisig"
FIRST_LINE = "untrusted comment:"
TRUSTED = "trusted comment: "
COMMENT = "a claim of seedbed"
KIND, IDENTITY, KEY, SIGNATURE = 2, 8, 32, 64
"""Lengths in bytes, in the order in which a key or signature has them."""


@dataclass(frozen=True)
class PublicKey:
    """A key that signatures are checked with.

    Attributes:
        identity: What names the key in its signatures.
        key: The Ed25519 key.
    """

    identity: bytes
    key: bytes

    @property
    def name(self) -> str:
        """Its number as minisign writes it."""
        return self.identity[::-1].hex().upper()


def sign_by_minisign(path: Path, key: Path) -> Path:
    """Sign a file; the signature lies beside it with ``.minisig`` behind its name.

    Args:
        path: The file.
        key: A secret key of minisign, which asks for the password of one that has a password.

    Raises:
        InputError: minisign is not installed, or cannot sign with the key.
    """
    program = shutil.which("minisign")
    if program is None:
        raise InputError(
            "signing with a minisign key needs the program minisign, which is not installed: "
            "install it"
        )
    signature = path.with_name(path.name + SUFFIX)
    signature.unlink(missing_ok=True)
    done = subprocess.run(  # noqa: S603 - a program found on the path, words of ours
        [program, "-S", "-s", key, "-m", path, "-x", signature, "-t", COMMENT],
        stderr=subprocess.PIPE,  # standard output asks for the password
        check=False,
    )
    if done.returncode or not signature.exists():
        said = done.stderr.decode(errors="replace").strip().splitlines()
        why = said[-1][:200] if said else f"exit code {done.returncode}"
        raise InputError(f"{path.name} cannot be signed with {key}: {why}")
    return signature


def minisign_key(path: Path) -> PublicKey | None:
    """The public key that a file holds; None if it is another kind of file.

    Raises:
        InputError: The file cannot be read, or its key is damaged.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise InputError(f"--signers must be a file that can be read: {error}") from None
    if not lines or not lines[0].startswith(FIRST_LINE):
        return None
    kind, identity, key = _parts(lines[1] if len(lines) > 1 else "", KEY)
    if kind != b"Ed":
        raise InputError(
            f"{path} must hold a public key of minisign, but its second line is not a key"
        )
    return PublicKey(identity, key)


def check_minisign(path: Path, key: PublicKey | None) -> tuple[str, bool]:
    """Check the minisign signature beside a file.

    Args:
        path: The file.
        key: Of whom it should be; None: it is not checked.

    Returns:
        The finding as a sentence, and whether it is good: an absent signature is, without a key.

    Raises:
        MissingExtraError: The package that checks signatures is not installed.
    """
    signature = path.with_name(path.name + SUFFIX)
    if not signature.exists():
        return "It is not signed with minisign.", key is None
    if key is None:
        return "Its minisign signature is not checked: --signers FILE names the public key.", True
    problem = _problem(path, signature, key)
    if problem:
        return f"Wrong: {problem}.", False
    return f"It is signed by the minisign key {key.name}.", True


def _problem(path: Path, signature: Path, key: PublicKey) -> str:
    """Why a signature is not good; empty if it is."""
    lines = signature.read_text(encoding="utf-8", errors="replace").splitlines()
    lines += [""] * (4 - len(lines))
    kind, identity, signed = _parts(lines[1], SIGNATURE)
    content = path.read_bytes()
    if kind == b"ED":
        content = hashlib.blake2b(content).digest()
    elif kind != b"Ed":
        return f"{signature} is not a minisign signature"
    if identity != key.identity:
        return f"the key {PublicKey(identity, b'').name} signed it, not {key.name}"
    if not _is_signed(content, signed, key):
        return "the minisign signature does not match this content"
    comment = lines[2].removeprefix(TRUSTED).encode()
    if not _is_signed(signed + comment, _decoded(lines[3]), key):
        return "the comment of its minisign signature was changed"
    return ""


def _parts(text: str, length: int) -> tuple[bytes, bytes, bytes]:
    """Kind, number of the key, and the rest of a line; empty if it has another length."""
    found = _decoded(text)
    if len(found) != KIND + IDENTITY + length:
        return b"", b"", b""
    return found[:KIND], found[KIND : KIND + IDENTITY], found[KIND + IDENTITY :]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_signed(content: bytes, signature: bytes, key: PublicKey) -> bool:
    with naming_the_extra():
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, content)
    except InvalidSignature:
        return False
    return True
