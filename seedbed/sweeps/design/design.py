"""The design of a sweep: its checked file, and the cells that follow from it."""

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from seedbed.runs.custom.experiment_file import is_path
from seedbed.runs.execution.catalog import find
from seedbed.runs.settings.options import CellOptions, as_params, as_text
from seedbed.sweeps.design.cells.cell import Cell, CellFactory
from seedbed.sweeps.design.cells.seed_layout import Layout, lay_out
from seedbed.sweeps.design.cells.seed_sets import SeedSet, plain
from seedbed.sweeps.design.limits.budget import (
    allowed_runs,
    check_grid,
    check_limits,
    looks_of,
    needs_rounds,
    searched,
)
from seedbed.sweeps.design.limits.size_bound import check_size
from seedbed.sweeps.design.option_checks import Options, trainable
from seedbed.sweeps.design.search.proposals import Proposer
from seedbed.sweeps.design.search.search_space import Configuration, distinct, draw
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.fields.configuration_fields import Drawn
from seedbed.sweeps.spec.fields.section import MOST_CONFIGURATIONS, Scalar
from seedbed.system.errors import InputError
from seedbed.tracking.schema import DESIGN_MAX, TAG_NIGHT, TAG_SERIES

__all__ = ["Cell", "Design", "load"]

NUMERIC_FREE: dict[str, Scalar] = {"op_determinism": False, "threads": 2}
"""What ``numeric: free`` sets: sums may be split among threads and taken in another order."""


@dataclass(frozen=True)
class Design:
    """A validated sweep.

    Attributes:
        name: Name of the sweep.
        question: The question that it answers.
        experiment: Name of the experiment.
        reference: What ``seedbed.runs.execution.catalog.find`` takes for it, from any folder.
        varied: Names of the options that differ between configurations.
        sources: Names of the seeds that differ between runs of one configuration.
        cells: What is run without looking at any result, seed by seed, so that an early stop
            leaves balanced arms; a search or a stop rule may add cells.
        file: The sweep's file, checked.
        factory: Makes further cells.
        seed_sets: The seeds of each configuration, in their order.
        configurations: The configurations; of a search, those that it starts with.
        planned: The most runs that the design may ask for.
        proposer: Proposes the configurations of a search; None without a search.
        plan: How the seeds are laid out, for analysis; JSON.
    """

    name: str
    question: str
    experiment: str
    reference: str
    varied: tuple[str, ...]
    sources: tuple[str, ...]
    cells: tuple[Cell, ...]
    file: CheckedFile
    factory: CellFactory
    seed_sets: tuple[SeedSet, ...]
    configurations: tuple[Configuration, ...]
    planned: int
    proposer: Proposer | None
    plan: Mapping[str, Any]

    @cached_property
    def fixed(self) -> dict[str, str]:
        """Options that are the same in every cell, as text; and the search, if it is one.

        Two designs that differ in it cannot share a ledger: cells may be added to a sweep, but a
        search goes on from its own proposals only.
        """
        free = {*self.varied, *self.sources}
        search = _given(self.file.fields.search)
        return {
            **{k: v for k, v in self.cells[0].params.items() if k not in free},
            **(
                {"search": json.dumps(search), "seeds": str(self.file.fields.seeds)}
                if search
                else {}
            ),
        }

    @cached_property
    def numerics(self) -> CellOptions:
        """Options whose numeric settings are read when a process loads TensorFlow.

        Raises:
            InputError: The cells do not agree on oneDNN.
        """
        if len({cell.options.onednn for cell in self.cells}) > 1:
            raise InputError(
                "onednn must be the same in every cell, because TensorFlow reads it once, when the "
                "pool loads it: run one sweep with true and one with false."
            )
        options: CellOptions = self.cells[0].options
        return options

    @cached_property
    def fresh(self) -> tuple[SeedSet, ...]:
        """Seeds on which the best of a search are run again: those after the largest one used."""
        if not self.file.fields.search:
            return ()
        first = 1 + max(seed_set.seed for seed_set in self.seed_sets)
        return tuple(plain(list(range(first, first + self.file.fields.search.retest.seeds))))

    def described(self) -> dict[str, Any]:
        """What the parent run's ``design`` tag says; JSON.

        Beside what the reader needs: ``plan`` (how the seeds are laid out; of the attribution plan
        which cell plays which part), ``numeric``, ``published``, ``search``, ``fresh_seeds`` (the
        seeds whose runs are the result of a search), ``stop`` and ``night``, each where the file
        has it, ``experiment_file``, the path of a user's own experiment, and ``grid``, the
        configurations and the seeds of the cells where they are known and few.
        """
        more = {
            "numeric": "free" if self.file.fields.numeric == "free" else None,
            "published": _given(self.file.fields.published),
            "search": _given(self.file.fields.search),
            "fresh_seeds": [one.seed for one in self.fresh],
            "stop": self._stop(),
            "night": _given(self.file.fields.night),
            "experiment_file": self.reference if is_path(self.reference) else None,
        }
        fields = {
            "question": self.question,
            "varied": list(self.varied),
            "sources": list(self.sources),
            "planned": self.planned,
            "plan": self.plan,
            **{key: value for key, value in more.items() if value},
        }
        grid = None if self.proposer else self._grid()
        whole = {**fields, "grid": grid}
        return whole if grid and len(json.dumps(whole)) <= DESIGN_MAX else fields

    def _grid(self) -> dict[str, Any] | None:
        """Configurations in words, and the parameters of each set of seeds; None without those."""
        if len(self.configurations) + len(self.seed_sets) > DESIGN_MAX:  # a character each
            return None
        first = self.configurations[0]
        params = [self.factory.cell(first, one).params for one in self.seed_sets]
        if any(source not in one for one in params for source in self.sources):
            return None
        every = [self.factory.cell(one, self.seed_sets[0]).label for one in self.configurations]
        seeds = [[one[source] for source in self.sources] for one in params]
        return {"configurations": every, "seeds": seeds}

    def parameters(self) -> dict[str, str]:
        """Parameters of the sweep's own run: shared options, and the values of those that vary."""
        values: dict[str, dict[str, None]] = {name: {} for name in self.varied}
        for cell in self.cells:
            for name, found in values.items():
                found[as_text(cell.configuration[name])] = None
        shared = {name: value for name, value in self.fixed.items() if name != "search"}
        varied = {name: ", ".join(found) for name, found in values.items()}
        return {**shared, **varied, "seeds": str(len(self.seed_sets))}

    def _stop(self) -> dict[str, Any] | None:
        """The stop rule, with the looks that it leaves to the number of seeds."""
        stop, given = self.file.fields.stop, _given(self.file.fields.stop)
        if stop and stop.comparison and given:
            looks = list(looks_of(stop.comparison, len(self.seed_sets)))
            given["comparison"] = {**given["comparison"], "looks": looks}
        return given

    @cached_property
    def tags(self) -> dict[str, str]:
        """More tags of the parent run: which night it is, where it is one."""
        night = self.file.fields.night
        return {TAG_SERIES: night.series, TAG_NIGHT: night.night} if night else {}


def _given(model: Any) -> dict[str, Any] | None:
    return model.model_dump(exclude_none=True) if model else None


def load(path: Path, name: str | None = None) -> Design:
    """Read and validate a sweep's file.

    Args:
        path: The file.
        name: Name of the sweep, when it was started before; default: what the file says.

    Raises:
        InputError: The file cannot be read, is not YAML, or breaks a rule; says at which line and
            column.
    """
    return designed(CheckedFile.read(path), name)


def designed(file: CheckedFile, name: str | None = None) -> Design:
    """The design that a file describes; see ``load``."""
    fields = file.fields
    with file.at("experiment"):
        experiment = find(fields.experiment, file.path.parent)
    options = Options(file, experiment)
    factory = CellFactory(experiment, _common(file), tuple(options.spaces))

    def allowed(configuration: Configuration) -> bool:
        return options.allowed(factory.options(configuration))

    proposer = None
    if fields.search:
        with file.at("search"):
            proposer = Proposer(fields.search, options.whole, allowed, needs_rounds(fields))
            configurations = proposer.first()
    else:
        configurations = _configurations(file, options, allowed)
        factory = CellFactory(experiment, factory.common, _varied(factory, configurations))
    layout = lay_out(file)
    check_limits(file, len(configurations), len(layout.seed_sets))
    if proposer:
        check_grid(file, proposer, len(layout.seed_sets))
        configurations = configurations[: searched(fields, proposer, len(layout.seed_sets))]
    runs = len(configurations) * len(layout.seed_sets)
    check_size(file, ("seeds",), runs, "configurations with their seeds")
    trainable(file, options, experiment, [factory.options(one) for one in configurations])
    cells = _cells(factory, configurations, layout.seed_sets)
    runs, planned = allowed_runs(fields, len(cells), len(configurations), proposer)
    return Design(
        name=name or file.name,
        question=fields.question,
        experiment=experiment.name,
        reference=experiment.reference,
        varied=factory.varied,
        sources=layout.sources,
        cells=tuple(cells[:runs]),
        file=file,
        factory=factory,
        seed_sets=layout.seed_sets,
        configurations=tuple(configurations),
        planned=planned,
        proposer=proposer,
        plan=_plan(file, layout, factory, configurations),
    )


def _common(file: CheckedFile) -> dict[str, Scalar]:
    fields = file.fields
    if fields.numeric == "fixed":
        return dict(fields.options)
    if fields.options.get("op_determinism") is True:
        raise file.refuse(
            ("options", "op_determinism"),
            "op_determinism must be false where numeric is free: leave one of them out.",
        )
    return {**NUMERIC_FREE, **fields.options}


def _configurations(file: CheckedFile, options: Options, allowed: Any) -> list[Configuration]:
    """Crossed, listed or drawn; without those that a rule excludes."""
    given = file.fields.configurations
    if isinstance(given, Drawn):
        generator = np.random.default_rng(given.seed)

        def one() -> Configuration:
            return draw(given.among, options.whole, generator)

        with file.at("configurations", "draw"):
            return distinct(given.draw, one, allowed, [])
    every: list[Configuration]
    if isinstance(given, list):
        every = [dict(one) for one in given]
    else:
        size = math.prod(len(values) for values in given.values())
        check_size(file, ("configurations",), size, "configurations", MOST_CONFIGURATIONS)
        every = [dict(zip(given, v, strict=True)) for v in itertools.product(*given.values())]
    kept = [configuration for configuration in every if allowed(configuration)]
    if not kept:
        raise file.refuse(
            ("exclude",),
            f"exclude must leave a configuration, but of {len(every)} it leaves none: "
            "loosen a rule.",
        )
    return kept


def _varied(factory: CellFactory, configurations: Sequence[Configuration]) -> tuple[str, ...]:
    """The options that differ between configurations once every default is filled in."""
    every = [as_params(factory.options(configuration)) for configuration in configurations]
    return tuple(key for key in factory.varied if len({params[key] for params in every}) > 1)


def _cells(
    factory: CellFactory, configurations: Sequence[Configuration], seed_sets: Sequence[SeedSet]
) -> list[Cell]:
    """Every configuration with every set of seeds, seed by seed; a shared run is there once."""
    every = factory.cells(configurations, seed_sets)
    return list({cell.id: cell for cell in every}.values())


def _plan(
    file: CheckedFile, layout: Layout, factory: CellFactory, configurations: Sequence[Configuration]
) -> Mapping[str, Any]:
    described: Mapping[str, Any] = layout.described(factory, configurations)
    size = len(json.dumps(described))
    if size > DESIGN_MAX:
        raise file.refuse(
            ("seeds",),
            f"plan: {layout.kind} notes which run plays which part, and has room for {DESIGN_MAX} "
            f"characters, got {size} for {len(configurations)} configurations: make it several "
            "sweeps with fewer configurations each.",
        )
    return described
