"""An interval of a number ends where the number itself must end."""

from math import inf

import numpy as np
import pytest

from seedbed.analysis.answers.inputs.imported.metric_choice import unit_of_metric
from seedbed.analysis.statistics.spread import describe


@pytest.mark.parametrize(
    ("name", "scores", "limits"),
    [
        ("printed test mse", [1.0, 9.0, 30.0], (0, inf)),
        ("mean_absolute_error", [0.1, 2.0], (0, inf)),
        ("evaluate loss", [0.01, 0.5], (0, inf)),
        ("loss", [-1.0, 0.5], (-inf, inf)),  # a log density
        ("neg_mean_squared_error", [-9.0, -1.0], (-inf, 0)),
        ("r2_score", [0.4, 0.99], (-inf, 1)),
        ("matthews_corrcoef", [-0.2, 0.9], (-1, 1)),
        ("roc_auc_score", [0.99, 0.9], (0, 1)),
        ("printed f1", [99.0, 88.0], (0, 100)),
        ("test accuracy", [0.99, 0.9], (0, 1)),
        ("reward", [3.0, 9.0], (-inf, inf)),
    ],
)
def test_limits_follow_from_the_name(
    name: str, scores: list[float], limits: tuple[float, float]
) -> None:
    values = np.array(scores)
    unit = unit_of_metric(name, values, maximize=None)
    assert unit.limits == pytest.approx(limits)
    following = describe(values).within(*unit.limits).next_run
    assert following.low is not None
    assert following.high is not None
    assert limits[0] <= following.low
    assert following.high <= limits[1]
