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


Count = Annotated[int, Field(ge=1, le=10_000)]


Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]


SeedList = Annotated[list[Seed], Field(min_length=1)]


SourceName = Literal["init", "order", "augmentation", "dropout", "split", "numeric"]


Level = Annotated[float, Field(gt=0, lt=1)]


class Section(BaseModel):
    """A mapping of the file: no key that it does not know, no value of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
