"""A small network whose shares are known: every combination of its seeds, trained once.

    python -m benchmarks.small_cnn_factorial

A convolution and a dense layer with dropout between them, on 8 × 8 digits; 10 first weights × 10
orders of the examples × 10 seeds of dropout are 1,000 runs. Their accuracies, and the labels that
they give the test digits, are written beside this file, where ``python -m benchmarks.why_shares``
draws runs from them.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

LEVELS = 10
SOURCES = ("init", "order", "dropout")
RESULT = Path(__file__).with_suffix(".json")
LABELS = Path(__file__).with_suffix(".npz")
TRAIN, EPOCHS, BATCH, RATE, DROP = 500, 4, 25, 0.1, 0.5
FILTERS, CLASSES = 6, 10


def first_weights(seed: int) -> list[Any]:
    """Glorot's uniform first weights of both layers, and biases of zero."""
    rng = np.random.default_rng([1, seed])
    inside = 6 * 6 * FILTERS
    edges = (6 / (9 + 9 * FILTERS)) ** 0.5, (6 / (inside + CLASSES)) ** 0.5
    return [
        rng.uniform(-edges[0], edges[0], (3, 3, 1, FILTERS)).astype("float32"),
        np.zeros(FILTERS, "float32"),
        rng.uniform(-edges[1], edges[1], (inside, CLASSES)).astype("float32"),
        np.zeros(CLASSES, "float32"),
    ]


def order(seed: int) -> Any:
    """``[step, example]``: rows of each batch, a permutation for each epoch."""
    rng = np.random.default_rng([2, seed])
    return np.concatenate([rng.permutation(TRAIN) for _ in range(EPOCHS)]).reshape(-1, BATCH)


def trainer() -> tuple[Any, Any]:
    """A function of first weights, order and dropout's seed → test labels; and the true ones."""
    import tensorflow as tf
    from sklearn.datasets import load_digits

    digits, labels = load_digits(return_X_y=True)
    shuffled = np.random.default_rng(0).permutation(len(labels))
    images = tf.constant((digits[shuffled] / 16).reshape(-1, 8, 8, 1).astype("float32"))
    labels = tf.constant(labels[shuffled].astype("int32"))

    def logits(weights: list[Any], x: Any, mask: Any) -> Any:
        kernel, bias, dense, offset = weights
        hidden = tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "VALID") + bias)
        return (tf.reshape(hidden, (-1, 36 * FILTERS)) * mask) @ dense + offset

    @tf.function  # type: ignore[untyped-decorator]
    def train(weights: list[Any], batches: Any, seed: Any) -> Any:
        for step in tf.range(tf.shape(batches)[0]):
            x, y = tf.gather(images, batches[step]), tf.gather(labels, batches[step])
            drawn = tf.random.stateless_uniform((BATCH, 36 * FILTERS), [seed, step])
            mask = tf.cast(drawn >= DROP, tf.float32) / (1 - DROP)
            with tf.GradientTape() as tape:
                tape.watch(weights)
                output = logits(weights, x, mask)
                losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, output)
                loss = tf.reduce_mean(losses)
            gradients = tape.gradient(loss, weights)
            weights = [one - RATE * by for one, by in zip(weights, gradients, strict=True)]
        return tf.argmax(logits(weights, images[TRAIN:], 1.0), 1, tf.int32)

    return train, labels[TRAIN:].numpy()


def factorial() -> tuple[Any, Any]:
    """``[init, order, dropout, example]``: the labels of every combination; and the true ones."""
    import tensorflow as tf

    train, truth = trainer()
    found = np.empty((*(LEVELS,) * len(SOURCES), len(truth)), np.uint8)
    for at in np.ndindex(found.shape[:-1]):
        init, arranged, dropped = at
        weights = [tf.constant(one) for one in first_weights(init)]
        batches = tf.constant(order(arranged).astype("int32"))
        found[at] = train(weights, batches, tf.constant(dropped)).numpy()
    return found, truth


def main() -> None:
    """Train every combination, and write what they score."""
    labels, truth = factorial()
    found = np.mean(labels == truth, axis=-1)
    np.savez_compressed(LABELS, labels=labels, truth=truth.astype(np.uint8))
    told = {
        "command": "python -m benchmarks.small_cnn_factorial",
        "n": int(found.size),
        "axes": SOURCES,
        "accuracy": np.round(found, 6).tolist(),
    }
    RESULT.write_text(json.dumps(told, indent=None) + "\n")
    print(f"{found.size} runs: mean {found.mean():.4f}, sd {found.std():.4f}")


if __name__ == "__main__":
    main()
