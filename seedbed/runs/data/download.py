"""``python -m seedbed.runs.data.download NAME FILE``: from ``keras.datasets`` into an npz file."""

import contextlib
import importlib
import sys

import numpy as np


def main(name: str, path: str) -> None:
    """Fetch and store; progress goes to stderr, and a failure ends with its last line there."""
    module = importlib.import_module(f"keras.datasets.{name}")
    with contextlib.redirect_stdout(sys.stderr):
        (train, train_labels), (test, test_labels) = module.load_data()
    np.savez(
        path,
        images=np.concatenate([train, test]),
        labels=np.concatenate([train_labels, test_labels]),
        test=np.arange(len(train) + len(test)) >= len(train),
    )


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:  # the calling process reads the sentence
        sys.exit(f"{type(error).__name__}: {error}")
