"""The form of a backup: one tar archive, whose last file lists the checksum of every other one.

It is written and read in one pass, so that it can go through a pipe: ``docker compose run`` has no
folder in common with the host.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TypedDict

from seedbed.system.errors import InputError, SeedbedError

MANIFEST = "manifest.json"
FORMAT = 1
_BLOCK = 1 << 20


class Manifest(TypedDict):
    """The last file of a backup."""

    format: int
    made: str
    sha256: dict[str, str]
    """Checksum of every other file, by its name in the backup."""
    artifacts: str
    """``here``, or where MLflow keeps them."""


class TornBackupError(InputError):
    """A backup is not whole."""


class _Hashed:
    """A stream that takes the checksum of what is read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.digest.update(data)
        return data


class Writer:
    """Writes a backup.

    Args:
        stream: Where to; need not be seekable.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._sums: dict[str, str] = {}

    def add(self, name: str, path: Path) -> int:
        """Add a file; returns its bytes."""
        with path.open("rb") as stream:
            info = self._tar.gettarinfo(arcname=name, fileobj=stream)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            hashed = _Hashed(stream)
            self._tar.addfile(info, hashed)
        self._sums[name] = hashed.digest.hexdigest()
        return info.size

    def add_folder(self, name: str, folder: Path, without: frozenset[str] = frozenset()) -> int:
        """Add the plain files of a folder; returns how many.

        Args:
            name: Of the folder in the backup.
            folder: The folder.
            without: Folders at its top that are left out.
        """
        count = 0
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if inside.parts[0] in without or inside.parts[0].startswith(".restor"):
                continue
            if path.is_symlink() or not path.is_file():
                continue
            try:
                self.add(f"{name}/{inside}", path)
            except FileNotFoundError:
                continue  # delivered, or pruned, in the meantime
            count += 1
        return count

    def close(self, **facts: object) -> None:
        """End with the list of checksums."""
        text = json.dumps({"format": FORMAT, **facts, "sha256": self._sums}, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), 0o600
        self._tar.addfile(info, io.BytesIO(text))
        self._tar.close()


def unpack(stream: IO[bytes], into: dict[str, Path]) -> Manifest:
    """Unpack a backup and compare every checksum; nothing that is there already is touched.

    Args:
        stream: The backup.
        into: First part of a name in the backup → empty folder for what is below it.

    Returns:
        The backup's manifest.

    Raises:
        TornBackupError: It is cut off, changed, or no backup at all.
    """
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for info, content in _files(tar):
                if info.name == MANIFEST:
                    manifest = json.loads(content.read())
                else:
                    found[info.name] = _unpack_one(info, content, into)
    except (tarfile.TarError, EOFError, ValueError, RecursionError) as error:
        raise TornBackupError(f"A backup must be a complete tar archive, but: {error}.") from None
    if manifest is None:
        raise TornBackupError(
            f"A backup must end with {MANIFEST}, but this one does not: it is truncated, or not "
            "a backup."
        )
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise TornBackupError(
            f"A backup must have format {FORMAT}, got {manifest.get('format')!r}: restore it with "
            "the version that made it."
        )
    expected = manifest["sha256"]
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise TornBackupError(
                f"The checksum of {name} in the backup must be {expected.get(name, 'absent')}, got "
                f"{found.get(name, 'absent')}: the backup is damaged; take another one."
            )
    return manifest


def _files(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for info in tar:
        content = tar.extractfile(info) if info.isreg() else None
        if content is None:
            raise TornBackupError(
                f"A backup must hold plain files only, but {info.name!r} is a folder, a link or a "
                "device: take another backup."
            )
        yield info, content


def _unpack_one(info: tarfile.TarInfo, content: IO[bytes], into: dict[str, Path]) -> str:
    """Write one file below its folder; returns its checksum."""
    top, _, inside = info.name.partition("/")
    parts = Path(inside or top).parts
    if top not in into or ".." in parts or Path(inside).is_absolute():
        raise TornBackupError(
            f"A backup must hold {', '.join(sorted(into))} only, but it holds {info.name!r}."
        )
    path = into[top].joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    hashed = _Hashed(content)
    try:
        with path.open("xb") as stream:
            while block := hashed.read(_BLOCK):
                stream.write(block)
    except OSError as error:
        raise SeedbedError(f"{path} cannot be written: {error.strerror}.") from None
    return hashed.digest.hexdigest()
