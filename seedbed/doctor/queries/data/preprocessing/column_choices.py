"""What all rows say of a table's columns, by which some are chosen."""

from seedbed.doctor.interpreter.trace import Event
from seedbed.doctor.interpreter.values import Made
from seedbed.doctor.queries.data.estimators import is_estimator
from seedbed.doctor.queries.data.preprocessing.fitted_step import FittedStep
from seedbed.doctor.queries.wording import short

CORRELATIONS = {".corr", ".corrwith"}
IMPORTANCES = {"attr:feature_importances_", "attr:coef_", "attr:support_", "attr:ranking_"}
"""What an estimator has learned by which columns may be chosen."""


def correlation(event: Event) -> FittedStep | None:
    """``table.corr()``, by which columns may be chosen."""
    if event.kind != "call" or event.name not in CORRELATIONS or event.target is None:
        return None
    return FittedStep(event, event.target, [event.result], event.name.lstrip("."), "choice")


def importances(event: Event) -> FittedStep | None:
    """An estimator whose ``feature_importances_`` or ``coef_`` choose columns."""
    made, data = event.target, event.argument("X", 0)
    if event.kind != "call" or event.name != ".fit" or data is None:
        return None
    if not isinstance(made, Made) or not is_estimator(made):
        return None
    return FittedStep(event, data, [made], f"{short(made)}.fit", "importance")
