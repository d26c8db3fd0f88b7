"""``seedbed describe NAME``: where each random number of a network comes from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.keras_private import (
    initialiser_seed,
    layers_within,
    own_variables,
    seed_generators,
)
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import RunOptions
from seedbed.runs.settings.seeds import Seeds, derive

if TYPE_CHECKING:
    import keras

HEAD = ("layer", "what", "shape", "drawn by", "seed", "mean", "sd", "changed by")


@dataclass(frozen=True)
class RandomSource:
    """One line of the table; cells are text.

    Attributes:
        layer: Name of the layer.
        what: Name of the variable, or what the layer does at random.
        shape: Of the variable.
        drawn_by: The initialiser, or the layer's kind.
        seed: The seed that it draws from.
        mean: Mean of the drawn weights.
        sd: Their standard deviation.
        changed_by: The source that changes it, or what else does.
    """

    layer: str
    what: str
    shape: str
    drawn_by: str
    seed: str
    mean: str
    sd: str
    changed_by: str

    def cells(self) -> tuple[str, ...]:
        """In the order of ``HEAD``."""
        return tuple(vars(self).values())


def describe(experiment: Experiment, options: RunOptions) -> tuple[Seeds, list[RandomSource]]:
    """Build the network as a run would, and tell what each part of it was drawn from."""
    tensorflow_setup.prepare(options)
    tensorflow_setup.apply(options)
    from seedbed.runs.execution.seeded import build_seeded, load_seeded
    from seedbed.runs.training.preconditions import check_model, check_splits

    seeds = derive(options)
    splits = load_seeded(experiment, options, seeds)
    check_splits(splits)
    model = build_seeded(experiment, options, seeds, splits)
    check_model(model, splits)
    rows = list(_network(model))
    if experiment.augmentation(options) is not None:
        rows.insert(
            0,
            RandomSource(
                "(inputs)",
                "augment",
                "",
                "numbers_of_epoch",
                str(seeds.augmentation),
                "",
                "",
                "augmentation",
            ),
        )
    return seeds, rows


def table(rows: list[RandomSource]) -> str:
    """The rows under their heads, in columns."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(HEAD))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _network(model: "keras.Model") -> Iterator[RandomSource]:
    from seedbed.runs.execution.seeded import is_augmentation

    for layer in layers_within(model):
        if layer is model:
            continue
        for variable in own_variables(layer):
            yield _variable(layer, variable)
        for generator in seed_generators(layer):
            words = generator.state.numpy().tolist()
            source = "augmentation" if is_augmentation(layer) else "dropout"
            kind = type(layer).__name__
            rate = getattr(layer, "rate", None)
            drawn = kind if rate is None else f"{kind} {rate:g}"
            yield RandomSource(layer.name, source, "", drawn, str(words), "", "", source)


def _variable(layer: "keras.Layer", variable: "keras.Variable") -> RandomSource:
    initialiser = getattr(layer, f"{variable.name}_initializer", None)
    random, fixed = initialiser_seed(initialiser)
    values = variable.numpy()
    if not random:
        changed_by = "nothing: it starts the same"
    elif fixed:
        changed_by = "nothing: its seed is in the code"
    else:
        changed_by = "init"
    return RandomSource(
        layer=layer.name,
        what=variable.name,
        shape="×".join(map(str, variable.shape)) or "1",
        drawn_by=type(initialiser).__name__ if initialiser is not None else "",
        seed=str(initialiser.seed) if random and initialiser is not None else "",
        mean=f"{values.mean():+.5f}",
        sd=f"{values.std():.5f}",
        changed_by=changed_by,
    )
