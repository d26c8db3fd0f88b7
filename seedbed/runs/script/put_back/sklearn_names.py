"""Modules of scikit-learn before 0.20: ``cross_validation``, ``grid_search``, ``Imputer``."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from seedbed.runs.script.put_back.uses import OldUses

SEARCHES = {"GridSearchCV", "RandomizedSearchCV"}
MOVED = {"sklearn.cross_validation", "sklearn.grid_search", "sklearn.learning_curve"}


def restore_sklearn(gone: set[str]) -> None:
    """Add what a script imports.

    Args:
        gone: Names as the doctor's table has them.
    """
    import sklearn

    for name in MOVED & gone:
        module = _Moved(name)
        sys.modules[name] = module
        setattr(sklearn, name.rpartition(".")[2], module)
    if "sklearn.externals.joblib" in gone:
        import joblib
        import sklearn.externals

        sys.modules["sklearn.externals.joblib"] = joblib
        sklearn.externals.joblib = joblib
    if "sklearn.preprocessing.Imputer" in gone:
        import sklearn.preprocessing

        sklearn.preprocessing.Imputer = imputer


def imputer(
    missing_values: object = "NaN", strategy: str = "mean", axis: int = 0, **named: object
) -> object:
    """``Imputer(missing_values="NaN", axis=0)``.

    Raises:
        ValueError: ``axis=1``, which no later scikit-learn has.
    """
    from sklearn.impute import SimpleImputer

    if axis:
        raise ValueError("Imputer(axis=1) is gone from scikit-learn: impute the transposed table")
    named.pop("verbose", None)
    missing = np.nan if missing_values == "NaN" else missing_values
    return SimpleImputer(missing_values=missing, strategy=strategy, **named)


class _Moved(ModuleType):
    """What ``sklearn.model_selection`` has, and the splitters that took the data themselves."""

    def __getattr__(self, name: str) -> object:
        from sklearn import model_selection

        if name in SPLITTERS:
            return SPLITTERS[name]
        if name in SEARCHES:
            return _with_grid_scores(getattr(model_selection, name))
        if hasattr(model_selection, name):
            return getattr(model_selection, name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


class GridScore(NamedTuple):
    """What a search found for one set of parameters."""

    parameters: dict[str, Any]
    mean_validation_score: float
    cv_validation_scores: npt.NDArray[np.float64]


def _with_grid_scores(search: Any) -> Any:
    """A search with ``grid_scores_`` beside ``cv_results_``."""

    def grid_scores(self: Any) -> list[GridScore]:
        found = self.cv_results_
        folds = np.array([found[f"split{n}_test_score"] for n in range(self.n_splits_)]).T
        means = found["mean_test_score"]
        return [GridScore(*row) for row in zip(found["params"], means, folds, strict=True)]

    return type(search.__name__, (search,), {"grid_scores_": property(grid_scores)})


class _Folds:
    """Pairs of rows to train and to test on, known once it is made."""

    def __init__(self, splitter: Any, y: Any) -> None:
        self._pairs = list(splitter.split(np.zeros(len(y)), y))
        self.n_folds = len(self._pairs)

    def __iter__(self) -> Iterator[object]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)


def _random_state(shuffle: bool, random_state: object) -> object:
    return random_state if shuffle else None  # it had no effect without


def _k_fold(n: int, n_folds: int = 3, shuffle: bool = False, random_state: object = None) -> _Folds:
    from sklearn.model_selection import KFold

    state = _random_state(shuffle, random_state)
    return _Folds(KFold(n_folds, shuffle=shuffle, random_state=state), np.zeros(n))


def _stratified_k_fold(
    y: object, n_folds: int = 3, shuffle: bool = False, random_state: object = None
) -> _Folds:
    from sklearn.model_selection import StratifiedKFold

    state = _random_state(shuffle, random_state)
    return _Folds(StratifiedKFold(n_folds, shuffle=shuffle, random_state=state), np.asarray(y))


def _shuffle_split(n: int, n_iter: int = 10, test_size: object = 0.1, **named: object) -> _Folds:
    from sklearn.model_selection import ShuffleSplit

    return _Folds(ShuffleSplit(n_iter, test_size=test_size, **named), np.zeros(n))


def _stratified_shuffle_split(
    y: object, n_iter: int = 10, test_size: object = 0.1, **named: object
) -> _Folds:
    from sklearn.model_selection import StratifiedShuffleSplit

    return _Folds(StratifiedShuffleSplit(n_iter, test_size=test_size, **named), np.asarray(y))


def _leave_one_out(n: int) -> _Folds:
    from sklearn.model_selection import LeaveOneOut

    return _Folds(LeaveOneOut(), np.zeros(n))


SPLITTERS = {
    "KFold": _k_fold,
    "StratifiedKFold": _stratified_k_fold,
    "ShuffleSplit": _shuffle_split,
    "StratifiedShuffleSplit": _stratified_shuffle_split,
    "LeaveOneOut": _leave_one_out,
}


def accept_old_arguments(uses: OldUses, text: str = "") -> None:
    """Arguments of scikit-learn before 0.24 that are refused today.

    Args:
        uses: Where the uses are recorded.
        text: The script, and the files that it imports.
    """
    from sklearn import preprocessing
    from sklearn.model_selection import KFold, StratifiedKFold

    if "categorical_features" in text:
        preprocessing.OneHotEncoder = _encoder_with_places(uses)
    for cls in (KFold, StratifiedKFold):
        cls.__init__ = _without_useless_state(cls.__name__, cls.__init__, uses)


def _encoder_with_places(uses: OldUses) -> object:
    """``OneHotEncoder(categorical_features=[1])``: these columns first, then the others.

    Args:
        uses: Where the uses are recorded.
    """
    from sklearn import preprocessing
    from sklearn.compose import ColumnTransformer

    class OneHotEncoder(preprocessing.OneHotEncoder):  # type: ignore[misc]
        """Takes the columns to encode, as scikit-learn before 0.22 did."""

        def __new__(cls, *args: Any, **named: Any) -> Any:
            places = named.pop("categorical_features", None)
            if places is None:
                return super().__new__(cls)
            uses.tell("OneHotEncoder(categorical_features=…)", "ColumnTransformer")
            named.pop("n_values", None)
            parts = [("encoded", preprocessing.OneHotEncoder(*args, **named), places)]
            return _Columns(parts, remainder="passthrough", sparse_threshold=1.0)

    class _Columns(ColumnTransformer):  # type: ignore[misc]
        def fit_transform(self, X: object, y: object = None, **named: object) -> object:  # noqa: N803
            return super().fit_transform(np.asarray(X, float), y, **named)

        def transform(self, X: object, **named: object) -> object:  # noqa: N803
            return super().transform(np.asarray(X, float), **named)

    return OneHotEncoder


def _without_useless_state(name: str, original: Any, uses: OldUses) -> object:
    from functools import wraps

    @wraps(original)
    def init(self: Any, *args: Any, **named: Any) -> None:
        shuffles = named.get("shuffle", args[1] if len(args) > 1 else False)
        if not shuffles and named.get("random_state") is not None:
            named["random_state"] = None
            uses.warn(f"gives {name} random_state= without shuffle=True, which has no effect")
        original(self, *args, **named)

    return init
