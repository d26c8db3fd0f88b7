"""Signatures of files by SSH keys (OpenSSH's ``ssh-keygen -Y``) or minisign keys."""

import shutil
import subprocess
from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.system.signing.minisign import SUFFIX, check_minisign, minisign_key, sign_by_minisign

NAMESPACE = "seedbed-claim"
"""What the signature is for; one made for e-mail or Git does not count."""


MINISIGN = "minisign:"
"""Before the path of a key of minisign."""


def sign(path: Path, key: str) -> Path:
    """Sign a file; the signature lies beside it with ``.sig`` or ``.minisig`` behind its name.

    Args:
        path: The file.
        key: A private SSH key, or a public one whose private key an agent holds; or
            ``minisign:PATH`` of a secret key of minisign.

    Raises:
        InputError: ssh-keygen or minisign is not there, or cannot sign with the key.
    """
    if key.startswith(MINISIGN):
        return sign_by_minisign(path, Path(key.removeprefix(MINISIGN)).expanduser())
    signature = path.with_name(f"{path.name}.sig")
    signature.unlink(missing_ok=True)  # ssh-keygen asks before it writes over one
    done = _ssh_keygen("sign", "-f", key, "-n", NAMESPACE, str(path))
    if done.returncode or not signature.exists():
        raise InputError(f"{path.name} cannot be signed with {key}: {_said(done)}")
    return signature


def check_signature(path: Path, signers: Path | None) -> tuple[str, bool]:
    """Check the signature beside a file.

    Args:
        path: The file.
        signers: OpenSSH's file of allowed signers, or a public key of minisign; None: only that
            some SSH key signed this content.

    Returns:
        What was found, as a sentence, and whether it is good: an absent signature is, unless
        ``signers`` asks for one.

    Raises:
        InputError: ssh-keygen is not there, or ``signers`` cannot be read.
    """
    public = None if signers is None else minisign_key(signers)
    if public is not None:
        return check_minisign(path, public)
    signature = path.with_name(f"{path.name}.sig")
    if not signature.exists():
        if signers is None and path.with_name(path.name + SUFFIX).exists():
            return check_minisign(path, None)
        return "It is not signed.", signers is None
    if signers is None:
        done = _ssh_keygen("check-novalidate", "-n", NAMESPACE, "-s", str(signature), given=path)
        who = "whose owner is not known here (--signers names the known ones)"
        words = f"It is signed by a key {who}."
    else:
        found = _ssh_keygen("find-principals", "-f", str(signers), "-s", str(signature))
        name = found.stdout.decode(errors="replace").strip().splitlines()
        if found.returncode or not name:
            return f"Wrong: no key of {signers} signed it.", False
        done = _ssh_keygen(
            *("verify", "-f", str(signers), "-I", name[0], "-n", NAMESPACE, "-s", str(signature)),
            given=path,
        )
        words = f"It is signed by {name[0]}."
    if done.returncode:
        return f"Wrong: the signature does not match this content ({_said(done)}).", False
    return words, True


def _ssh_keygen(
    action: str, *words: str, given: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise InputError("signatures need OpenSSH's ssh-keygen, which is not installed: install it")
    content = given.read_bytes() if given is not None else b""
    return subprocess.run(  # noqa: S603 - a program found on the path, words of ours
        [program, "-Y", action, *words], input=content, capture_output=True, check=False
    )


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    text = (done.stderr or done.stdout).decode(errors="replace").strip()
    return text.splitlines()[0][:200] if text else f"exit code {done.returncode}"
