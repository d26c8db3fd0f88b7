"""Estimators of scikit-learn with and without ``random_state``."""

from benchmarks.doctor_effects.setting import X, Y, summary

RUNS = 10


def without_random_state() -> None:
    """A small network and a small forest on 600 digits, scored on the next 300."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.neural_network import MLPClassifier

    rows = X.reshape(len(X), -1)
    train, test = slice(0, 600), slice(600, 900)
    for word, seed in (("no random_state", None), ("random_state=42", 42)):
        for name in ("MLPClassifier", "RandomForestClassifier"):
            scores = []
            for _ in range(RUNS):
                model = (
                    MLPClassifier((32,), max_iter=30, random_state=seed)
                    if name == "MLPClassifier"
                    else RandomForestClassifier(20, random_state=seed)
                )
                model.fit(rows[train], Y[train])
                scores.append(100 * float(model.score(rows[test], Y[test])))
            print(f"SB112 {name}, {word}: {summary(scores)}, range {min(scores):.1f} to "
                  f"{max(scores):.1f}")  # fmt: skip
