"""The fields of `configurations`."""

from typing import Annotated, Self

from pydantic import (
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from seedbed.sweeps.spec.fields.section import Count, Scalar, Section, Seed, Values


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


def _space_tag(value: object) -> str:
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
    seed: Annotated[Seed, Field(description="seed of the draw")] = 0


def _configurations_tag(value: object) -> str:
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
