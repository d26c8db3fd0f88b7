"""What the fault harness runs: each world makes system calls that the others do not make."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from uuid import uuid4

from tests.faults.forked_sweep import DATA, STORE, place
from tests.faults.tiny_night import night, night_damage, write_series
from tests.faults.tiny_server import served
from tests.faults.tiny_sweep import damage, run, tiny_pool
from tests.support.postgres import Postgres

CELLS = 2


class Journal:
    """A sweep whose ledger is a file and whose runs are in the driver's process.

    Attributes:
        below: Folder whose files count.
    """

    below = STORE

    def opened(self) -> AbstractContextManager[None]:
        """What all tries need."""
        return nullcontext()

    def services(self, _folder: Path) -> AbstractContextManager[None]:
        """What a try and its continuation need; its calls do not count."""
        return nullcontext()

    def run(self, folder: Path) -> None:
        """What is tried."""
        run(place(folder, CELLS))

    def finish(self, folder: Path) -> list[str]:
        """Go on with what was tried; what is not as it must be afterwards."""
        file = place(folder, CELLS)
        run(file)
        return damage(file, folder / STORE)


class Data(Journal):
    """The same, with the calls that MLflow makes for its database and artifacts."""

    below = DATA


class Pool(Journal):
    """The same, with runs in processes that a server forks."""

    def run(self, folder: Path) -> None:
        """What is tried."""
        run(place(folder, CELLS), executor=tiny_pool)


class Served(Journal):
    """The same, with MLflow behind a server."""

    @contextmanager
    def services(self, folder: Path) -> Iterator[None]:
        """A server of its own."""
        with served(folder, folder / DATA / "mlflow.db") as server:
            self._uri = server.uri
            yield

    def _place(self, folder: Path) -> Path:
        file = place(folder, CELLS)
        os.environ["MLFLOW_TRACKING_URI"] = self._uri
        return file

    def run(self, folder: Path) -> None:
        """What is tried."""
        run(self._place(folder))

    def finish(self, folder: Path) -> list[str]:
        """Go on with what was tried; what is not as it must be afterwards."""
        file = self._place(folder)
        run(file)
        return damage(file, folder / STORE)


class InPostgres(Journal):
    """The same, with the ledger in PostgreSQL."""

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The database's server."""
        with Postgres.temporary() as self._server:
            yield

    @contextmanager
    def services(self, _folder: Path) -> Iterator[None]:
        """A database of its own."""
        self._url = self._server.database(f"try_{uuid4().hex[:12]}")
        yield

    def run(self, folder: Path) -> None:
        """What is tried."""
        run(place(folder, CELLS), self._url)

    def finish(self, folder: Path) -> list[str]:
        """Go on with what was tried; what is not as it must be afterwards."""
        file = place(folder, CELLS)
        run(file, self._url)
        return damage(file, folder / STORE, self._url)


class Night(Journal):
    """A night: a scheduler that runs a sweep and judges it."""

    def _file(self, folder: Path) -> Path:
        place(folder, CELLS)
        return write_series(folder, CELLS)

    def run(self, folder: Path) -> None:
        """What is tried."""
        night(self._file(folder))

    def finish(self, folder: Path) -> list[str]:
        """Go on with what was tried; what is not as it must be afterwards."""
        night(self._file(folder))
        return night_damage(folder / STORE)


WORLDS: dict[str, type[Journal]] = {
    "journal": Journal,
    "data": Data,
    "pool": Pool,
    "server": Served,
    "postgresql": InPostgres,
    "night": Night,
}
