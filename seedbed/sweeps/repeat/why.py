"""``seedbed why``: repeat a script under a plan that changes one source at a time.

First two runs with equal seeds and one with others: they show whether equal seeds give equal
bits, and which sources the script has. Then rounds of baselines, each rerun with one source
changed, until every share is known well enough or the budget is spent. All of it is one sweep.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.answers.why import free_sources, is_settled, why_of_runs
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.repeat.script_design import RepeatRequest, design_of
from seedbed.system.errors import InputError, NotRecordedError
from seedbed.tracking.reading.random_streams import read_streams
from seedbed.tracking.store import Store

FIRST = 3
"""Runs of the first look: two with equal seeds, one with others."""
STEP = 2
"""Baselines added in each round."""
LEAST = 12
"""Runs that can tell something of two sources."""


@dataclass(frozen=True)
class WhyRequest:
    """What the command line asks for.

    Attributes:
        script: Script or notebook.
        flags: The script's own flags.
        runs: The most runs to spend.
        folder: Folder to run in; None for the script's own.
        name: Name of the sweep; None to make one.
        vary_pinned: Whether seeds that the script sets vary as well.
    """

    script: Path
    flags: tuple[str, ...] = ()
    runs: int = 40
    folder: Path | None = None
    name: str | None = None
    vary_pinned: bool = False

    def __post_init__(self) -> None:
        if self.runs < LEAST:
            raise InputError(
                f"--runs must be at least {LEAST}, which is the fewest that can tell two sources "
                f"apart, got {self.runs}."
            )


@dataclass(frozen=True)
class WhyResult:
    """What the runs say.

    Attributes:
        answer: The answer.
        sweep: Name of the sweep.
        runs: Runs spent.
    """

    answer: Answer
    sweep: str
    runs: int


def find_out(
    asked: WhyRequest,
    train: Callable[[Design], bool],
    told: Callable[[Answer, int], None],
    level: float = 0.95,
) -> WhyResult:
    """Run the plan, round by round.

    Args:
        asked: What to do.
        train: Runs the cells of a design that are left; False if it was stopped or failed.
        told: Told what the runs say after each round, and how many there are.
        level: Confidence level.

    Raises:
        InputError: The script cannot be run, or gives no number.
    """
    design = plan(asked, (), 2)
    if not train(design):
        raise InputError(
            f"why needs the first {FIRST} runs of {asked.script.name} to finish, but they did not: "
            "see above, mend the script and ask again."
        )
    streams = first_streams(design.name)
    sources = free_sources(streams)
    answer = answered(design.name, streams, level)
    bases = 3
    while sources and _size(bases, sources) <= asked.runs:
        design = plan(asked, sources, bases)
        if not train(design):
            break
        answer = answered(design.name, streams, level)
        told(answer, _size(bases, sources))
        if is_settled(answer):
            break
        bases += STEP
    spent = len(design.cells)
    return WhyResult(answer, design.name, spent)


def plan(asked: WhyRequest, sources: Sequence[str], bases: int) -> Design:
    """The sweep with so many baselines; the runs of a smaller plan are among its own."""
    request = RepeatRequest(
        scripts=(asked.script,),
        flags=(asked.flags,) if asked.flags else (),
        seeds={
            "plan": "attribution",
            "runs": bases,
            "baselines": max(bases - 1, 2),
            "streams": list(sources),
        },
        name=asked.name,
        folder=asked.folder,
        separate=True,
        vary_pinned=asked.vary_pinned,
    )
    return design_of(request)


def answered(sweep: str, streams: Mapping[str, Any], level: float = 0.95) -> Answer:
    """What the runs of a sweep say so far."""
    found = read(sweep)
    (group,) = found.having
    return why_of_runs(found, group, streams, level=level)


def first_streams(sweep: str) -> Mapping[str, Any]:
    """What drew random numbers in the runs of a sweep: the union over its first runs.

    Raises:
        InputError: The sweep was not made by ``seedbed why``.
    """
    store, found = Store(), read(sweep)
    merged: dict[str, Any] = {"sources": {}, "pins": []}
    try:
        for run in found.sweep.runs[:FIRST]:
            if run.state != "finished":
                continue
            streams = read_streams(run.run_id, store)
            merged["pins"] = merged["pins"] or streams["pins"]
            for name, drawn in streams["sources"].items():
                merged["sources"].setdefault(name, drawn)
    except NotRecordedError as error:
        raise InputError(
            f"{sweep} was not made by seedbed why, so it does not say what its script draws: ask "
            "seedbed why SCRIPT."
        ) from error
    return merged


def _size(bases: int, sources: Sequence[str]) -> int:
    return 1 + bases + len(sources) * max(bases - 1, 2)
