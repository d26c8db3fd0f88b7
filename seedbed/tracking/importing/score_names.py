"""What the words of a column's name say: a score, and of which data."""

import re

KINDS = (
    ("accuracy", "acc", "top1", "top3", "top5"),
    ("f1", "fscore", "precision", "recall", "sensitivity", "specificity"),
    ("auc", "auroc", "auprc", "ap", "ap50", "map", "map50", "iou", "miou", "dice"),
    ("kappa", "mcc", "ndcg", "mrr", "ari", "nmi"),
    ("r2", "bleu", "rouge", "meteor", "cider", "score", "reward", "return", "psnr", "ssim"),
    ("correlation", "pearson", "spearman", "elbo", "likelihood"),
    ("eer", "hter"),
    ("wer", "cer", "error", "err"),
    ("mae", "rmse", "mse", "mape", "smape", "rmsle"),
    ("perplexity", "ppl", "fid", "kid", "lpips", "bpc", "bpd", "loss", "logloss", "nll"),
    ("brier", "ece"),
)
"""Words of scores; a metric of an earlier kind is taken before one of a later kind."""


def words_of(name: str) -> list[str]:
    """A name's words in small letters: ``ValAccuracy_1`` is val, accuracy, 1, ``mIoU`` miou."""
    spaced = re.sub(r"(?<=[a-z0-9]{2})(?=[A-Z])|(?<=[a-z0-9])(?=[A-Z][a-z]{2})", " ", name)
    return re.findall(r"[a-z]+\d*|\d+", spaced.lower())


def is_score_name(name: str) -> bool:
    """Whether a column of this name holds scores: ``val_acc``, ``Test Loss``."""
    words = set(words_of(name))
    return any(words & set(kind) for kind in KINDS)
