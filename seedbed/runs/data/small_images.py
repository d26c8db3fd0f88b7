"""Options, data and augmentation that the experiments on small images share."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from seedbed.runs.data import datasets
from seedbed.runs.data.augmentation import affine
from seedbed.runs.data.splits import Splits
from seedbed.runs.settings.options import RunOptions
from seedbed.runs.settings.seeds import Seeds

if TYPE_CHECKING:
    import tensorflow as tf


@dataclass(frozen=True, kw_only=True)
class ImageOptions(RunOptions):
    """Options of image experiments, in addition to those of every experiment."""

    dataset: Annotated[
        datasets.DatasetName, Field(description="data set; see docs/datasets.md")
    ] = "mnist5k"
    augment: Annotated[
        bool,
        Field(description="rotate ±10°, shift and zoom ±10 % each training image in each epoch"),
    ] = False
    stratify: Annotated[
        bool,
        Field(description="equal class shares in training and validation; false: random split"),
    ] = True
    class_balance: Annotated[
        str,
        Field(description="share of each class in training, such as 0.8,0.2; as_is: unchanged"),
    ] = "as_is"


def check(options: ImageOptions) -> None:
    """Refuse options that cannot be trained, before any training; called without Keras."""
    datasets.check(options.dataset, options.train_size, options.class_balance)


def load(options: ImageOptions, seeds: Seeds) -> Splits:
    """Training, validation and test images with their labels."""
    return datasets.load(
        options.dataset,
        options.train_size,
        seeds.split,
        stratify=options.stratify,
        class_balance=options.class_balance,
    )


def augment(options: ImageOptions, inputs: "tf.Tensor", numbers: "tf.Tensor") -> "tf.Tensor":
    """Augment a batch of training images; called only with ``--augment``."""
    del options
    return affine(inputs, numbers, degrees=10, shift=0.1, zoom=0.1)
