"""Every filter that the guide gives, asked of a real store."""

import re
from pathlib import Path

import pytest

from seedbed.analysis.report.publish import publish
from seedbed.tracking.schema import TAG_HEADLINE, TAG_VERDICT
from seedbed.tracking.store import Store
from tests.support.recorded import Made, record
from tests.support.ui import sweep

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "mlflow-ui.md"
FILTERS = re.findall(r"^\| .+ \| `(.+)` \|$", GUIDE.read_text().split("## Filters")[1], re.M)
NEAR = (0.951, 0.949, 0.953, 0.950)
FAR = (0.70, 0.71, 0.69, 0.70)


def made(near: bool) -> list[Made]:
    second = (*NEAR[1:], NEAR[0]) if near else FAR
    both = {32: NEAR, 256: second}
    return [
        Made({"batch_size": batch, "seed": seed, "dataset": "digits"}, accuracy=scores[seed])
        for seed in range(4)
        for batch, scores in both.items()
    ]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> dict[str, list[str]]:
    """Filter → names of what it finds, newest first; ``all`` has everything."""
    folder = tmp_path_factory.mktemp("filters")
    path = folder / "mlflow.db"
    path.write_bytes(empty_database.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(folder / "store"))
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{path}")
        store = Store()
        for name, runs in (("first", made(near=False)), ("close", made(near=True))):
            lost = Made({"batch_size": 32, "seed": 9, "dataset": "mnist5k"}, state="stopped")
            record(store, folder / "runs", name, [*runs, lost], varied=["batch_size"])
            publish(name, store)
        sweep(store, "going", state="running")
        ids = [store.experiment_id("mnist_cnn")]
        return {
            wanted: [r.info.run_name for r in store.client.search_runs(ids, wanted)]
            for wanted in ("", *FILTERS)
        } | {
            key: [run.data.tags.get(key, "") for run in store.runs("tags.kind = 'sweep'", ids)]
            for key in (TAG_VERDICT, TAG_HEADLINE)
        }  # fmt: skip


def test_there_are_filters() -> None:
    assert len(FILTERS) >= 12


@pytest.mark.parametrize("wanted", FILTERS)
def test_a_filter_of_the_guide_finds_something_and_not_everything(
    asked: dict[str, list[str]], wanted: str
) -> None:
    assert 0 < len(asked[wanted]) < len(asked[""])


def test_what_they_find(asked: dict[str, list[str]]) -> None:
    def names(wanted: str) -> set[str]:
        return {name.split(" 20")[0] for name in asked[wanted]}

    assert names("tags.kind = 'sweep'") == {"first", "close", "going"}
    assert names("tags.verdict = 'different'") == {"first"}
    assert names("attributes.status = 'RUNNING'") == {"going"}
    assert len(asked["tags.sweep = 'first' AND tags.kind = 'run'"]) == 9
    assert names("tags.configuration = 'batch_size=32'") == {
        f"32 · seed {seed}, dataset digits · batch_size" for seed in range(4)
    } | {"32 · seed 9, dataset mnist5k · batch_size"}
    assert sorted(asked[TAG_VERDICT]) == ["", "different", "undecided"]
    assert all(one.endswith(".") for one in asked[TAG_HEADLINE] if one)
