"""A view of MLflow's UI that shows the runs of a sweep as charts, grouped by configuration.

MLflow keeps charts in each browser. A view that is shared lies in a tag of the experiment, and an
address with its key opens it in any browser (MLflow 3.17).
"""

import json

from seedbed.tracking.schema import SCORE, TAG_CONFIGURATION, VAL_ACCURACY
from seedbed.tracking.store import Store
from seedbed.tracking.ui_links import view_key

TAG = "mlflow.sharedViewState."
"""MLflow's own name; the view's key follows."""
SECTION = "seedbed"


def share_charts(store: Store, experiment_id: str, run_id: str) -> None:
    """Let ``charts_link`` open the charts of a sweep.

    Args:
        store: Where the sweep is recorded.
        experiment_id: MLflow's id of its experiment.
        run_id: MLflow's id of its parent run.

    Raises:
        StoreError: The store cannot be reached.
    """
    text = json.dumps(_view(run_id))
    with store.explained():
        store.client.set_experiment_tag(experiment_id, TAG + view_key(run_id), text)


def _view(run_id: str) -> dict[str, object]:
    by = {"mode": "tag", "groupByData": TAG_CONFIGURATION}
    section = {"uuid": SECTION, "name": "Test accuracy", "display": True, "isReordered": False}
    curve = {
        "selectedMetricKeys": [VAL_ACCURACY],
        "xAxisKey": "step",
        "xAxisScaleType": "linear",
        "scaleType": "linear",
        "lineSmoothness": 0,
        "selectedXAxisMetricKey": "",
    }
    return {
        "searchFilter": f"tags.`mlflow.parentRunId` = '{run_id}'",
        "groupBy": {"aggregateFunction": "average", "groupByKeys": [by]},
        "useGroupedValuesInCharts": True,
        "compareRunCharts": [_chart("BAR", SCORE), _chart("LINE", VAL_ACCURACY) | curve],
        "compareRunSections": [{**section, "deleted": False, "isGenerated": False}],
    }


def _chart(kind: str, metric: str) -> dict[str, object]:
    return {
        "uuid": f"{SECTION}-{metric}",
        "type": kind,
        "metricKey": metric,
        "metricSectionId": SECTION,
        "runsCountToCompare": 10,
        "deleted": False,
        "isGenerated": False,
    }
