"""The names of an answer's quantities as a paper calls them; its table keeps the short ones."""

WORDS = {
    "best": "best epoch on the test set",
    "honest": "epoch chosen on other data",
    "changing": "examples that change",
    "cochran_q": "Cochran's Q",
    "ece": "ECE",
    "ece_if_calibrated": "ECE if calibrated",
    "eer": "EER",
    "eer_hull": "EER of the convex hull",
    "far": "FAR",
    "finite_test_set": "sampling noise of the test set",
    "frr": "FRR",
    "genuine": "genuine change of the models",
    "hter": "HTER",
    "l2": "L2 calibration error",
    "limit": "limit of infinitely many runs",
    "macro_f1": "macro-F1",
    "p_rank": "p of the rank test",
    "p_sign_flip": "p of the sign-flip test",
    "p_superior": "probability to win",
    "per_arm": "runs in each arm",
}


def in_words(name: str) -> str:
    """A quantity's name in words; the configuration before it stays as it is.

    Args:
        name: ``batch_size=32: macro_f1``, or ``macro_f1`` alone.
    """
    of, colon, quantity = name.rpartition(": ")
    return f"{of}{colon}{WORDS.get(quantity, quantity.replace('_', ' '))}"
