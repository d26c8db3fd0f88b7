"""Scores that are computed from what does not belong together."""

import keras
import numpy as np
import tensorflow as tf

from benchmarks.doctor_effects.setting import TEST, X, Y, accuracy, build, fit, summary


def predictions_in_another_order() -> None:
    """Ten networks, each scored in the data's order and against labels of a second pass."""
    right, wrong = [], []
    data = tf.data.Dataset.from_tensor_slices((X[TEST], Y[TEST])).shuffle(300).batch(50)
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        model = build()
        fit(model, 10)
        right.append(accuracy(model, TEST))
        labels = np.concatenate([y for _, y in data])
        said = model.predict(data, verbose=0).argmax(-1)
        wrong.append(100 * float(np.mean(said == labels)))
    print(f"SB801 in one order: accuracy {summary(right)}; labels of a second pass over shuffled "
          f"data, same networks: accuracy {summary(wrong)}")  # fmt: skip
