"""Where a number must end, by its name: a loss at 0, an R² at 1, an AUC at both."""

from math import inf

from seedbed.analysis.statistics.checks import Floats
from seedbed.tracking.importing.score_names import words_of

Limits = tuple[float, float]
NO_LIMITS: Limits = (-inf, inf)

NEVER_NEGATIVE = {
    *("loss", "error", "err", "errors", "mae", "mse", "rmse", "mape", "smape", "rmsle", "msle"),
    *("logloss", "crossentropy", "crossentropyloss", "wer", "cer", "perplexity", "ppl", "fid"),
    *("brier", "ece", "lpips", "distance", "duration", "seconds", "latency", "runtime"),
}
"""Words of numbers that end at 0; some losses do not, so no run may be negative."""
SHARES = {
    *("f1", "fscore", "f1score", "fbeta", "auc", "auroc", "ap", "map", "iou", "miou", "dice"),
    *("jaccard", "precision", "recall", "specificity", "sensitivity", "acc", "accuracy"),
    *("eer", "hter", "far", "frr", "fpr", "fnr"),
}
"""Words of numbers from 0 to 1, or to 100 in percent."""
CORRELATIONS = {"mcc", "matthews", "kappa", "correlation", "pearson", "spearman"}
"""Words of numbers from −1 to 1."""
AT_MOST_1 = {"r2", "r²", "nse"}
"""Words of numbers that end at 1, and nowhere below."""
TURNED = {"neg", "negative", "minus"}
"""Words that turn a number round: scikit-learn's ``neg_mean_squared_error``."""


def limits_of_metric(name: str, scores: Floats) -> Limits:
    """The least and the largest value that a number of this name can have.

    Args:
        name: The metric.
        scores: ``[run]``; one outside the limits of its name shows that they do not hold.
    """
    words = set(words_of(name))
    limits = _by_words(words - TURNED, scores)
    if words & TURNED:
        least, most = _by_words(words - TURNED, -scores)
        limits = -most, -least
    if not scores.size or scores.min() < limits[0] or scores.max() > limits[1]:
        return NO_LIMITS
    return limits


def _by_words(words: set[str], scores: Floats) -> Limits:
    if words & CORRELATIONS:
        return -1.0, 1.0
    if words & AT_MOST_1 or {"r", "2"} <= words:
        return -inf, 1.0
    if words & NEVER_NEGATIVE:
        return 0.0, inf
    if words & SHARES:
        return 0.0, 1.0 if scores.size and scores.max() <= 1 else 100.0
    return NO_LIMITS
