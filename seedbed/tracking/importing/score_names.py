"""What the words of a column's name say: a score, and of which data."""

import re

KINDS = (
    ("accuracy", "acc"),
    ("f1", "fscore", "precision", "recall"),
    ("auc", "auroc", "ap", "map", "iou", "dice"),
    ("r2", "bleu", "rouge", "score", "reward", "return"),
    ("eer", "hter"),
    ("wer", "cer", "error", "err"),
    ("mae", "rmse", "mse", "mape"),
    ("perplexity", "ppl", "fid", "loss", "nll"),
)
"""Words of scores; a metric of an earlier kind is taken before one of a later kind."""


def words_of(name: str) -> list[str]:
    """A name's words in small letters: ``ValAccuracy_1`` is val, accuracy, 1."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.findall(r"[a-z]+\d*|\d+", spaced.lower())


def is_score_name(name: str) -> bool:
    """Whether a column of this name holds scores: ``val_acc``, ``Test Loss``."""
    words = set(words_of(name))
    return any(words & set(kind) for kind in KINDS)
