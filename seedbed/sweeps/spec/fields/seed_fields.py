"""The fields of `seeds`."""

from typing import Annotated, Literal, Self, get_args

from pydantic import (
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from seedbed.sweeps.spec.fields.section import RunCount, Section, Seed, SeedList, SourceName

Levels = RunCount | SeedList
SomeSource = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^;=]+$")]
"""A source of an experiment, or a stream of a script."""


class CrossedSeeds(Section):
    """Seeds by source: every level of one source with every level of the others."""

    init: Annotated[Levels | None, Field(description="first weights", examples=[6])] = None
    order: Annotated[Levels | None, Field(description="order of the examples", examples=[6])] = None
    augmentation: Annotated[
        Levels | None, Field(description="random changes to the training images")
    ] = None
    dropout: Annotated[Levels | None, Field(description="dropout masks")] = None
    split: Annotated[Levels | None, Field(description="training against validation set")] = None
    numeric: Annotated[
        Levels | None,
        Field(description="repeats with the same seeds; only with `numeric: free`"),
    ] = None
    base: Annotated[Seed, Field(description="seed of all other sources")] = 0

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.by_source:
            raise ValueError("seeds by source must name a source, e.g. {init: 6, order: 6}")
        return self

    @property
    def by_source(self) -> dict[str, Levels]:
        """The sources that are named, with their levels."""
        return {s: v for s, v in self if s != "base" and v is not None}


class VarySeeds(Section):
    """Some sources vary together from run to run, the others stay as they are."""

    vary: Annotated[
        list[SourceName],
        Field(min_length=1, description="sources that differ between runs", examples=[["init"]]),
    ]
    count: Annotated[Levels, Field(description="how many seeds, or a list of them", examples=[10])]
    base: Annotated[Seed, Field(description="seed of the sources that stay fixed")] = 0


class PlanSeeds(Section):
    """The plan that says which source the spread comes from, run by run (see below)."""

    plan: Annotated[Literal["attribution"], Field(description="its name")]
    runs: Annotated[
        Annotated[int, Field(ge=2, le=1000)], Field(description="runs in which every source varies")
    ] = 10
    baselines: Annotated[
        Annotated[int, Field(ge=2, le=1000)]
        | dict[SomeSource, Annotated[int, Field(ge=1, le=1000)]],
        Field(
            description="of these, runs repeated with one source changed, each source in turn; or "
            "how many by source, which leaves out `sources`",
            examples=[6, {"init": 8, "order": 4}],
        ),
    ] = 6
    sources: Annotated[
        Annotated[list[SourceName], Field(min_length=1)] | None,
        Field(
            description="sources to change one at a time; default: every one that is there",
            examples=[["init", "order", "split"]],
        ),
    ] = None
    crossed: Annotated[
        Annotated[list[SourceName], Field(min_length=2, max_length=2)] | None,
        Field(description="two sources to cross as well", examples=[["init", "order"]]),
    ] = None
    levels: Annotated[
        Annotated[int, Field(ge=2, le=100)], Field(description="levels of each crossed source")
    ] = 6

    streams: Annotated[
        list[SomeSource] | None,
        Field(
            description="of a repeated script: its sources, each on a stream of random numbers of "
            "its own, as `seedbed why` finds them",
            examples=[["init", "order", "line 14"]],
        ),
    ] = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.streams is not None and (self.sources or self.crossed):
            raise ValueError("streams names a script's sources: leave out sources and crossed")
        if self.most_baselines > self.runs:
            raise ValueError(
                f"baselines must be among the runs, got {self.most_baselines} of {self.runs}"
            )
        self._check_sources()
        return self

    def _check_sources(self) -> None:
        """Baselines by source name sources that there are."""
        if isinstance(self.baselines, int):
            return
        if self.sources:
            raise ValueError("baselines by source name the sources: leave out sources")
        known = get_args(SourceName) if self.streams is None else tuple(self.streams)
        for source in self.baselines:
            if source not in known:
                raise ValueError(f"baselines must name one of {', '.join(known)}, got {source}")

    @property
    def most_baselines(self) -> int:
        """Baselines of the source that has most."""
        if isinstance(self.baselines, int):
            return self.baselines
        return max(self.baselines.values(), default=0)


def _seeds_tag(value: object) -> str:
    if isinstance(value, list):
        return "<list>"
    if not isinstance(value, dict):
        return "<number>"
    return "<vary>" if "vary" in value else "<plan>" if "plan" in value else "<crossed>"


Seeds = Annotated[
    Annotated[RunCount, Tag("<number>")]
    | Annotated[SeedList, Tag("<list>")]
    | Annotated[CrossedSeeds, Tag("<crossed>")]
    | Annotated[VarySeeds, Tag("<vary>")]
    | Annotated[PlanSeeds, Tag("<plan>")],
    Discriminator(_seeds_tag),
]
