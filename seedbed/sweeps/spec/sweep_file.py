"""The fields of a sweep's file. docs/sweep-file.md and docs/sweep.schema.json are made from here.

Numbers that are accuracies are shares from 0 to 1, as everywhere in the records.
"""

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from seedbed.sweeps.spec.schedule_fields import NightOf, Schedule

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
DatedName = Annotated[
    str, StringConstraints(pattern=r"^(?:[A-Za-z0-9]|\{date\})(?:[A-Za-z0-9_.-]|\{date\}){0,89}$")
]
Scalar = int | float | bool | str
Values = Annotated[list[Scalar], Field(min_length=1)]
Count = Annotated[int, Field(ge=1, le=10_000)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
SeedList = Annotated[list[Seed], Field(min_length=1)]
SourceName = Literal["init", "order", "augmentation", "dropout", "split", "numeric"]
Level = Annotated[float, Field(gt=0, lt=1)]


class Section(BaseModel):
    """A mapping of the file: no key that it does not know, no value of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Range(Section):
    """Numbers from `low` to `high`; whole ones where the option takes only whole numbers."""

    low: Annotated[float, Field(description="smallest value", examples=[0.0001])]
    high: Annotated[float, Field(description="largest value", examples=[0.1])]
    log: Annotated[
        bool, Field(description="equal ratios are equally likely, instead of equal differences")
    ] = False
    points: Annotated[
        Annotated[int, Field(ge=2, le=10_000)] | None,
        Field(description="values on a grid, ends included; only for `sampler: grid`"),
    ] = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low must be below high, got {self.low:g} and {self.high:g}")
        if self.log and self.low <= 0:
            raise ValueError(f"low must be above 0 where log is true, got {self.low:g}")
        return self


def _space_tag(value: Any) -> str:
    return "<values>" if isinstance(value, list) else "<range>"


Space = Annotated[
    Annotated[Values, Tag("<values>")] | Annotated[Range, Tag("<range>")],
    Discriminator(_space_tag),
]
Spaces = Annotated[dict[str, Space], Field(min_length=1)]


class Drawn(Section):
    """Configurations drawn at random from values and ranges; all of them differ."""

    draw: Annotated[Count, Field(description="configurations to draw", examples=[20])]
    among: Annotated[
        Spaces,
        Field(
            description="options, each with a list of values or a range",
            examples=[{"learning_rate": {"low": 0.0001, "high": 0.1, "log": True}}],
        ),
    ]
    seed: Annotated[Seed, Field(description="seed of the draw; another one draws others")] = 0


def _configurations_tag(value: Any) -> str:
    if isinstance(value, list):
        return "<listed>"
    return "<drawn>" if isinstance(value, dict) and "draw" in value else "<crossed>"


Crossed = dict[str, Values]
Listed = Annotated[list[dict[str, Scalar]], Field(min_length=1)]
Configurations = Annotated[
    Annotated[Crossed, Tag("<crossed>")]
    | Annotated[Listed, Tag("<listed>")]
    | Annotated[Drawn, Tag("<drawn>")],
    Discriminator(_configurations_tag),
]

Levels = Count | SeedList


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
    base: Annotated[Seed, Field(description="seed of the sources that are not named")] = 0

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
    base: Annotated[Seed, Field(description="seed of the sources that stay")] = 0


class PlanSeeds(Section):
    """The plan that says which source the spread comes from, run by run (see below)."""

    plan: Annotated[Literal["attribution"], Field(description="its name")]
    runs: Annotated[
        Annotated[int, Field(ge=2, le=1000)], Field(description="runs in which every source varies")
    ] = 10
    baselines: Annotated[
        Annotated[int, Field(ge=2, le=1000)],
        Field(description="of these, runs repeated with one source changed, each source in turn"),
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

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.baselines > self.runs:
            raise ValueError(
                f"baselines must be among the runs, got {self.baselines} of {self.runs}"
            )
        return self


def _seeds_tag(value: Any) -> str:
    if isinstance(value, list):
        return "<list>"
    if not isinstance(value, dict):
        return "<number>"
    return "<vary>" if "vary" in value else "<plan>" if "plan" in value else "<crossed>"


Seeds = Annotated[
    Annotated[Count, Tag("<number>")]
    | Annotated[SeedList, Tag("<list>")]
    | Annotated[CrossedSeeds, Tag("<crossed>")]
    | Annotated[VarySeeds, Tag("<vary>")]
    | Annotated[PlanSeeds, Tag("<plan>")],
    Discriminator(_seeds_tag),
]


class Prune(Section):
    """Give up early what is unlikely to win."""

    seeds: Annotated[
        Literal["wilcoxon"] | None,
        Field(
            description="give up a configuration when a signed-rank test over the seeds so far "
            "says that the best one is better"
        ),
    ] = None
    p: Annotated[Level, Field(description="level of that test")] = 0.1
    epochs: Annotated[
        Literal["median", "hyperband"] | None,
        Field(description="give up a run by its validation accuracy after an epoch"),
    ] = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.seeds is None and self.epochs is None:
            raise ValueError("prune must say by what: seeds: wilcoxon, or epochs: median")
        return self


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
        Count | None, Field(description="configurations to try; for `grid`: every one")
    ] = None
    together: Annotated[
        Annotated[int, Field(ge=1, le=1000)],
        Field(description="configurations proposed at once; `tpe` learns from earlier ones only"),
    ] = 4
    seed: Annotated[Seed, Field(description="seed of the proposals, not of any run")] = 0
    prune: Annotated[Prune | None, Field(description="what to give up early")] = None
    retest: Annotated[Retest, Field(description="how the best are run again")] = Retest()

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if self.sampler == "grid":
            self._grid()
        elif self.count is None:
            raise ValueError(f"count must say how many configurations {self.sampler} is to try")
        return self

    def _grid(self) -> None:
        if self.count is not None:
            raise ValueError("count must not stand beside sampler: grid, which tries every one")
        for option, space in self.over.items():
            if isinstance(space, Range) and space.points is None:
                raise ValueError(f"{option} must have points, because sampler is grid")


class Precision(Section):
    """Stop when the mean of each configuration is known closely enough (Stein 1945)."""

    half_width: Annotated[
        float,
        Field(gt=0, lt=1, description="half the width of the interval wanted, as a share"),
    ]
    pilot: Annotated[
        Annotated[int, Field(ge=2, le=10_000)],
        Field(description="runs from which the spread is judged; ten is good"),
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
        Field(description="chance to find a difference where there is none, over all looks"),
    ] = 0.05
    futility: Annotated[
        bool, Field(description="also stop when, from 10 pairs on, there is little hope (p > .5)")
    ] = True

    @model_validator(mode="after")
    def _increasing(self) -> Self:
        looks = self.looks or []
        if any(later <= earlier for earlier, later in pairwise(looks)):
            raise ValueError(f"looks must increase, got {looks}")
        return self


class Budget(Section):
    """Start no run beyond this."""

    runs: Annotated[Count | None, Field(description="runs, of all configurations")] = None
    minutes: Annotated[
        Annotated[float, Field(gt=0)] | None,
        Field(description="minutes during which runs were going on; pauses do not count"),
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
    budget: Annotated[Budget | None, Field(description="start no run beyond this")] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.precision and self.comparison:
            raise ValueError("stop must have precision or comparison, not both")
        if not (self.precision or self.comparison or self.budget):
            raise ValueError("stop must have precision, comparison or budget")
        return self


class Published(Section):
    """A figure from a paper, which the report compares with the runs."""

    value: Annotated[float, Field(ge=0, le=1, description="its accuracy", examples=[0.745])]
    runs: Annotated[
        Count, Field(description="runs of which it is the mean; 1 where the paper does not say")
    ] = 1
    test_set: Annotated[
        Literal["same", "other"], Field(description="whether it was scored on the same examples")
    ] = "same"
    examples: Annotated[
        Count | None, Field(description="size of its test set, where that is another one")
    ] = None


class SweepFile(Section):
    """The fields of a sweep's file."""

    name: Annotated[
        DatedName | None,
        Field(
            description="name of the sweep; default: the file's name; `{date}` stands for the day "
            "on which it is started, e.g. nightly-{date}",
            examples=["first"],
        ),
    ] = None
    question: Annotated[
        str, Field(min_length=1, description="what the sweep is to answer, in one sentence")
    ]
    experiment: Annotated[str, Field(description="what to train", examples=["mnist_cnn"])]
    configurations: Annotated[
        Configurations,
        Field(
            description="options and their values, every combination of which is a configuration; "
            "or a list of configurations; or how to draw them",
            examples=[{"batch_size": [32, 256]}, [{"batch_size": 32}], {"draw": 20}],
        ),
    ] = {}
    exclude: Annotated[
        list[str],
        Field(
            description="rules; a configuration to which one of them applies is left out",
            examples=[["batch_size > 128 and learning_rate < 0.001"]],
        ),
    ] = []
    options: Annotated[
        dict[str, Scalar],
        Field(description="options that are the same in every run", examples=[{"epochs": 10}]),
    ] = {}
    numeric: Annotated[
        Literal["fixed", "free"],
        Field(
            description="fixed: same seeds give the same bits; free: threads and operations are "
            "left to vary as in everyday use (sets op_determinism: false and threads: 2)"
        ),
    ] = "fixed"
    seeds: Annotated[
        Seeds,
        Field(
            description="how many seeds (0, 1, 2, …), a list of them, seeds by source, or a plan",
            examples=[10, [3, 5, 8], {"init": 6, "order": 6}, {"vary": ["init"], "count": 10}],
        ),
    ]
    search: Annotated[Search | None, Field(description="look for the best configuration")] = None
    stop: Annotated[Stop | None, Field(description="stop before every seed is used")] = None
    published: Annotated[
        Published | None, Field(description="a published figure to compare with")
    ] = None
    schedule: Annotated[
        Schedule | None, Field(description="run it every night, and say when something changed")
    ] = None
    night: Annotated[
        NightOf | None, Field(description="which night it is; written by the scheduler")
    ] = None

    @model_validator(mode="after")
    def _fresh_fits(self) -> Self:
        if self.schedule and self.schedule.fresh:
            if not isinstance(self.seeds, int | list):
                raise ValueError(
                    "schedule.fresh must be 0 where seeds are laid out by source, got "
                    f"{self.schedule.fresh}: give seeds as a number or a list"
                )
            if self.search or self.stop:
                raise ValueError(
                    "schedule.fresh must be 0 beside search and stop, which choose runs by "
                    f"themselves, got {self.schedule.fresh}: leave it out"
                )
        return self
