"""``keras.wrappers.scikit_learn``: a model that a function builds, as scikit-learn's estimator.

Written anew for today's scikit-learn, after what Keras 1 to 2.11 documented.
"""

import inspect
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

PASSED_ON = {"epochs", "nb_epoch", "batch_size", "verbose", "callbacks", "validation_split",
             "validation_data", "shuffle", "class_weight", "sample_weight", "initial_epoch",
             "steps_per_epoch", "validation_steps", "steps"}  # fmt: skip
IN_FIT = PASSED_ON - {"steps"}
IN_SCORE = {"batch_size", "verbose", "sample_weight", "steps"}
IN_PREDICT = {"batch_size", "verbose", "steps"}


class BaseWrapper(BaseEstimator):  # type: ignore[misc]
    """Builds a new model in each ``fit``.

    Args:
        build_fn: Returns a compiled model.
        sk_params: Arguments of ``build_fn``, and of ``fit`` and its kin.
    """

    def __init__(self, build_fn: Any = None, **sk_params: Any) -> None:
        self.build_fn = build_fn
        self.sk_params = sk_params
        for name in sk_params:
            if name not in PASSED_ON and name not in self._of_builder():
                raise ValueError(f"{name} is not a legal parameter")

    def get_params(self, deep: bool = True) -> dict[str, object]:
        """All arguments, as they were given."""
        del deep
        return {**self.sk_params, "build_fn": self.build_fn}

    def set_params(self, **params: object) -> "BaseWrapper":
        """Change some of them."""
        if "build_fn" in params:
            self.build_fn = params.pop("build_fn")
        self.sk_params = {**self.sk_params, **params}
        return self

    def _of_builder(self) -> set[str]:
        return set(inspect.signature(self.build_fn or self.__call__).parameters)

    def _given(self, names: set[str], more: dict[str, Any] | None = None) -> dict[str, Any]:
        return {**{k: v for k, v in self.sk_params.items() if k in names}, **(more or {})}

    def _fit(self, x: Any, y: Any, named: dict[str, Any]) -> Any:
        build = self.build_fn or self.__call__
        self.model = build(**self._given(self._of_builder() - {"self"}))
        return self.model.fit(x, self._targets(y), **self._given(IN_FIT, named))

    def _targets(self, y: Any) -> object:
        """One-hot where the loss wants it."""
        from tf_keras.utils import to_categorical

        loss = getattr(self.model.loss, "__name__", self.model.loss)
        if loss == "categorical_crossentropy" and np.ndim(y) != 2:
            return to_categorical(y)
        return y

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model")


class KerasClassifier(BaseWrapper):
    """A classifier; its score is the accuracy."""

    def fit(self, x: object, y: object, **named: object) -> object:
        """Build and fit; returns the history."""
        y = np.asarray(y)
        if y.ndim == 2 and y.shape[1] > 1:
            self.classes_ = np.arange(y.shape[1])
        else:
            self.classes_ = np.unique(y)
            y = np.searchsorted(self.classes_, y)
        self.n_classes_ = len(self.classes_)
        return self._fit(x, y, named)

    def predict(self, x: Any, **named: Any) -> Any:
        """The class of each example."""
        outputs = self.model.predict(x, **self._given(IN_PREDICT, named))
        if outputs.shape[-1] > 1:
            return self.classes_[outputs.argmax(axis=-1)]
        return self.classes_[(outputs > 0.5).astype("int32")]

    def predict_proba(self, x: object, **named: object) -> object:
        """``[example, class]``."""
        outputs = self.model.predict(x, **self._given(IN_PREDICT, named))
        return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs

    def score(self, x: Any, y: Any, **named: Any) -> float:
        """The accuracy that ``evaluate`` gives.

        Raises:
            ValueError: The model is compiled without accuracy.
        """
        y = np.asarray(y)
        if y.ndim < 2 or y.shape[1] == 1:
            y = np.searchsorted(self.classes_, y)
        given = self._given(IN_SCORE, named)
        values = self.model.evaluate(x, self._targets(y), **given, return_dict=True)
        for name in ("accuracy", "acc"):
            if name in values:
                return float(values[name])
        raise ValueError(
            "The model is not configured to compute accuracy: pass metrics=['accuracy'] to compile."
        )


class KerasRegressor(BaseWrapper):
    """A regressor; its score is minus the loss."""

    def fit(self, x: object, y: object, **named: object) -> object:
        """Build and fit; returns the history."""
        return self._fit(x, y, named)

    def predict(self, x: Any, **named: Any) -> Any:
        """The output for each example."""
        return np.squeeze(self.model.predict(x, **self._given(IN_PREDICT, named)))

    def score(self, x: Any, y: Any, **named: Any) -> float:
        """Minus the loss."""
        given = self._given(IN_SCORE, named)
        return -float(self.model.evaluate(x, y, **given, return_dict=True)["loss"])
