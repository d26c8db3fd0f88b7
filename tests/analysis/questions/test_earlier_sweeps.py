"""``compare --prior-sd``: earlier sweeps of the same experiment and data set, and no others."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from seedbed import compare
from seedbed.system.errors import InputError
from seedbed.tracking.store import Store
from tests.analysis.asking import refused
from tests.support.recorded import Made, record


def arms(low: float, dataset: str = "tiny") -> list[Made]:
    """Two arms of three runs each, 1 point apart, with an sd of .2 points."""
    return [
        Made(
            {"batch_size": size, "seed": seed, "dataset": dataset},
            accuracy=low + 0.01 * (size == 32) + 0.002 * seed,
        )
        for size in (32, 256)
        for seed in range(3)
    ]


@pytest.fixture(scope="module", autouse=True)
def _store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    place = tmp_path_factory.mktemp("earlier")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(place / "store"))
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{place / 'mlflow.db'}")
        store, runs = Store(), place / "runs"
        record(store, runs, "before", arms(0.90), varied=["batch_size"])
        record(store, runs, "elsewhere", arms(0.90, "other"), varied=["batch_size"])
        record(store, runs, "now", arms(0.92), varied=["batch_size"])
        for name, digest in (("old files", "a" * 64), ("new files", "b" * 64)):
            made = [replace(one, environment={"data_sha256": digest}) for one in arms(0.9, "mine")]
            record(store, runs, name, made, varied=["batch_size"])
        yield


def test_earlier_sweeps_of_the_same_data_set_count_and_others_do_not() -> None:
    for asked, source in (("before", "sweep before"), ("auto", "1 earlier sweep")):
        said = compare("now", paired=False, prior_sd=asked).text
        assert f"moved towards the prior sd of 0.2 points ({source}, 4 df)" in said
    alone = compare("now", paired=False).to_dict()
    helped = compare("now", paired=False, prior_sd="auto").to_dict()
    assert isinstance(helped["p"], float)
    assert isinstance(alone["p"], float)
    assert helped["p"] < alone["p"]


def test_what_says_nothing_about_these_runs_is_refused() -> None:
    for asked, said in (
        ("elsewhere", r"it has another data set \(other, not tiny\)"),
        ("now", "must be another sweep"),
        ("nowhere", "There is no sweep 'nowhere'"),
        (0.2, "has no unit"),
        ("0points", "must be a number above 0"),
        ("60points", "must be at most 50 points, the largest sd of accuracies, got 60points"),
    ):
        with pytest.raises(InputError, match=said):
            compare("now", paired=False, prior_sd=asked)
    later = "it began after 'before', and a prior must be known before the runs that it helps"
    with pytest.raises(InputError, match=later):
        compare("before", paired=False, prior_sd="now")
    with pytest.raises(InputError, match="needs unpaired runs"):
        compare("now", prior_sd="auto")
    with pytest.raises(InputError, match="earlier runs that differ"):
        compare("before", paired=False, prior_sd="auto")


def test_a_data_set_whose_content_changed_is_another_one() -> None:
    said = refused("compare", "new files", "--unpaired", "--prior-sd", "old files")
    assert said.endswith(
        "--prior-sd old files: its data have the same name (mine) but other content; its sd says "
        "nothing about these runs"
    )
    with pytest.raises(InputError, match="earlier runs that differ, got 0 earlier sweeps"):
        compare("new files", paired=False, prior_sd="auto")


def test_a_prior_of_another_data_set_is_refused_by_the_command() -> None:
    said = refused("compare", "now", "--unpaired", "--prior-sd", "elsewhere")
    assert "it has another data set (other, not tiny); its sd says nothing" in said
