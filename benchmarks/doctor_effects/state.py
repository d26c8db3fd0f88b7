"""State: weights that outlive a training, and a score that another compile asked for."""

import keras
import numpy as np
from sklearn.model_selection import KFold

from benchmarks.doctor_effects.setting import (
    FRESH,
    TEST,
    X,
    Y,
    accuracy,
    build,
    fingerprint,
    fit,
    summary,
)


def second_fit() -> None:
    """A second ``fit`` on the same model."""
    gains = []
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        model = build()
        fit(model, 3)
        first = accuracy(model, FRESH)
        fit(model, 3)
        gains.append(accuracy(model, FRESH) - first)
    print(f"SB301 second fit of 3 epochs minus the first one's score: {summary(gains)}")


def one_model_for_all_folds() -> None:
    """Folds that share one model."""
    shared: list[float] = []
    anew: list[float] = []
    for seed in range(5):
        for one_model, scores in ((True, shared), (False, anew)):
            keras.utils.set_random_seed(seed)
            model = build()
            found = []
            for train, test in KFold(5, shuffle=True, random_state=seed).split(X[:900]):
                if not one_model:
                    model = build()
                model.fit(X[train], Y[train], epochs=10, batch_size=32, verbose=0)
                predicted = np.argmax(model(X[test], training=False), -1)
                found.append(100 * float(np.mean(predicted == Y[test])))
            scores.append(float(np.mean(found)))
    flattery = np.array(shared) - np.array(anew)
    print(f"SB302 5 folds, one model for all minus a new one for each: {summary(flattery)}")


def cleared_but_not_rebuilt() -> None:
    """A second ``fit`` with ``clear_session`` before it, without it, and on a new model."""
    same, gains = 0, []
    for seed in range(10):
        prints, scores = [], []
        for clear, anew in ((True, False), (False, False), (True, True)):
            keras.utils.set_random_seed(seed)
            model = build()
            fit(model, 3)
            if clear:
                keras.backend.clear_session()
            keras.utils.set_random_seed(100 + seed)
            if anew:
                model = build()
            fit(model, 3)
            prints.append(fingerprint(model))
            scores.append(accuracy(model, FRESH))
        same += prints[0] == prints[1]
        gains.append(scores[0] - scores[2])
    print(f"SB303 second fit of 3 epochs with and without clear_session: the same weights bit for "
          f"bit in {same} of 10 pairs; minus a new model's score: {summary(gains)}")  # fmt: skip


def compiled_again() -> None:
    """What ``evaluate`` says before and after another ``compile``."""
    y = keras.utils.to_categorical(Y)
    before, mse, same_net, same_loss = [], [], 0, 0
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        model = build("categorical_crossentropy")
        model.fit(X[:600], y[:600], epochs=10, batch_size=32, verbose=0)
        trained = fingerprint(model)
        before.append(float(model.evaluate(X[TEST], y[TEST], verbose=0)))
        model.compile("sgd", "categorical_crossentropy")
        same_loss += before[-1] == float(model.evaluate(X[TEST], y[TEST], verbose=0))
        model.compile("adam", "mse")
        mse.append(float(model.evaluate(X[TEST], y[TEST], verbose=0)))
        same_net += trained == fingerprint(model)
    ratio = np.array(before) / np.array(mse)
    print(f"SB304 loss of evaluate, trained on categorical_crossentropy: {summary(before)}; after "
          f"compile with mse: mean {np.mean(mse):.4f}, sd {np.std(mse, ddof=1):.4f}, "
          f"{ratio.mean():.0f} times less, n={len(mse)}; the same weights in {same_net} of 10 "
          f"runs; the same loss after another optimiser alone in {same_loss} of 10")  # fmt: skip
