"""Types that the sections of a sweep file share."""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]


DatedName = Annotated[
    str, StringConstraints(pattern=r"^(?:[A-Za-z0-9]|\{date\})(?:[A-Za-z0-9_.-]|\{date\}){0,89}$")
]


Scalar = int | float | bool | str


Values = Annotated[list[Scalar], Field(min_length=1)]


MOST_RUNS = 100_000
"""Ledger and commands are measured up to so many cells of one sweep (docs/benchmarks.md)."""


MOST_CONFIGURATIONS = 10_000
"""Each is checked by itself, and has its own row in every answer."""


Count = Annotated[int, Field(ge=1, le=MOST_CONFIGURATIONS)]


RunCount = Annotated[int, Field(ge=1, le=MOST_RUNS)]


Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]


SeedList = Annotated[list[Seed], Field(min_length=1)]


SourceName = Literal["init", "order", "augmentation", "dropout", "split", "numeric"]


Level = Annotated[float, Field(gt=0, lt=1)]


class Section(BaseModel):
    """A mapping of the file: no key that it does not know, no value of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
