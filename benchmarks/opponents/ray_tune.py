"""Ray Tune with two workers of one core over Keras' fit, each trial logged with MLflow."""

import json
import os
import sys
from pathlib import Path
from typing import Any


def main(file: Path, packages: str) -> None:
    """Train every cell of the file, two at a time."""
    root = str(Path(__file__).parents[2])
    sys.path.append(packages)
    os.environ["PYTHONPATH"] = f"{root}{os.pathsep}{packages}"  # for Ray's agents and workers
    import ray
    from ray import tune

    cells = json.loads(file.read_text())

    def trainable(config: dict[str, Any]) -> dict[str, float]:
        from benchmarks.opponents.keras_fit import train_and_log

        return {"test_accuracy": train_and_log(cells[config["cell"]])}

    ray.init(num_cpus=2, include_dashboard=False)
    tune.Tuner(
        tune.with_resources(trainable, {"cpu": 1}),
        param_space={"cell": tune.grid_search(list(range(len(cells))))},
        run_config=tune.RunConfig(storage_path=str(file.parent / "ray-results"), verbose=0),
    ).fit()
    ray.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
