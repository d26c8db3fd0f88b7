"""The fields of `search`."""

from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    model_validator,
)

from seedbed.sweeps.spec.fields.configuration_fields import Range, Spaces
from seedbed.sweeps.spec.fields.section import Count, Level, Section, Seed


class Prune(Section):
    """Give up early what is unlikely to win."""

    seeds: Annotated[
        Literal["wilcoxon"] | None,
        Field(
            description="drop a configuration when a signed-rank test over the seeds so far shows "
            "that the best one is better"
        ),
    ] = None
    p: Annotated[Level, Field(description="level of that test")] = 0.1
    epochs: Annotated[
        Literal["median", "hyperband"] | None,
        Field(description="drop a run by its validation accuracy after an epoch"),
    ] = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.seeds is None and self.epochs is None:
            raise ValueError("prune must say by what: seeds: wilcoxon, or epochs: median")
        return self


class Race(Section):
    """Let the configurations compete: each gets another seed while it may still be the best."""

    p: Annotated[
        Level,
        Field(description="a configuration is dropped when it is worse than the leader at this p"),
    ] = 0.1


class Retest(Section):
    """Run the best configurations again; only these runs are the result."""

    best: Annotated[Count, Field(description="configurations to run again")] = 4
    seeds: Annotated[
        Annotated[int, Field(ge=2, le=10_000)], Field(description="fresh seeds for each of them")
    ] = 3


class Search(Section):
    """Look for the best configuration; `seeds` says how many runs each one gets."""

    over: Annotated[
        Spaces,
        Field(
            description="options to search, each with a list of values or a range",
            examples=[{"learning_rate": {"low": 0.0001, "high": 0.1, "log": True}}],
        ),
    ]
    sampler: Annotated[
        Literal["grid", "random", "tpe"],
        Field(description="every combination, independent draws, or Optuna's TPE"),
    ] = "tpe"
    count: Annotated[
        Count | None, Field(description="number of configurations to try; `grid` tries all")
    ] = None
    together: Annotated[
        Annotated[int, Field(ge=1, le=1000)],
        Field(description="configurations proposed at once; `tpe` learns from earlier ones only"),
    ] = 4
    seed: Annotated[Seed, Field(description="seed of the proposals, not of any run")] = 0
    prune: Annotated[Prune | None, Field(description="what to drop early")] = None
    race: Annotated[
        Race | None,
        Field(description="give each configuration another seed only while it may be the best"),
    ] = None
    retest: Annotated[Retest, Field(description="how to rerun the best")] = Retest()

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if self.sampler == "grid":
            self._grid()
        elif self.count is None:
            raise ValueError(f"count must say how many configurations {self.sampler} is to try")
        return self

    @model_validator(mode="after")
    def _raced(self) -> Self:
        if self.race and self.sampler == "tpe":
            raise ValueError(
                "race needs sampler: grid or random, whose configurations start together; tpe "
                "proposes from configurations that have ended"
            )
        if self.race and self.prune and self.prune.seeds:
            raise ValueError("race drops configurations by seeds itself: leave out prune: seeds")
        return self

    def _grid(self) -> None:
        if self.count is not None:
            raise ValueError("count must not be given with sampler: grid, which tries every one")
        for option, space in self.over.items():
            if isinstance(space, Range) and space.points is None:
                raise ValueError(f"{option} must have points, because sampler is grid")
