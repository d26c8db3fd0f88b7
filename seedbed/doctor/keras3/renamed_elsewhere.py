"""Names of other libraries that moved: what stands where they were is the same thing.

tests/doctor/test_removed_names.py holds the table to the installed libraries.
"""

_ABC = (
    *("Callable", "Container", "Hashable", "Iterable", "Iterator", "Mapping", "MutableMapping"),
    *("Sequence", "Set", "Sized"),
)

RENAMED: dict[str, str] = {
    **{f"collections.{name}": f"collections.abc.{name}" for name in _ABC},
    "fractions.gcd": "math.gcd",
    "inspect.getargspec": "inspect.getfullargspec",
    "numpy.NAN": "numpy.nan",
    "numpy.PINF": "numpy.inf",
    "numpy.bool8": "numpy.bool_",
    "numpy.mat": "numpy.asmatrix",
    "numpy.round_": "numpy.round",
    "pandas.datetime": "datetime.datetime",
    "pandas.io.json.json_normalize": "pandas.json_normalize",
    "pandas.np": "numpy",
    "pandas.scatter_matrix": "pandas.plotting.scatter_matrix",
    "pandas.tools.plotting": "pandas.plotting",
    "matplotlib.cm.get_cmap": "matplotlib.pyplot.get_cmap",
    "scipy.array": "numpy.array",
    "scipy.mean": "numpy.mean",
    "scipy.random": "numpy.random",
    "scipy.integrate.cumtrapz": "scipy.integrate.cumulative_trapezoid",
    "scipy.integrate.simps": "scipy.integrate.simpson",
    "scipy.integrate.trapz": "scipy.integrate.trapezoid",
    "scipy.signal.gaussian": "scipy.signal.windows.gaussian",
    "scipy.signal.hamming": "scipy.signal.windows.hamming",
    "scipy.signal.hann": "scipy.signal.windows.hann",
    "sklearn.cluster.k_means_": "sklearn.cluster",
    "sklearn.datasets.samples_generator": "sklearn.datasets",
    "sklearn.decomposition.RandomizedPCA": "sklearn.decomposition.PCA",
    "sklearn.ensemble.forest": "sklearn.ensemble",
    "sklearn.lda.LDA": "sklearn.discriminant_analysis.LinearDiscriminantAnalysis",
    "sklearn.manifold.t_sne": "sklearn.manifold",
    "sklearn.metrics.classification": "sklearn.metrics",
    "sklearn.neighbors.kde": "sklearn.neighbors",
    "sklearn.qda.QDA": "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis",
    "sklearn.svm.classes": "sklearn.svm",
    "sklearn.tree.tree": "sklearn.tree",
}
"""Dotted name until then → dotted name today."""
