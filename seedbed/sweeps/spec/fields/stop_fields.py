"""The fields of `stop`."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import (
    Field,
    model_validator,
)

from seedbed.analysis.statistics.stopping.spending import DEFAULT_SPENDING, Spending
from seedbed.sweeps.spec.fields.section import Level, RunCount, Section


class Precision(Section):
    """Stop when the mean of each configuration is known closely enough (Stein 1945)."""

    half_width: Annotated[
        float,
        Field(gt=0, lt=1, description="half-width of the interval to reach, as a fraction"),
    ]
    pilot: Annotated[
        Annotated[int, Field(ge=2, le=10_000)],
        Field(description="runs that estimate the spread; ten is good"),
    ] = 10
    level: Annotated[Level, Field(description="confidence level of the interval")] = 0.95


class Comparison(Section):
    """Compare two configurations and stop as soon as the answer is clear (group-sequential)."""

    looks: Annotated[
        Annotated[list[Annotated[int, Field(ge=2)]], Field(min_length=1)] | None,
        Field(
            description="numbers of pairs at which to look; default: four equal steps up to the "
            "number of seeds",
            examples=[[5, 10, 15, 20]],
        ),
    ] = None
    alpha: Annotated[
        Annotated[float, Field(gt=0, lt=0.5)],
        Field(
            description="probability of finding a difference that does not exist, over all looks"
        ),
    ] = 0.05
    spending: Annotated[
        Spending,
        Field(description="how that chance is spent over the looks: early (pocock), evenly, late"),
    ] = DEFAULT_SPENDING
    futility: Annotated[
        bool, Field(description="also stop for futility: p > .5 at 10 pairs or later")
    ] = True

    @model_validator(mode="after")
    def _increasing(self) -> Self:
        looks = self.looks or []
        if any(later <= earlier for earlier, later in pairwise(looks)):
            raise ValueError(f"looks must increase, got {looks}")
        return self


class Anytime(Section):
    """Compare two configurations after every pair, and stop when the evidence is enough."""

    alpha: Annotated[
        Annotated[float, Field(gt=0, lt=0.5)],
        Field(description="probability of ever finding a difference that does not exist"),
    ] = 0.05


class Budget(Section):
    """Start no run beyond this."""

    runs: Annotated[RunCount | None, Field(description="runs, of all configurations")] = None
    minutes: Annotated[
        Annotated[float, Field(gt=0)] | None,
        Field(description="minutes during which runs were in progress; pauses do not count"),
    ] = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.runs is None and self.minutes is None:
            raise ValueError("budget must be given in runs, minutes or both")
        return self


class Stop(Section):
    """When to stop before every seed is used; without it, the number of seeds is fixed."""

    precision: Annotated[Precision | None, Field(description="stop at a precision of the mean")] = (
        None
    )
    comparison: Annotated[
        Comparison | None, Field(description="stop when A against B is decided")
    ] = None
    anytime: Annotated[
        Anytime | None, Field(description="the same, with a look after every pair")
    ] = None
    budget: Annotated[Budget | None, Field(description="start no run beyond this")] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        rules = [self.precision, self.comparison, self.anytime]
        if sum(rule is not None for rule in rules) > 1:
            raise ValueError("stop must have one of precision, comparison and anytime")
        if not (any(rules) or self.budget):
            raise ValueError("stop must have precision, comparison, anytime or budget")
        return self
