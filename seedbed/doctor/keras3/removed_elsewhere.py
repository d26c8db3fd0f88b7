"""What scripts of 2015 to 2020 use of Python, NumPy, SciPy, scikit-learn and pandas that is gone.

The keys are dotted names as an import or an attribute spells them; whatever lies below a name is
gone with it. tests/doctor/test_removed_names.py holds the table to the installed libraries.
"""

from functools import lru_cache

from seedbed.doctor.keras3.renamed_elsewhere import RENAMED

ELSEWHERE: dict[str, str] = {
    **RENAMED,
    "time.clock": "time.perf_counter()",
    "cPickle": "import pickle",
    "numpy.int": "int",
    "numpy.float": "float",
    "numpy.object": "object",
    "numpy.str": "str",
    "numpy.unicode": "str",
    "numpy.float_": "numpy.float64",
    "numpy.complex_": "numpy.complex128",
    "numpy.string_": "numpy.bytes_",
    "numpy.unicode_": "numpy.str_",
    "numpy.NaN": "numpy.nan",
    "numpy.Inf": "numpy.inf",
    "numpy.infty": "numpy.inf",
    "numpy.Infinity": "numpy.inf",
    "numpy.product": "numpy.prod",
    "numpy.cumproduct": "numpy.cumprod",
    "numpy.alltrue": "numpy.all",
    "numpy.sometrue": "numpy.any",
    "numpy.asscalar": "array.item()",
    "numpy.in1d": "numpy.isin",
    "numpy.trapz": "numpy.trapezoid",
    "scipy.misc.imread": "numpy.asarray(PIL.Image.open(path))",
    "scipy.misc.imresize": "PIL.Image.Image.resize",
    "scipy.misc.imsave": "PIL.Image.Image.save",
    "scipy.misc.imrotate": "PIL.Image.Image.rotate",
    "scipy.misc.imshow": "matplotlib.pyplot.imshow",
    "scipy.misc.toimage": "PIL.Image.fromarray",
    "scipy.misc.fromimage": "numpy.asarray",
    "scipy.misc.bytescale": "numpy.interp",
    "scipy.misc.logsumexp": "scipy.special.logsumexp",
    "scipy.misc.comb": "scipy.special.comb",
    "scipy.misc.factorial": "scipy.special.factorial",
    "scipy.misc.face": "scipy.datasets.face",
    "scipy.interp": "numpy.interp",
    "sklearn.cross_validation": "from sklearn import model_selection",
    "sklearn.grid_search": "from sklearn.model_selection import GridSearchCV",
    "sklearn.learning_curve": "from sklearn.model_selection import learning_curve",
    "sklearn.externals.joblib": "import joblib",
    "sklearn.externals.six": "import six",
    "sklearn.preprocessing.Imputer": "from sklearn.impute import SimpleImputer",
    "sklearn.datasets.fetch_mldata": "from sklearn.datasets import fetch_openml",
    "sklearn.datasets.load_boston": "from sklearn.datasets import fetch_california_housing",
    "sklearn.metrics.plot_confusion_matrix": "from sklearn.metrics import ConfusionMatrixDisplay",
}
"""Dotted name → what replaces it."""

METHODS_ELSEWHERE = {
    "as_matrix": "frame.to_numpy()",
    "ix": "frame.loc or frame.iloc",
    "iteritems": "items()",
    "has_key": "the operator in",
}
"""Attributes of pandas' tables, and of Python 2's dictionaries, that are gone."""


@lru_cache(maxsize=4096)
def gone_elsewhere(name: str) -> tuple[str, str] | None:
    """The entry for a dotted name, or for one above it.

    Args:
        name: For instance ``sklearn.cross_validation.train_test_split``.

    Returns:
        The name that is gone and what replaces it; None if it still exists.
    """
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        above = ".".join(parts[:length])
        if above in ELSEWHERE:
            return above, ELSEWHERE[above]
    return None
