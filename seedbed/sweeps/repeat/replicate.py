"""The sweep that trains the cells of a claim again."""

import hashlib
import json
import uuid
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import ReusedAnchorWarning, YAMLError

from seedbed.analysis.answers.claims.claim import Claim, ClaimCell, ClaimTraining
from seedbed.analysis.answers.claims.replication import Replica
from seedbed.runs.custom.experiment_file import is_path
from seedbed.runs.execution.catalog import SCRIPT, Experiment, find
from seedbed.runs.execution.data_digest import UNREADABLE, data_digests
from seedbed.runs.script.data_state import data_state
from seedbed.runs.script.options import Options
from seedbed.runs.script.script_files import code_of, read
from seedbed.runs.settings.environment import describe_process
from seedbed.runs.settings.options import RunOptions, as_text, is_seed, parse
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.generated_file import design_of_text, yaml_text
from seedbed.system.errors import InputError
from seedbed.system.files.yaml_bounds import LARGEST, BoundedParser, BoundsError
from seedbed.system.paths import store_path
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.store import Store

NAME_DIGITS = 12


@dataclass(frozen=True)
class ReplicateRequest:
    """What the command line asks for.

    Attributes:
        claim: The claim.
        beside: Folder of the claim's file, where the experiment's file may lie.
        cells: Cells to train, spread over the arms; None for all.
        experiment: The user's own experiment or script, where the claim's path is not there.
    """

    claim: Claim
    beside: Path
    cells: int | None = None
    experiment: Path | None = None


@dataclass(frozen=True)
class Replication:
    """The cells to train again.

    Attributes:
        design: A sweep of them.
        chosen: Arm, the claim's cell, and the cell of the design.
    """

    design: Design
    chosen: tuple[tuple[str, ClaimCell, Cell], ...]

    def replicas(self) -> list[Replica]:
        """The cells with the runs that the store has of them."""
        record = read_sweep(self.design.name, Store())
        runs = {run.cell: run for run in record.runs if run.state == "finished"}
        return [
            Replica(arm, claimed, runs.get(cell.id), claimed.get("cell") in (None, cell.id))
            for arm, claimed, cell in self.chosen
        ]


def design_of_claim(asked: ReplicateRequest) -> Replication:
    """The sweep of a claim's cells, checked; nothing is run.

    Raises:
        InputError: The claim says nothing of its training, or it cannot be trained here.
    """
    claim = asked.claim
    training = claim.get("training")
    if not isinstance(training, Mapping) or not isinstance(training.get("options"), Mapping):
        raise InputError(
            "a claim must be of a sweep of Seedbed to be trained again, but this one is of runs of "
            "another tool: seedbed claim verify checks its numbers"
        )
    every = _spread_over_arms(claim["arms"])
    chosen = every if asked.cells is None else every[: asked.cells]
    reference, moved = _reference(training, asked)
    experiment = find(reference, asked.beside)
    given = [_options_of(training, cell, moved) for _, cell in every]
    seeds = [name for name in given[0] if is_seed(name) or name == "stream_seeds"]
    varied = tuple(
        name for name in given[0] if name not in seeds and len({one.get(name) for one in given}) > 1
    )
    design = _shell(claim, experiment, given, seeds, varied)
    cells = _cells(experiment, design, given, seeds)[: len(chosen)]
    found = tuple((arm, cell, mine) for (arm, cell), mine in zip(chosen, cells, strict=True))
    design = replace(
        design,
        varied=varied,
        sources=tuple(n for n in seeds if len({one.get(n) for one in given}) > 1) or ("seed",),
        cells=tuple({cell.id: cell for cell in cells}.values()),
        planned=len(cells),
    )
    return Replication(design, found)


def _spread_over_arms(arms: Mapping[str, Sequence[ClaimCell]]) -> list[tuple[str, ClaimCell]]:
    """Every cell of a claim with its arm: the first of each arm, then the second of each."""
    longest = max(len(cells) for cells in arms.values())
    return [
        (name, cells[place])
        for place in range(longest)
        for name, cells in arms.items()
        if place < len(cells)
    ]


def _reference(training: ClaimTraining, asked: ReplicateRequest) -> tuple[str, dict[str, str]]:
    """What is trained, and the options that say where it lies here."""
    name = str(training.get("experiment"))
    if name == SCRIPT:
        return SCRIPT, _script_here(training, asked)
    if asked.experiment is not None:
        return str(asked.experiment), {}
    reader = YAML(typ="safe", pure=True)
    reader.Parser = BoundedParser
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)  # YAML allows it
            design = reader.load(str(training.get("design") or "")[:LARGEST])
    except (YAMLError, BoundsError, ValueError):  # ValueError: !!int x
        design = None
    reference = str(design.get("experiment")) if isinstance(design, Mapping) else name
    if is_path(reference) and not Path(reference).is_file():
        beside = asked.beside / Path(reference).name
        if not (asked.beside / reference).is_file() and beside.is_file():
            return str(beside), {}
    return reference, {}


def _script_here(training: ClaimTraining, asked: ReplicateRequest) -> dict[str, str]:
    """Folder and digest of the claim's script as it lies here."""
    options = training["options"]
    script = options.get("script")
    if script is None:
        raise InputError(
            "a claim about scripts must be about one script to be trained again, but its arms are "
            "several: claim each of them"
        )
    places = [Path(str(options.get("folder") or ".")) / str(script), asked.beside / str(script)]
    path = asked.experiment or next((place for place in places if place.is_file()), None)
    if path is None or not path.is_file():
        raise InputError(
            f"the claim's script must be here to be trained again, but {script} is not beside the "
            "claim: name it with --experiment"
        )
    path = path.resolve()
    return {"folder": str(path.parent), "script": path.name, "code": code_of(read(path))}


def _options_of(
    training: ClaimTraining, cell: ClaimCell, moved: Mapping[str, str]
) -> dict[str, str]:
    """Every option of a claim's cell as text, as ``parse`` takes it."""
    own = cell.get("options")
    given = {**training["options"], **(own if isinstance(own, Mapping) else {}), **moved}
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in given.items()
    }


def _name(claim: Claim, experiment: Experiment, given: Mapping[str, str], data: str) -> str:
    """A name that changes with the claim, with what is trained on which data, and where."""
    process = {k: v for k, v in describe_process().items() if k not in ("host", "device")}
    code, folder = given.get("code"), given.get("folder")
    what = [claim["digest"], experiment.identity, code, folder, data, process]
    digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
    return f"replicate-{digest[:NAME_DIGITS]}"


def _data(experiment: Experiment, configurations: Sequence[object]) -> str:
    """Digest of what the cells would train on now: a run on earlier data repeats none of them."""
    scripts = [one for one in configurations if isinstance(one, Options)]
    if scripts:
        return data_state(scripts)
    networks = [one for one in configurations if isinstance(one, RunOptions)]
    found = data_digests(experiment, networks)
    if UNREADABLE in found:  # no earlier run can be known to have had the same
        found.append(uuid.uuid4().hex)
    return " ".join(found)


def _shell(
    claim: Claim,
    experiment: Experiment,
    given: Sequence[Mapping[str, str]],
    seeds: Sequence[str],
    varied: Sequence[str],
) -> Design:
    """A checked design of the claim's configurations; its cells are then those of the claim."""
    parsed = [parse(experiment.options, one) for one in given]
    distinct: dict[tuple[object, ...], object] = {}
    for one in parsed:
        distinct.setdefault(tuple(getattr(one, name) for name in varied), one)
    configurations = [dict(zip(varied, values, strict=True)) for values in distinct]
    data = _data(experiment, list(distinct.values()))
    common = [name for name in given[0] if name not in seeds and name not in varied]
    content = {
        "name": _name(claim, experiment, given[0], data),
        "question": str(claim["question"]),
        "experiment": experiment.reference,
        **({"configurations": configurations} if varied else {}),
        "options": {name: getattr(parsed[0], name) for name in common},
        "seeds": sorted({int(one.seed) for one in parsed}),
    }
    path = store_path() / "ledgers" / f"{content['name']}.yaml"
    return design_of_text(yaml_text(content), path)


def _cells(
    experiment: Experiment,
    design: Design,
    given: Sequence[Mapping[str, str]],
    seeds: Sequence[str],
) -> list[Cell]:
    """A cell of the design for each of the claim's; equal ones are repeats of each other."""
    differing = [n for n in seeds if len({one.get(n) for one in given}) > 1] or ["seed"]
    seen: Counter[tuple[str, ...]] = Counter()
    cells = []
    for one in given:
        key = tuple(one.values())
        options = parse(experiment.options, one)
        label = " ".join(f"{name}={as_text(getattr(options, name))}" for name in differing)
        cells.append(design.factory.cell_of(options, label, seen[key]))
        seen[key] += 1
    return cells
