"""Ray Tune with two workers of one core over Keras' fit, each trial logged with MLflow."""

import json
import sys
from pathlib import Path
from typing import Any


def main(file: Path, packages: str) -> None:
    """Train every cell of the file, two at a time."""
    sys.path.append(packages)
    import ray
    from ray import tune

    root = str(Path(__file__).parents[2])
    cells = json.loads(file.read_text())

    def trainable(config: dict[str, Any]) -> dict[str, float]:
        from benchmarks.opponents.keras_fit import train_and_log

        return {"test_accuracy": train_and_log(cells[config["cell"]])}

    paths = {"PYTHONPATH": f"{root}:{packages}"}
    ray.init(num_cpus=2, include_dashboard=False, runtime_env={"env_vars": paths})
    tune.Tuner(
        tune.with_resources(trainable, {"cpu": 1}),
        param_space={"cell": tune.grid_search(list(range(len(cells))))},
        run_config=tune.RunConfig(storage_path=str(file.parent / "ray-results"), verbose=0),
    ).fit()
    ray.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
