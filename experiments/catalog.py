"""The experiments by name. Importing this, or an experiment found by it, does not import Keras."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.options import RunOptions, nearest
from tracking.errors import InputError

if TYPE_CHECKING:
    import keras

    from experiments.seeds import Seeds
    from experiments.splits import Splits

NAMES = ("mnist_cnn",)


@dataclass(frozen=True)
class Experiment:
    """What one experiment file offers.

    Attributes:
        name: Its name, which is also MLflow's experiment.
        question: First line of its docstring.
        options: Its options' dataclass.
        check: Refuses options that cannot be trained; light, no Keras.
        load: Options and seeds → splits.
        build: Options and splits → compiled model.
    """

    name: str
    question: str
    options: type[RunOptions]
    check: Callable[[Any], None]
    load: "Callable[[Any, Seeds], Splits]"
    build: "Callable[[Any, Splits], keras.Model]"


def find(name: str) -> Experiment:
    """The experiment called ``name``.

    Raises:
        InputError: There is none.
    """
    if name not in NAMES:
        raise InputError(
            f"There is no experiment {name!r}{nearest(name, NAMES)}; "
            f"the experiments are {', '.join(NAMES)}."
        )
    module = importlib.import_module(f"experiments.{name}")
    return Experiment(
        name=name,
        question=(module.__doc__ or "").strip().splitlines()[0],
        options=module.Options,
        check=module.check,
        load=module.load,
        build=module.build,
    )
