"""Random changes to training images, as a function of (augmentation seed, epoch, example).

So the batch that an image falls into, the order and the number of steps do not matter: whatever
else changes, an image of one epoch is turned and shifted in the same way. The numbers are drawn
here by NumPy; the images are changed inside the compiled loop.
"""

from math import pi
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import tensorflow as tf

NUMBERS = 8
"""Uniform numbers that each example gets in each epoch."""


def numbers_of_epoch(
    augmentation_seed: int, epoch: int, ids: npt.NDArray[np.integer]
) -> npt.NDArray[np.float32]:
    """Uniform numbers for the examples of one epoch.

    Args:
        augmentation_seed: Seed of the augmentation.
        epoch: The epoch, counted from 1.
        ids: ``[example]``, each example's index in its data set.

    Returns:
        ``[example, NUMBERS]`` in [0, 1): row ``i`` follows from the seed, the epoch and
        ``ids[i]`` alone.
    """
    generator = np.random.default_rng([augmentation_seed, epoch])
    table = generator.random((int(ids.max(initial=-1)) + 1, NUMBERS), dtype=np.float32)
    return np.asarray(table[ids])


def affine(
    images: "tf.Tensor",
    numbers: "tf.Tensor",
    *,
    degrees: float = 10.0,
    shift: float = 0.1,
    zoom: float = 0.1,
) -> "tf.Tensor":
    """Turn, shift and zoom each image about its centre, by bilinear interpolation on black.

    Args:
        images: Tensor ``[example, height, width, channel]``.
        numbers: Tensor ``[example, ≥ 4]``, uniform in [0, 1): angle, shift right, shift down, zoom.
        degrees: Largest angle, either way.
        shift: Largest shift, a share of width and height.
        zoom: Largest change of size, a share, either way.

    Returns:
        Tensor of the same shape.
    """
    import tensorflow as tf

    height, width = images.shape[1], images.shape[2]
    angle, right, down, size = tf.unstack(2.0 * numbers[:, :4] - 1.0, axis=1)
    angle *= degrees * pi / 180
    right *= shift * width
    down *= shift * height
    size = 1.0 + zoom * size
    cosine, sine = tf.cos(angle) / size, tf.sin(angle) / size
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    # From a pixel of the result (x, y) to its place in the image, as rows a b c / d e f / 0 0 1.
    from_x, from_y = middle_x + right, middle_y + down
    move_x = middle_x - cosine * from_x + sine * from_y
    move_y = middle_y - sine * from_x - cosine * from_y
    nothing = tf.zeros_like(angle)
    transforms = tf.stack([cosine, -sine, move_x, sine, cosine, move_y, nothing, nothing], axis=1)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=tf.constant([height, width]),
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
        fill_value=0.0,
    )
