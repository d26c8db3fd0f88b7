"""One process: Optuna's optimize over Keras' fit, each trial logged with MLflow."""

import json
import sys
from pathlib import Path

import optuna

from benchmarks.opponents.keras_fit import train_and_log


def main(file: Path) -> None:
    """Train every cell of the file, one after the other."""
    cells = json.loads(file.read_text())
    study = optuna.create_study(direction="maximize")
    study.optimize(lambda trial: train_and_log(cells[trial.number]), n_trials=len(cells))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
