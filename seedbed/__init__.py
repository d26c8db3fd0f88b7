"""Why is the accuracy different each time, and is the difference real?

    import seedbed

    seedbed.sweep("first")
    seedbed.compare("first", by="batch_size")
    seedbed.spread([75.57, 75.85, 76.39], test_size=6488)

Each function answers one question and returns a result with ``verdict``, ``answer``,
``to_dict()``, ``to_frame()`` and ``figure()``. What a function needs is imported when it is called.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seedbed.analysis.questions.churn import churn
    from seedbed.analysis.questions.compare import compare
    from seedbed.analysis.questions.drift import drift
    from seedbed.analysis.questions.paper import paper
    from seedbed.analysis.questions.predictions import (
        calibration,
        confusion,
        ensemble,
        epochs,
        verification,
    )
    from seedbed.analysis.questions.read import read
    from seedbed.analysis.questions.recorded import numbers, report
    from seedbed.analysis.questions.search import search
    from seedbed.analysis.questions.seeds import seeds
    from seedbed.analysis.questions.sources import sources
    from seedbed.analysis.questions.spread import spread
    from seedbed.runs.recording.own_loop import record
    from seedbed.sweeps.driver.sweep_by_name import sweep

    __version__: str

__all__ = [
    "__version__",
    "calibration",
    "churn",
    "compare",
    "confusion",
    "drift",
    "ensemble",
    "epochs",
    "numbers",
    "paper",
    "read",
    "record",
    "report",
    "search",
    "seeds",
    "sources",
    "spread",
    "sweep",
    "verification",
]

_QUESTIONS = "seedbed.analysis.questions"
_MODULES = {
    **dict.fromkeys(
        ("calibration", "confusion", "ensemble", "epochs", "verification"),
        f"{_QUESTIONS}.predictions",
    ),
    **dict.fromkeys(("numbers", "report"), f"{_QUESTIONS}.recorded"),
    **{
        name: f"{_QUESTIONS}.{name}"
        for name in (
            *("churn", "compare", "drift", "paper", "read", "search", "seeds", "sources", "spread"),
        )
    },
    "record": "seedbed.runs.recording.own_loop",
    "sweep": "seedbed.sweeps.driver.sweep_by_name",
}


def __getattr__(name: str) -> Any:
    """Import a public function when it is first used."""
    if name == "__version__":
        from seedbed.system.code_version import VERSION

        return VERSION
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from seedbed.system.extras import naming_the_extra, require
    from seedbed.system.processes.environment_variables import variables_kept

    if name == "sweep":
        require("train")
    if name == "record":
        require("mlflow")
    with naming_the_extra():
        function = getattr(import_module(_MODULES[name]), name)
    function = naming_the_extra()(function)  # what it imports when it is called, too
    globals()[name] = variables_kept("MLFLOW_TRACKING_URI")(function)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*(name for name in globals() if name.startswith("__")), *__all__})
