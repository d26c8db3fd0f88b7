"""Kill any process of a sweep at random moments: its driver, fork server, runs or MLflow's server.

Each driver sets the sweep up or goes on with it, runs its cells in processes of a pool, delivers to
a server and writes the report. The runs train nothing, but take their time.
"""

import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import psutil

from seedbed.analysis.report.publish import publish
from seedbed.system.paths import store_folder
from seedbed.tracking.store import Store
from tests.faults.forked_sweep import DATA, STORE, Child, copied, import_all, in_child, place
from tests.faults.leavings import left_behind
from tests.faults.tiny_run import EPOCH_S
from tests.faults.tiny_server import TinyServer, served
from tests.faults.tiny_sweep import damage, run, tiny_pool

CELLS, TRIES = 8, 100
VICTIMS = ("driver", "fork server", "run", "MLflow's server")
NAME = "tiny"
WAIT_S = 6.0
"""How long a victim may take to appear; then another is killed."""

HANGS_S = 120.0
"""A driver that takes longer after the last kill hangs."""

MOST_DRIVERS = 200
TICK_S = 0.01


def _drive(folder: Path, uri: str) -> int:
    """Run the sweep or go on with it, and write its report; 1 if something is left to do."""
    file = place(folder, CELLS)
    os.environ |= {"MLFLOW_TRACKING_URI": uri, EPOCH_S: "0.2"}
    sys.modules["__main__"] = ModuleType("__main__")  # which a pool's processes import
    sys.stdout = sys.stderr = log = (folder / "log").open("a", buffering=1)
    for descriptor in (1, 2):
        os.dup2(log.fileno(), descriptor)
    (folder / "reports").unlink(missing_ok=True)
    result = run(file, executor=tiny_pool, tries=TRIES)
    if result.left or result.failed or result.undelivered:
        return 1
    (folder / "reports").touch()
    publish(NAME, Store())
    (folder / "modules").write_text("\n".join(sys.modules))
    return 0


def _finish(folder: Path, uri: str) -> int:
    """1 if something was lost or left, which is in ``found``."""
    file = place(folder, CELLS)
    os.environ["MLFLOW_TRACKING_URI"] = uri
    found = damage(file, folder / STORE)
    report = store_folder("reports", NAME)
    found += [f"no {name}" for name in ("report.html", "report.md") if not (report / name).exists()]
    found += [f"left of the report: {path.name}" for path in report.rglob("*.part")]
    (folder / "found").write_text("\n".join(found))
    return 1 if found else 0


@dataclass
class Kills:
    """What was killed, and how the drivers ended.

    Attributes:
        of: How often each victim was killed, and while the sweep did what.
        ends: How the drivers ended.
        sweeps: How many came to an end.
        lost: How many of them lost something.
    """

    of: Counter[tuple[str, str]] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    sweeps: int = 0
    lost: int = 0

    def told(self) -> str:
        """All this in words."""
        victims, phases = Counter[str](), Counter[str]()
        for (victim, phase), times in self.of.items():
            victims[victim] += times
            phases[phase] += times
        return (
            f"{self.of.total()} kills in {self.sweeps} sweeps of {CELLS} cells: {_words(victims)}\n"
            f"during {_words(phases)}\nends of drivers: {_words(self.ends)}\n{self.lost} lost"
        )


class Victims:
    """The processes of one sweep, any of which may be killed.

    Args:
        folder: Of the sweep.
        server: MLflow's.
        chance: Draws what is killed.

    Attributes:
        driver: The newest.
    """

    driver: Child

    def __init__(self, folder: Path, server: TinyServer, chance: random.Random) -> None:
        self._folder, self._server, self._chance = folder, server, chance
        self._has_begun = False

    def start(self) -> None:
        """Start a driver."""
        self._has_begun = False
        self.driver = Child(lambda: _drive(self._folder, self._server.uri))

    def look(self) -> None:
        """Notice whether runs have begun."""
        self._has_begun = self._has_begun or self._waits()

    def kill_one(self) -> tuple[str, str] | None:
        """Kill one of them: which, and while the sweep did what; None if the driver has ended."""
        victim, deadline = self._chance.choice(VICTIMS), time.monotonic() + WAIT_S
        while victim not in (alive := self._alive()):
            if "driver" not in alive:
                return None
            if time.monotonic() > deadline:
                victim = self._chance.choice(sorted(alive))
            time.sleep(TICK_S)
        phase = self._phase(runs="run" in alive)
        if victim == "MLflow's server":
            self._server.kill()
            time.sleep(self._chance.random())
            self._server.start()
        else:
            try:
                self._chance.choice(alive[victim]).kill()
            except psutil.Error:
                return None
        return victim, phase

    def _alive(self) -> dict[str, list[psutil.Process]]:
        found: dict[str, list[psutil.Process]] = {"MLflow's server": []}
        try:
            driver = psutil.Process(self.driver.pid)
            if driver.status() == psutil.STATUS_ZOMBIE:
                return found
            found["driver"] = [driver]
            for server in driver.children():
                if "forkserver" in " ".join(server.cmdline()):
                    found["fork server"] = [server]
                    runs = [one for one in server.children() if one.status() != "zombie"]
                    found |= {"run": runs} if runs else {}
        except psutil.Error:
            pass
        return found

    def _waits(self) -> bool:
        """Whether runs are recorded that are not delivered."""
        return any((self._folder / STORE / "runs").glob("[!.]*"))

    def _phase(self, runs: bool) -> str:
        if (self._folder / "reports").exists():
            return "the report"
        if runs:
            return "training"
        if self._waits():
            return "recording and delivery"
        return "closing" if self._has_begun else "set-up"


def kill_anything(base: Path, folder: Path, kills: int, seed: int) -> Kills:
    """Kill so often, and look at each sweep that comes to its end."""
    chance, done = random.Random(seed), Kills()
    usual_s = _warm_up(base, folder)
    while done.of.total() < kills:
        _one_sweep(copied(base, folder / f"sweep{done.sweeps}"), done, kills, chance, usual_s)
        done.sweeps += 1
        print(done.told(), flush=True)  # noqa: T201
    return done


def _warm_up(base: Path, folder: Path) -> float:
    """Seconds of an undisturbed sweep, once all it imports is imported."""
    for number in range(2):
        one, began = copied(base, folder / f"warm{number}"), time.monotonic()
        with served(one, one / DATA / "mlflow.db") as server:
            uri = server.uri
            assert in_child(lambda: _drive(one, uri)) == 0, (one / "log").read_text()  # noqa: B023
            assert in_child(lambda: _finish(one, uri)) == 0, (one / "found").read_text()  # noqa: B023
        import_all((one / "modules").read_text().splitlines())
    return time.monotonic() - began


def _one_sweep(folder: Path, done: Kills, kills: int, chance: random.Random, span_s: float) -> None:
    """Kill in a sweep until it comes to its end all the same."""
    with served(folder, folder / DATA / "mlflow.db") as server:
        victims, code, drivers = Victims(folder, server, chance), -1, 0
        while code != 0 and drivers < MOST_DRIVERS:
            victims.start()
            drivers += 1
            code = _end_of_driver(victims, done, kills, chance, span_s)
            done.ends["finished" if code == 0 else "killed" if code < 0 else "with an error"] += 1
        is_lost = in_child(lambda: _finish(folder, server.uri))
    left = left_behind(folder)
    if code != 0 or is_lost or left:
        done.lost += 1
        print(f"lost, see {folder}", *left, sep="\n", flush=True)  # noqa: T201


def _end_of_driver(
    victims: Victims, done: Kills, kills: int, chance: random.Random, span_s: float
) -> int:
    """Exit status of a driver while processes of its sweep are killed."""
    began = time.monotonic()
    moment = began + span_s * chance.random() ** 2
    while (code := victims.driver.poll()) is None:
        victims.look()
        if time.monotonic() > moment and done.of.total() < kills:
            killed = victims.kill_one()
            done.of.update([killed] if killed else [])
            began = time.monotonic()
            moment = began + span_s * chance.random() ** 2
        if time.monotonic() - began > HANGS_S:
            print("a driver hangs", flush=True)  # noqa: T201
            done.lost += 1
            return victims.driver.kill()
        time.sleep(TICK_S)
    return code


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{times} {what}" for what, times in counts.most_common())
