"""The experiments by name. Importing this, or an experiment found by it, does not import Keras."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from experiments.options import RunOptions, nearest
from tracking.errors import InputError

if TYPE_CHECKING:
    import keras

    from experiments.seeds import Seeds
    from experiments.splits import Splits

NAMES = ("mnist_cnn", "mnist_deep_cnn")


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
        augment: Options, a batch of inputs, ``[example, 8]`` uniform numbers → the batch, changed;
            None where the experiment has none.
    """

    name: str
    question: str
    options: type[RunOptions]
    check: Callable[[Any], None]
    load: "Callable[[Any, Seeds], Splits]"
    build: "Callable[[Any, Splits], keras.Model]"
    augment: Callable[[Any, Any, Any], Any] | None = None

    def augmentation(self, options: RunOptions) -> Callable[[Any, Any], Any] | None:
        """The change to a batch that these options ask for: None for none."""
        if self.augment is None or not getattr(options, "augment", True):
            return None
        return partial(self.augment, options)


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
        augment=getattr(module, "augment", None),
    )
