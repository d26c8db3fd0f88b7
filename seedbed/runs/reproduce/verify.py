"""``seedbed verify NAME``: does the same cell give the same bits again?

The cell is trained in a cold process, in a forked one, in one that trained something before, and
in one that is killed and resumed; the weights are compared after every epoch.
"""

import multiprocessing
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from multiprocessing.context import ForkServerContext
from pathlib import Path

from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.reproduce.weight_trace import Request, as_text, read, trace
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import RunOptions, as_params
from seedbed.system.errors import InputError, RunFailedError
from seedbed.system.files.temporary_folder import process_folder
from seedbed.system.paths import IMPORT_ROOT
from seedbed.system.processes.child_path import python, started_like_this

Trace = list[tuple[str, str]]
Say = Callable[[str], None]

KNOBS: tuple[tuple[str, str], ...] = (
    ("op_determinism", "true"),
    ("threads", "1"),
    ("onednn", "false"),
)
"""What may make training vary although all seeds are the same, and its steadier setting."""

REFUSED = f"{InputError.__module__}.{InputError.__name__}: "
"""How the traceback of data or options that break a rule ends."""


@dataclass(frozen=True)
class Way:
    """A way to train the cell."""

    name: str
    forked: bool = True
    warm: bool = False
    killed: bool = False


COLD = Way("cold process", forked=False)
WAYS = (
    COLD,
    Way("forked process"),
    Way("process that trained before", warm=True),
    Way("killed and resumed", killed=True),
)


@dataclass(frozen=True)
class Difference:
    """Where two traces part.

    Attributes:
        moment: The first moment that differs.
        index: Its place in the trace.
    """

    moment: str
    index: int


class Verifier:
    """Trains one cell in several ways and compares.

    Args:
        experiment: The experiment.
        options: Its options.
        folder: A temporary folder.
        say: Prints a line.
    """

    def __init__(self, experiment: Experiment, options: RunOptions, folder: Path, say: Say) -> None:
        self._experiment, self._options, self._folder, self._say = experiment, options, folder, say
        self._count = 0
        tensorflow_setup.prepare(options)
        process_folder()
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["seedbed.runs.execution.preload"])

    def run(self) -> bool:
        """Say what is found; True if all is identical."""
        first = self.trained(COLD)
        self._say(f"{COLD.name}: {_epochs(first)} epochs, weights {last_weights(first)}")
        different = []
        for way in WAYS[1:]:
            other = self.trained(way)
            found = first_difference(first, other)
            self._say(
                f"{way.name}: " + ("identical" if found is None else f"differs: {found.moment}")
            )
            if found is not None:
                different.append((way, found))
        if not different:
            self._say(f"identical\nfingerprint {last_weights(first)}")
            return True
        way, found = different[0]
        self._explain(way, found)
        return False

    def trained(
        self, way: Way, steps_of: int = 0, changes: Mapping[str, str] | None = None
    ) -> Trace:
        """Train the cell in one way.

        Args:
            way: The way.
            steps_of: Trace the steps of that epoch instead of whole epochs; 0 for epochs.
            changes: Options that are to differ.

        Raises:
            RunFailedError: It did not train to its end.
        """
        given = {**as_params(self._options), **(changes or {})}
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        request = Request(
            self._experiment.reference, given, str(folder), warm=way.warm, steps_of=steps_of
        )
        start = self._fork if way.forked and "onednn" not in (changes or {}) else _cold
        if way.killed:
            start(replace(request, kill_after=max(1, self._options.epochs // 2)))
        error = start(request)
        found = read(request)
        if error is not None and error.startswith(REFUSED):
            raise InputError(error.removeprefix(REFUSED))
        if error is not None or not found or not _is_whole(found, steps_of):
            raise RunFailedError(f"In a {way.name} the cell did not train to the end: {error}")
        return found

    def _fork(self, request: Request) -> str | None:
        process = self._context.Process(target=trace, args=(request,))
        with started_like_this():
            process.start()
        process.join()
        return None if process.exitcode == 0 else f"exit code {process.exitcode}"

    def _explain(self, way: Way, found: Difference) -> None:
        """Name the first step that differs, and the knob that settles it."""
        self._say(f"the first difference of a {way.name} from a cold process: {found.moment}")
        if found.moment.startswith("epoch "):
            epoch = int(found.moment.removeprefix("epoch "))
            steps = first_difference(self.trained(COLD, epoch), self.trained(way, epoch))
            if steps is not None:
                self._say(f"the first step that differs: {steps.moment}")
        if found.moment == "the order in which the data arrive":
            self._say(
                "responsible: data order; load gives the same examples in another order each time: "
                "sort them, or shuffle by seeds.split"
            )
            return
        mine = as_params(self._options)
        for knob, steady in KNOBS:
            if mine[knob] == steady:
                continue
            try:
                one, two = (self.trained(w, changes={knob: steady}) for w in (COLD, way))
            except RunFailedError as error:
                self._say(f"{knob} could not be tried: with {knob}={steady} {error}")
                continue
            if first_difference(one, two) is None:
                self._say(f"responsible: {knob}; with {knob}={steady} they are identical")
                return
            self._say(f"not {knob}: with {knob}={steady} they differ too")
        self._say(
            "no setting explains it, so the experiment's own code draws from something without a "
            "seed, or reads something that changes"
        )


def verify(experiment: Experiment, options: RunOptions, say: Say) -> bool:
    """Train the cell in every way; True if the bits are the same in all."""
    with tempfile.TemporaryDirectory() as folder:
        return Verifier(experiment, options, Path(folder), say).run()


def first_difference(one: Trace, two: Trace) -> Difference | None:
    """The first moment at which two traces differ; None if they are equal."""
    for index, (mine, theirs) in enumerate(zip(one, two, strict=False)):
        if mine != theirs:
            return Difference(mine[0], index)
    if len(one) != len(two):
        index = min(len(one), len(two))
        return Difference((one + two)[index][0] if len(one) > len(two) else two[index][0], index)
    return None


def _cold(request: Request) -> str | None:
    """Trace in a process started from nothing; what went wrong, or None."""
    command = [*python(), "-m", "seedbed.runs.reproduce.weight_trace", as_text(request)]
    done = subprocess.run(command, cwd=IMPORT_ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]


def _is_whole(found: Trace, steps_of: int) -> bool:
    return steps_of > 0 or found[-1][0] == "the predictions"


def _epochs(found: Trace) -> int:
    return sum(name.startswith("epoch ") for name, _ in found)


def last_weights(found: Trace) -> str:
    """Fingerprint after the last epoch of a trace."""
    return [value for name, value in found if name.startswith("epoch ")][-1]
