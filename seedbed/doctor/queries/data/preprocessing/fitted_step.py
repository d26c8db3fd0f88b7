"""A step that learns from rows and changes rows."""

from dataclasses import dataclass
from typing import Literal

from seedbed.doctor.interpreter.trace import Event
from seedbed.doctor.interpreter.values import Value

Kind = Literal["fit", "resample", "statistic", "joined", "fill", "group", "choice", "importance"]


@dataclass(frozen=True)
class FittedStep:
    """A step that learns from rows and changes rows.

    Attributes:
        event: The call or operation.
        data: The rows that it learns from.
        outputs: What it made.
        what: A name of the step for a message.
        kind: ``fit`` for a transformer; ``resample`` for one that makes rows; ``statistic`` for a
            scaling by hand; ``joined`` for one by training and test rows together; ``fill`` for
            missing values; ``group`` for a statistic of groups; ``choice`` and ``importance`` for
            what columns are chosen by.
    """

    event: Event
    data: Value
    outputs: list[Value]
    what: str
    kind: Kind
