"""``secrets``, ``backup`` and ``restore``: what the owner of a team's service does by hand."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from seedbed.service.secrets import read_files, write_env
from seedbed.system.errors import InputError
from seedbed.system.paths import SHIPPED, home
from seedbed.system.text.printing import print_text


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=lambda: home() / ".env")
def secrets(file: Path) -> None:
    """Write .env with random secrets for the service.

    FILE is another name for it; a file that exists is left alone.
    """
    write_env(file, SHIPPED / ".env.example")
    print_text(f"{file} is written and readable by you alone; keep a copy with the backups.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def backup(file: Path) -> None:
    """Save the service's databases and files.

    FILE is a new tar file, or - for the standard output.
    """
    from seedbed.service.backup import back_up
    from seedbed.service.places import Places

    read_files(os.environ)
    places = Places.of(os.environ)
    if str(file) == "-":
        if sys.stdout.isatty():
            raise InputError("FILE must not be the terminal: give a path, or > FILE after it.")
        counts = back_up(places, sys.stdout.buffer)
    else:
        with _new_private_file(file) as stream:
            counts = back_up(places, stream)
    saved = ", ".join(f"{name} {count}" for name, count in counts.items())
    print_text(f"Saved: {saved} (databases in bytes, folders in files).", error=True)


@contextmanager
def _new_private_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that only its owner can read, and that is there once it is whole."""
    if path.exists():
        raise _not_new(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:200]}.", dir=path.parent)
    except OSError as error:
        raise InputError(
            f"FILE must be in a folder that can be written, got {path} "
            f"({error.strerror or error}): give another name."
        ) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        path.hardlink_to(part)  # unlike a rename, never over another backup's file
    except FileExistsError:
        raise _not_new(path) from None
    finally:
        part.unlink(missing_ok=True)


def _not_new(path: Path) -> InputError:
    return InputError(f"FILE must be new, but {path} exists: give another name.")


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--yes", is_flag=True, help="Replace what is there.")
def restore(file: IO[bytes], yes: bool) -> None:
    """Bring back a backup of the service.

    FILE is what seedbed backup wrote, or - for the standard input.
    """
    from seedbed.service.places import Places
    from seedbed.service.restore import restore as bring_back

    read_files(os.environ)
    manifest = bring_back(Places.of(os.environ), file, yes)
    print_text(f"Restored: the backup of {manifest['made']}, {len(manifest['sha256'])} files.")
