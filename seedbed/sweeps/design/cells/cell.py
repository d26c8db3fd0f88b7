"""Cells, one configuration with one set of seeds each, and how a sweep lays out its seeds."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.settings.options import (
    CellIdentity,
    as_json,
    as_params,
    as_text,
    parse,
    seed_values,
    with_seeds,
)
from seedbed.runs.settings.seeds import seeds_of
from seedbed.sweeps.design.cells.seed_sets import SeedSet


@dataclass(frozen=True)
class Cell:
    """One run that the design asks for.

    Attributes:
        id: Identity: experiment, options, seeds as used, and the number of the repeat.
        name: Readable name, e.g. ``batch_size=32 seed=3``.
        configuration: The varied options and their values, parsed.
        options: Every option, parsed: an instance of the experiment's own dataclass.
        seeds: Seed of each source, as used.
        repeat: 0, or the number of the repeat of a cell that is otherwise the same.
    """

    id: str
    name: str
    configuration: dict[str, Any]
    options: Any
    seeds: dict[str, int]
    repeat: int = 0

    @property
    def params(self) -> dict[str, str]:
        """The options as text."""
        return as_params(self.options)

    @property
    def label(self) -> str:
        """The varied options in words, e.g. ``batch_size=32``; empty where none vary."""
        return " ".join(f"{key}={self.params[key]}" for key in self.configuration)


@dataclass(frozen=True)
class CellFactory:
    """Makes the cells of one sweep.

    Attributes:
        experiment: What is trained.
        common: Options that are the same in every run.
        varied: Names of the options that differ between configurations.
    """

    experiment: Experiment
    common: Mapping[str, Any]
    varied: tuple[str, ...]

    def options(self, configuration: Mapping[str, Any]) -> Any:
        """Options of a configuration, with no seed set."""
        return parse(self.experiment.options, {**self.common, **configuration})

    def cell(self, configuration: Mapping[str, Any], seed_set: SeedSet) -> Cell:
        """The cell of a configuration with a set of seeds."""
        options = parse(
            self.experiment.options, {**self.common, **configuration, **seed_set.options}
        )
        return self.cell_of(options, seed_set.label, seed_set.repeat)

    def cells(
        self, configurations: Sequence[Mapping[str, Any]], seed_sets: Sequence[SeedSet]
    ) -> Iterator[Cell]:
        """The cells of every configuration with every set of seeds, seed by seed.

        A sweep may have 100,000: each configuration and each set is checked once, not in each cell.
        """
        bases = [self.options(configuration) for configuration in configurations]
        named = [self._configured(base) for base in bases]
        identities: dict[tuple[object, ...], CellIdentity] = {}
        for seed_set in seed_sets:
            given = seed_set.options
            checked = parse(self.experiment.options, {**self.common, **configurations[0], **given})
            seeded = {name: getattr(checked, name) for name in given}
            streams = seeded.get("stream_seeds")
            known: dict[tuple[object, ...], tuple[dict[str, int], str]] = {}
            for number, base in enumerate(bases):
                options = with_seeds(base, seeded)
                if (number, streams) not in identities:
                    identity = CellIdentity(self.experiment.identity, options)
                    identities[number, streams] = identity
                key = seed_values(options)
                if key not in known:
                    seeds = seeds_of(options)
                    known[key] = seeds, as_json(seeds)
                configuration, words = named[number]
                seeds, text = known[key]
                yield Cell(
                    id=_identity(identities[number, streams].of_json(text), seed_set.repeat),
                    name=f"{words} {seed_set.label}" if words else seed_set.label,
                    configuration=configuration,
                    options=options,
                    seeds=seeds,
                    repeat=seed_set.repeat,
                )

    def cell_of(self, options: Any, seeds_label: str, repeat: int = 0) -> Cell:
        """The cell of parsed options.

        Args:
            options: Every option, an instance of the experiment's own dataclass.
            seeds_label: Its seeds in words, e.g. ``seed=3``.
            repeat: Number of the repeat.
        """
        seeds = seeds_of(options)
        configuration, words = self._configured(options)
        return Cell(
            id=_identity(CellIdentity(self.experiment.identity, options).of(seeds), repeat),
            name=f"{words} {seeds_label}" if words else seeds_label,
            configuration=configuration,
            options=options,
            seeds=seeds,
            repeat=repeat,
        )

    def _configured(self, options: Any) -> tuple[dict[str, Any], str]:
        """The varied options and their values, and the same in words."""
        configuration = {key: getattr(options, key) for key in self.varied}
        return configuration, " ".join(f"{k}={as_text(v)}" for k, v in configuration.items())


def _identity(identity: str, repeat: int) -> str:
    """A repeat is a cell of its own; without one the identity is that of a run by hand."""
    if not repeat:
        return identity
    return hashlib.sha256(f"{identity} repeat {repeat}".encode()).hexdigest()[:16]


def named(configuration: Mapping[str, object]) -> str:
    """A configuration in words."""
    return " ".join(f"{key}={value}" for key, value in configuration.items()) or "every run"
