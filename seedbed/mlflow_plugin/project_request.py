"""What ``mlflow run URI --backend seedbed`` asks for: seeds, crossed parameters, the score."""

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seedbed.system.errors import InputError
from seedbed.system.text.did_you_mean import nearest

OURS = ("seeds", "parameter", "metric", "cross", "maximize")
"""Keys of ``--backend-config`` that are Seedbed's."""
MLFLOWS = (
    *("ENV_MANAGER", "SYNCHRONOUS", "DOCKER_ARGS", "STORAGE_DIR", "build_image", "docker_auth"),
    "_mlflow_local_backend_run_id",
)
"""Keys that ``mlflow run`` adds itself."""


@dataclass(frozen=True)
class ProjectRequest:
    """A sweep over an MLflow project.

    Attributes:
        parameter: Parameter that numbers the repeats.
        is_named: Whether it was asked for by name.
        seeds: Its values.
        crossed: Parameter → its values, of those with several.
        fixed: The other parameters.
        metric: The score; None to choose it.
        maximize: Whether higher is better; None by the metric's name.
    """

    parameter: str
    is_named: bool
    seeds: tuple[int, ...]
    crossed: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, str]
    metric: str | None
    maximize: bool | None

    def cells(self) -> list[dict[str, str]]:
        """The parameters of each run, seed by seed, so that an early stop leaves balanced arms."""
        arms = [
            dict(zip(self.crossed, values, strict=True))
            for values in itertools.product(*self.crossed.values())
        ]
        return [
            {**self.fixed, **arm, self.parameter: str(seed)} for seed in self.seeds for arm in arms
        ]

    def key(self, params: Mapping[str, str]) -> tuple[str | None, ...]:
        """What tells the runs of the sweep apart, of a run's parameters."""
        return tuple(params.get(name) for name in (*self.crossed, self.parameter))

    def identity(self, uri: str, version: str | None, entry_point: str) -> str:
        """Digits that name the sweep: the same command again, or one with more seeds, resumes it.

        Args:
            uri: The project.
            version: Its commit or branch.
            entry_point: What of it is run.
        """
        what = [uri, version, entry_point, self.parameter, dict(self.fixed), dict(self.crossed)]
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


def request_of(config: Mapping[str, Any], params: Mapping[str, object]) -> ProjectRequest:
    """Read ``--backend-config`` and ``-P``.

    Args:
        config: The configuration.
        params: The parameters; one with commas takes each of its values in turn.

    Raises:
        InputError: An unknown key, or a value that makes no sense.
    """
    for key in config:
        if key not in OURS and key not in MLFLOWS:
            raise InputError(
                f"--backend-config has no key {key!r}{nearest(key, OURS)}; the keys are "
                f"{', '.join(OURS)}"
            )
    parameter = config.get("parameter", "seed")
    if not isinstance(parameter, str) or not parameter:
        raise InputError(f"parameter must be the name of one, such as 'seed', got {parameter!r}")
    if parameter in params:
        raise InputError(
            f"-P {parameter} must be left out, because the sweep sets it: name the values as seeds "
            "in --backend-config"
        )
    cross = config.get("cross")
    crossed = {
        name: tuple(part.strip() for part in str(value).split(","))
        for name, value in params.items()
        if "," in str(value) and (cross is None or name in cross)
    }
    for name, values in crossed.items():
        if "" in values or len(set(values)) < len(values):
            raise InputError(
                f"-P {name} must be different values between commas, got {params[name]!r}: give "
                '"cross": [] in --backend-config if it is one value'
            )
    return ProjectRequest(
        parameter,
        "parameter" in config,
        _seeds(config.get("seeds", 5)),
        crossed,
        {name: str(value) for name, value in params.items() if name not in crossed},
        config.get("metric"),
        config.get("maximize"),
    )


def _seeds(given: object) -> tuple[int, ...]:
    values = list(range(given)) if type(given) is int and 0 < given <= 10_000 else given
    if (
        not isinstance(values, list)
        or not values
        or not all(type(one) is int and one >= 0 for one in values)
        or len(set(values)) < len(values)
    ):
        raise InputError(
            f"seeds must be a number of seeds or a list of different whole numbers, got {given!r}"
        )
    return tuple(values)
