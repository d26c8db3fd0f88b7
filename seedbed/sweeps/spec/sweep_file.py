"""The fields of a sweep's file. docs/sweep-file.md and docs/sweep.schema.json are made from here.

Numbers that are accuracies are shares from 0 to 1, as everywhere in the records.
"""

from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    model_validator,
)

from seedbed.sweeps.spec.fields.configuration_fields import Configurations
from seedbed.sweeps.spec.fields.schedule_fields import NightOf, Schedule
from seedbed.sweeps.spec.fields.search_fields import Search
from seedbed.sweeps.spec.fields.section import Count, DatedName, Scalar, Section
from seedbed.sweeps.spec.fields.seed_fields import Seeds
from seedbed.sweeps.spec.fields.stop_fields import Stop


class Published(Section):
    """A figure from a paper, which the report compares with the runs."""

    value: Annotated[float, Field(ge=0, le=1, description="its accuracy", examples=[0.745])]
    runs: Annotated[
        Count,
        Field(description="number of runs behind it; 1 if the paper does not say"),
    ] = 1
    test_set: Annotated[
        Literal["same", "other"], Field(description="whether it was scored on the same examples")
    ] = "same"
    examples: Annotated[Count | None, Field(description="size of its test set, if different")] = (
        None
    )


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
        str, Field(min_length=1, description="the question that the sweep answers, in one sentence")
    ]
    experiment: Annotated[str, Field(description="what to train", examples=["mnist_cnn"])]
    configurations: Annotated[
        Configurations,
        Field(
            description="options and their values; every combination is a configuration; "
            "or a list of configurations; or how to draw them",
            examples=[{"batch_size": [32, 256]}, [{"batch_size": 32}], {"draw": 20}],
        ),
    ] = {}  # noqa: RUF012 (pydantic copies it)
    exclude: Annotated[
        list[str],
        Field(
            description="rules; a configuration that meets any of them is left out",
            examples=[["batch_size > 128 and learning_rate < 0.001"]],
        ),
    ] = []  # noqa: RUF012 (pydantic copies it)
    options: Annotated[
        dict[str, Scalar],
        Field(description="options with the same value in every run", examples=[{"epochs": 10}]),
    ] = {}  # noqa: RUF012 (pydantic copies it)
    numeric: Annotated[
        Literal["fixed", "free"],
        Field(
            description="fixed: same seeds give the same bits; free: threads and operations "
            "vary as in everyday use (sets op_determinism: false and threads: 2)"
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
        Schedule | None, Field(description="run it every night, and report changes")
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
