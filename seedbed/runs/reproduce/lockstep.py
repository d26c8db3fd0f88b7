"""Runs a script twice side by side, and finds the first tensor of a training step that differs."""

import json
import multiprocessing
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import TypedDict

from seedbed.runs.execution.catalog import PRELOAD, SCRIPT
from seedbed.runs.reproduce.verify import KNOBS
from seedbed.runs.script.hooks.traces.tensor_trace import END, TENSORS, Traced
from seedbed.runs.script.options import Options
from seedbed.runs.script.process.fresh_process import start_fresh
from seedbed.runs.script.process.outside_seeds import ONEDNN
from seedbed.runs.settings.options import as_params, parse
from seedbed.runs.settings.tensorflow_setup import variables
from seedbed.runs.training.tensor_digests import Kind
from seedbed.system.files.temporary_folder import process_folder
from seedbed.system.processes.child_path import forget, started_like_this
from seedbed.system.processes.process_identity import Owner
from seedbed.system.processes.process_tree import kill_tree
from seedbed.tracking.writing.run_folder import RunFolder
from seedbed.tracking.writing.run_header import RunHeader

Pair = Sequence[Options]
Running = ForkServerProcess | subprocess.Popen[bytes]
LOOK_S = 0.1
"""Seconds between two looks at what the two runs have written."""
FURTHER = 20
"""Steps beyond the first difference that a pair with another setting must agree on."""

CALLS = re.compile(r"( \(\d+ of \d+\))?(, call \d+)?$")
"""What tells the tensors of a layer apart, at the end of a name."""

PAIRS = 2
"""Pairs with another setting that must agree before it is said to remove the difference."""


@dataclass(frozen=True)
class TensorDifference:
    """The first tensor that differs between two runs.

    Attributes:
        fit: Number of the fit, from 1; 0 outside fits.
        epoch: Of the fit, from 1; 0 outside fits.
        step: Of the fit, from 1.
        kind: What it is: the batch, an operation's or a layer's output, the loss or a gradient.
        name: Its operation, its layer, or its variable.
        before: How many tensors of that step are equal before it.
        differing: How many tensors of that step differ.
        tensors: How many tensors that step has.
    """

    fit: int
    epoch: int
    step: int
    kind: Kind
    name: str
    before: int
    differing: int
    tensors: int


@dataclass(frozen=True)
class Lockstep:
    """What two runs side by side show.

    Attributes:
        difference: The first tensor that differs; None if none does.
        steps: Steps that were compared.
        removed_by: The setting with which the two runs agree, such as ``threads``; None if none.
        tried: Settings that were tried.
        operation: If a layer's output differs first: the first of its operations that differs in
            two further runs, such as ``Sum (net/odd/Sum) in odd (Odd)``; None if none does.
    """

    difference: TensorDifference | None
    steps: int
    removed_by: str | None = None
    tried: tuple[str, ...] = ()
    operation: str | None = None


def in_lockstep(pair: Pair, fits: int, limit_s: float | None = None) -> Lockstep:
    """Run a pair side by side; if a tensor differs, find the setting that removes it.

    Args:
        pair: Options of the two runs.
        fits: Number of the last fit to compare.
        limit_s: Seconds after which a pair is stopped; None for none.
    """
    first, steps = first_difference(pair, Traced(fits), limit_s)
    if first is None:
        return Lockstep(None, steps)
    operation = _operation(pair, first, fits, limit_s)
    tried = []
    for knob, steady in KNOBS:
        if as_params(pair[0])[knob] == steady:
            continue
        tried.append(knob)
        changed = [parse(Options, {**as_params(one), knob: steady}) for one in pair]
        if _agrees(changed, fits, limit_s, steps):
            return Lockstep(first, steps, knob, tuple(tried), operation)
    return Lockstep(first, steps, None, tuple(tried), operation)


def _operation(pair: Pair, first: TensorDifference, fits: int, limit_s: float | None) -> str | None:
    """The operation of a layer that differs first in two further runs; None if none does."""
    if first.kind != "output":
        return None
    layer = CALLS.sub("", first.name)
    within, _ = first_difference(pair, Traced(fits, layer), limit_s)
    return within.name if within is not None and within.kind == "operation" else None


def _agrees(pair: Pair, fits: int, limit_s: float | None, steps: int) -> bool:
    """Whether pairs with another setting agree beyond the steps that agreed without it.

    Two pairs must: where threads decide the order of a sum, one pair may agree by chance.
    """
    for _ in range(PAIRS):
        calmer, reached = first_difference(pair, Traced(fits), limit_s, most=steps + FURTHER)
        if calmer is not None or reached <= steps:
            return False
    return True


def first_difference(
    pair: Pair, traced: Traced, limit_s: float | None = None, most: int | None = None
) -> tuple[TensorDifference | None, int]:
    """The first tensor that differs between two runs, and the number of steps compared.

    Both run at the same time, and end once they differ. A run that ends first waits for the other.

    Args:
        pair: Options of the two runs.
        traced: What to compare.
        limit_s: Seconds after which they are stopped; None for none.
        most: Steps after which they are stopped; None for none.
    """
    deadline = None if limit_s is None else time.monotonic() + limit_s
    with tempfile.TemporaryDirectory() as folder, _started(pair, Path(folder), traced) as traces:
        comparison = _Comparison()
        while deadline is None or time.monotonic() < deadline:
            ended = [trace for trace in traces if trace.is_over()]  # before their last lines
            for one, two in _common(traces):
                if comparison.differs(one, two):
                    return comparison.first, comparison.steps
                if END in (one, two) or (most is not None and comparison.steps >= most):
                    return None, comparison.steps
            if any(not trace.waiting for trace in ended):  # the other run has nothing to meet
                break
            time.sleep(LOOK_S)
    return None, comparison.steps


class TraceLine(TypedDict, total=False):
    """A line of a trace: the names of a step's tensors, the digests of a step, or the end."""

    names: list[tuple[Kind, str]]
    digests: list[str]
    fit: int
    epoch: int
    step: int


class _Comparison:
    """Compares two traces line by line.

    Attributes:
        first: The first difference; None while there is none.
        steps: Steps that agree.
    """

    def __init__(self) -> None:
        self.first: TensorDifference | None = None
        self.steps = 0
        self._names: list[tuple[Kind, str]] = []
        self._place = (0, 0, 0)

    def differs(self, one: TraceLine, two: TraceLine) -> bool:
        """Whether two lines differ; ``first`` then says where."""
        if "names" in one and "names" in two:
            self._names = one["names"]
            if one == two:
                return False
            pairs: list[tuple[object, object]] = list(zip(one["names"], two["names"], strict=False))
            fit, epoch, step = self._place
            self._place = (fit, epoch, step + 1)
        elif "digests" in one and "digests" in two:
            self._place = (one["fit"], one["epoch"], one["step"])
            if one == two:
                self.steps += 1
                return False
            pairs = list(zip(one["digests"], two["digests"], strict=False))
        else:
            return False
        wrong = [place for place, (mine, other) in enumerate(pairs) if mine != other]
        at = wrong[0] if wrong else len(pairs) - 1
        kind, name = self._names[at]
        self.first = TensorDifference(*self._place, kind, name, at, len(wrong), len(pairs))
        return True


class _Trace:
    """The trace of a run, read while it is written.

    Attributes:
        waiting: Lines that are read, but not compared yet.
    """

    def __init__(self, path: Path, process: Running) -> None:
        self._path, self._process, self._read = path, process, 0
        self.waiting: list[TraceLine] = []

    def is_over(self) -> bool:
        """Whether its process has ended."""
        if isinstance(self._process, subprocess.Popen):
            return self._process.poll() is not None
        return self._process.exitcode is not None

    def read(self) -> None:
        """Read the lines that were written since the last look."""
        with suppress(FileNotFoundError), self._path.open("rb") as stream:
            stream.seek(self._read)
            text = stream.read()
            whole = text[: text.rfind(b"\n") + 1]
            self._read += len(whole)
            self.waiting += [json.loads(line) for line in whole.splitlines()]


def _common(traces: list[_Trace]) -> Iterator[tuple[TraceLine, TraceLine]]:
    """The lines that both runs have written and that were not compared yet."""
    for trace in traces:
        trace.read()
    one, two = (trace.waiting for trace in traces)
    while one and two:
        yield one.pop(0), two.pop(0)


@contextmanager
def _started(pair: Pair, folder: Path, traced: Traced) -> Iterator[list[_Trace]]:
    """Two runs that trace; they are ended afterwards."""
    traces: list[_Trace] = []
    processes: list[Running] = []
    try:
        for options in pair:
            header = RunHeader(
                experiment=SCRIPT,
                name="lockstep",
                cell=f"lockstep{len(traces)}",
                params=as_params(options),
                seeds={},
                owner=Owner.this().asdict(),
            )
            record = RunFolder.create(folder, header)
            processes.append(_start(options, record, traced))
            traces.append(_Trace(record.path / TENSORS, processes[-1]))
        yield traces
    finally:
        for process in processes:
            _end(process)


def _start(options: Options, record: RunFolder, traced: Traced) -> Running:
    """Start a run in a fork that has TensorFlow loaded, or, for another oneDNN, in a new Python."""
    wanted = variables(options)
    if os.environ.get(ONEDNN) != wanted[ONEDNN]:
        return start_fresh(options, record, wanted, traced)
    process_folder()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOAD])  # if no server runs yet
    process = context.Process(target=traced_run, args=(options, str(record.path), traced))
    with started_like_this():
        process.start()
    return process


def traced_run(options: Options, folder: str, traced: Traced) -> None:
    """Run a script that traces; in a process of its own, which ends with it."""
    from seedbed.runs.script.run import run

    forget()
    run(options, RunFolder(Path(folder)), None, traced)
    os._exit(0)


def _end(process: Running) -> None:
    """End a run and what it started."""
    if process.pid is not None:
        kill_tree(process.pid)
    if isinstance(process, subprocess.Popen):
        process.wait()
    else:
        process.join()
