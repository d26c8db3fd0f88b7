"""Every command on recorded sweeps: what is said, what is counted, what is refused."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from scipy import stats

import seedbed
from seedbed.analysis.answers.why.of_sweep import why_recorded
from seedbed.analysis.findings.collect import collect
from seedbed.analysis.report.of_why import with_why_answer
from seedbed.analysis.statistics.arms.new_data import compare_on_new_data
from seedbed.analysis.statistics.epochs import from_other_runs
from seedbed.analysis.statistics.variance.radial_effects import radial_effects
from seedbed.cli.main import main
from seedbed.cli.verbs import ASK
from seedbed.tracking import schema
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.records import Predictions, SweepRecord
from seedbed.tracking.store import Store
from tests.analysis.fake_sweep import predict
from tests.analysis.questions.test_json_documented import documented
from tests.support.recorded import Made, record

pytestmark = pytest.mark.long  # the sweeps that all of them read take half a minute to record

EXAMPLES = 200
DIGITS = np.arange(EXAMPLES) % 10
ALL_VARY = [f"{k:04x}{k:04x}{0:08x}" for k in range(4)]
"""Cells of ``planned`` in which every source varies."""


def predictions(seed: int, error: float = 0.1, labels: Any = DIGITS) -> Predictions:
    """Predictions whose hard examples are the same in every run."""
    hard = np.random.default_rng(0).beta(0.4, 3.6, labels.size)
    wrong = np.clip(hard * error / 0.1, 0.002, 0.9)
    return predict(np.random.default_rng(seed + 100), labels, wrong, 4)


def two_classes(seed: int) -> Predictions:
    """Scores of genuine (1) and impostor (0) trials, one sd apart."""
    rng = np.random.default_rng(seed)
    labels = np.arange(EXAMPLES) % 2
    score = stats.norm.cdf(rng.normal(size=EXAMPLES) + labels - 0.5)
    both = np.column_stack([1 - score, score]).astype(np.float16)
    by_epoch = (score > 0.5).astype(np.uint8)[None, :]
    return Predictions(np.arange(EXAMPLES), labels, both, both, np.repeat(by_epoch, 2, 0))


def crossed() -> list[Made]:
    """3 × 3 seeds of init and order; init alone decides most of the answers."""
    made = []
    for init in range(3):
        for order in range(3):
            found = predictions(init, 0.3)
            noise = predictions(50 + 3 * init + order, 0.3)
            some = np.random.default_rng(order).random(EXAMPLES) < 0.15
            both = np.where(some[:, None], noise.probabilities, found.probabilities)
            by_epoch = np.where(some, noise.labels_by_epoch, found.labels_by_epoch)
            mixed = Predictions(found.example_ids, found.labels, both, both, by_epoch)
            seeds = {"init": init, "order": order, "dropout": 5}
            params = {"seed": 0, "init_seed": init, "order_seed": order}
            made.append(Made(params, predictions=mixed, seeds=seeds))
    return made


def curves(*lengths: int) -> list[Made]:
    """Runs without predictions whose accuracy rises by epoch, with a bump of each run's own."""
    made = []
    for seed, length in enumerate(lengths):
        series = 0.8 + 0.01 * np.arange(length)
        series[seed % length] += 0.05
        made.append(Made({"seed": seed}, 0.9, history={"val_accuracy": series.tolist()}))
    return made


def planned(same_bits: bool = True) -> tuple[list[Made], dict[str, object]]:
    """The attribution plan with 4 runs, 3 baselines and init × order crossed, and its design."""
    made: dict[str, Made] = {}

    def cell(init: int, order: int, repeat: int = 0) -> str:
        name = f"{init:04x}{order:04x}{repeat:08x}"
        labels = predictions(init, 0.3)
        noise = predictions(50 + order + (0 if same_bits else 100 * repeat), 0.3)
        some = np.random.default_rng(order).random(EXAMPLES) < 0.15
        both = np.where(some[:, None], noise.probabilities, labels.probabilities)
        epochs = np.where(some, noise.labels_by_epoch, labels.labels_by_epoch)
        mixed = Predictions(labels.example_ids, labels.labels, both, both, epochs)
        params = {"seed": 0, "init_seed": init, "order_seed": order}
        print_ = f"{init}-{order}-{0 if same_bits else repeat}"
        seeds = {"init": init, "order": order}
        made[name] = Made(params, predictions=mixed, seeds=seeds, fingerprint=print_, cell=name)
        return name

    part = {
        "configuration": {},
        "identical": [cell(0, 0), cell(0, 0, 1)],
        "all": [cell(k, k) for k in range(4)],
        "radial": [
            {"base": cell(k, k), "init": cell(k + 4, k), "order": cell(k, k + 4)} for k in range(3)
        ],
        "crossed": [[cell(i, o) for o in range(3)] for i in range(3)],
    }
    plan = {"name": "attribution", "sources": ["init", "order"], "crossed": ["init", "order"]}
    return list(made.values()), {**plan, "parts": [part]}


def arms(sizes: tuple[int, ...] = (32, 256), seeds: int = 4) -> Iterator[Made]:
    for size in sizes:
        for seed in range(seeds):
            params = {"batch_size": size, "seed": seed, "dataset": "tiny"}
            state = "failed" if (size, seed) == (256, 3) else "finished"
            error = 0.05 if size == 32 else 0.25
            yield Made(params, predictions=predictions(seed + size, error), state=state)  # type: ignore[arg-type]


def bare(scores: list[float], **more: Any) -> list[Made]:
    return [Made({"seed": seed}, accuracy=a, **more) for seed, a in enumerate(scores)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store with small sweeps of every kind."""
    place = tmp_path_factory.mktemp("sweeps")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(place / "store"))
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{place / 'mlflow.db'}")
        store = Store()
        datasets = place / "store" / "cache" / "datasets"
        (datasets / "tiny").mkdir(parents=True)
        images = np.random.default_rng(0).integers(0, 255, (EXAMPLES, 8, 8, 1)).astype(np.uint8)
        np.save(datasets / "tiny" / "images.npy", images)
        runs = place / "runs"
        record(store, runs, "first", arms(), varied=["batch_size"])
        record(store, runs, "three", arms((32, 64, 256)), varied=["batch_size"])
        record(store, runs, "singles", arms((32, 256), seeds=1), varied=["batch_size"])
        record(store, runs, "bare", bare([0.7557, 0.7585, 0.7639]))
        record(store, runs, "alone", bare([0.9]))
        record(store, runs, "pair", bare([0.9, 0.92]))
        record(store, runs, "same", bare([0.9, 0.9, 0.9], fingerprint="f" * 64))
        record(store, runs, "lost", bare([0.9, 0.9], state="killed"))
        record(store, runs, "crossed", crossed(), sources=["init_seed", "order_seed"])
        record(store, runs, "validated", curves(5, 4, 1))
        seeds = ["init_seed", "order_seed"]
        for name, same in (("planned", True), ("free", False)):
            made, plan = planned(same)
            record(store, runs, name, made, sources=seeds, plan=plan)
        made, plan = planned()
        lost = [replace(one, state="failed") if one.cell in ALL_VARY else one for one in made]
        record(store, runs, "unplanned", lost, sources=seeds, plan=plan)
        verified = [
            Made({"seed": seed}, predictions=two_classes(seed), classes=("no", "yes"))
            for seed in range(3)
        ]
        record(store, runs, "verified", verified)
        whole = [Made({"seed": seed}, predictions=predictions(seed)) for seed in range(3)]
        record(store, runs, "misfit", whole)
        torn = [Made({"seed": seed}, predictions=predictions(seed)) for seed in range(3)]
        record(store, runs, "torn", torn)
        mixed = [*bare([0.9, 0.91]), Made({"seed": 2}, 0.93, environment={"python": "3.12.1"})]
        record(store, runs, "mixed", mixed)
        for night, level in enumerate((0.90, 0.91, 0.905, 0.902, 0.908, 0.60, 0.60)):
            record(store, runs, "nightly", bare([level, level + 0.001 * night]))
        searched = [
            Made({"learning_rate": rate, "width": width, "seed": seed}, 0.5 + rate + 0.001 * seed)
            for rate in (0.1, 0.2, 0.3, 0.4)
            for width in (1, 2, 3, 4)
            for seed in (0, 1)
        ]
        fresh = [Made({"learning_rate": 0.4, "width": 1, "seed": s}, 0.88) for s in (7, 8)]
        varied = ["learning_rate", "width"]
        record(store, runs, "searched", searched + fresh, varied=varied, fresh_seeds=[7, 8])
        record(store, runs, "many", searched, varied=varied)
        tear(store, "torn")
        yield place


def predictions_file(store: Store, name: str) -> Path:
    """The first run's predictions file."""
    run = store.client.get_run(read_sweep(name, store).runs[0].run_id)
    return Path(run.info.artifact_uri.removeprefix("file://")) / "predictions.npz"


def forget_digests(store: Store, name: str) -> None:
    """Let the first run's files be as if it had recorded them so, as runs of old versions did."""
    run = store.client.get_run(read_sweep(name, store).runs[0].run_id)
    if schema.TAG_DIGESTS in run.data.tags:
        store.client.delete_tag(run.info.run_id, schema.TAG_DIGESTS)


def tear(store: Store, name: str) -> None:
    """Cut the first run's predictions file in half."""
    path = predictions_file(store, name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


WHOLE = predictions(0)
MISFITS: dict[str, tuple[dict[str, Any], str]] = {
    "an example less": ({"probabilities": WHOLE.probabilities[1:]}, "not of one number of"),
    "few labels": ({"labels": WHOLE.labels[:9]}, "not of one number of examples"),
    "no classes": ({"probabilities": WHOLE.probabilities[:, 0]}, "not of one number of examples"),
    "one epoch, flat": ({"labels_by_epoch": WHOLE.labels}, "not of one number of examples"),
    "nan": ({"probabilities": WHOLE.probabilities * np.nan}, "is not a finite number"),
    "words": ({"labels": np.array(["cat"] * EXAMPLES)}, "is not a whole number but <U3"),
    "halves": ({"labels": WHOLE.labels + 0.5}, "is not a whole number but float64"),
    "below": ({"labels": WHOLE.labels - 1}, "lies outside the 10 classes"),
    "above": ({"labels_by_epoch": WHOLE.labels_by_epoch + 9}, "lies outside the 10 classes"),
}


@pytest.fixture(autouse=True)
def there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_STORE", str(folder / "store"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def answered(*words: object) -> str:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def fields(*words: object) -> dict[str, Any]:
    found = json.loads(answered(*words, "--format", "json"))
    assert isinstance(found, dict)
    return found


def refused(*words: object) -> str:
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert isinstance(result.exception, SystemExit)
    assert "\n" not in result.stderr.strip()
    return result.stderr


def sweep(name: str) -> SweepRecord:
    return read_sweep(name, Store())


class TestSpread:
    def test_known_numbers(self) -> None:
        found = fields("spread", "bare")
        assert found["mean"]["value"] == pytest.approx(0.759367, abs=5e-7)
        assert found["sd"]["value"] == pytest.approx(0.0041681, abs=5e-8)
        assert found["next_run"]["high"] == pytest.approx(0.78008, abs=5e-6)
        assert found["genuine"] is None
        assert found["sweep"]["counts"]["finished"] == 3
        text = answered("spread", "bare")
        assert text.startswith("The runs vary by 0.4168 points (sd of 3 runs")
        assert "3 runs of 3 recorded no predictions" in text

    def test_the_size_of_the_test_set_bounds_the_split(self) -> None:
        found = fields("spread", "bare", "--test-size", 6488)
        bound = np.sqrt(0.759367 * 0.240633 / 6488)
        assert found["finite_test_set"]["value"] == pytest.approx(bound, rel=1e-5)

    def test_each_configuration_with_its_split_and_lost_runs(self) -> None:
        found = fields("spread", "first")
        assert set(found["configurations"]) == {"batch_size=32", "batch_size=256"}
        assert found["configurations"]["batch_size=256"]["n"] == 3
        assert found["configurations"]["batch_size=32"]["cochran_q"] is not None
        assert found["sweep"]["counts"]["failed"] == 1
        assert any("1 of 8 cells has no result: 1 failed" in note for note in found["notes"])
        assert "1 of 8 cells has no result" in answered("spread", "first")

    def test_one_two_and_identical(self) -> None:
        assert "one run says nothing about the spread" in answered("spread", "alone")
        assert "With two runs the intervals are valid" in answered("spread", "pair")
        same = answered("spread", "same")
        assert same == (
            "All 3 runs have one set of weights and scored 90 %: bit-identical: no spread to "
            "estimate.\n"
        )
        assert fields("spread", "same")["identical"] is True

    def test_environments_are_named_before_any_mean(self) -> None:
        text = answered("spread", "mixed")
        assert text.startswith("The runs come from different environments: they differ in python")
        assert "3.12.1" in text.splitlines()[0]

    def test_a_truncated_file_is_named_and_the_rest_is_used(self) -> None:
        text = answered("spread", "torn")
        assert "are unreadable: The predictions of run" in text
        assert "must be a whole npz file, but it is damaged (not what the run recorded)" in text
        assert "the split uses the predictions of 2 runs" in text
        notes = fields("spread", "torn")["notes"]
        assert "are unreadable: The predictions of run" in " ".join(notes)

    @pytest.mark.parametrize("kind", MISFITS)
    def test_arrays_that_do_not_fit_are_named_and_the_rest_is_used(self, kind: str) -> None:
        change, told = MISFITS[kind]
        store = Store()
        np.savez(predictions_file(store, "misfit"), **{**vars(WHOLE), **change})
        forget_digests(store, "misfit")
        text = answered("spread", "misfit")
        assert re.search(f"are unreadable: The predictions of run .* must fit .*{told}", text)
        assert "the split uses the predictions of 2 runs" in text
        for command in ("confusion", "ensemble", "churn", "epochs", "calibration"):
            assert told in answered(command, "misfit"), command


class TestNumbers:
    def test_every_number_of_every_configuration(self) -> None:
        found = fields("numbers", "bare")["configurations"]
        (table,) = found.values()
        assert table["test_accuracy"]["mean"]["value"] == pytest.approx(0.759367, abs=5e-7)
        assert table["test_accuracy"]["sd"]["value"] == pytest.approx(0.0041681, abs=5e-8)
        assert (table["test_accuracy"]["lowest"], table["test_accuracy"]["n"]) == (0.7557, 3)
        assert set(fields("numbers", "first")["configurations"]) == {
            "batch_size=32",
            "batch_size=256",
        }

    def test_what_never_varies_stands_in_one_line(self) -> None:
        assert "The same in every run: test_accuracy 0.9" in answered("numbers", "same")
        lines = answered("numbers", "bare").splitlines()
        assert lines[0].split() == ["number", "runs", "mean", "sd", "lowest", "highest"]
        assert lines[1].split() == ["test_accuracy", "3", "0.7594", "0.004168", "0.7557", "0.7639"]
        assert "no number has a spread" in refused("numbers", "lost")


class TestRefusals:
    def test_nothing_finished(self) -> None:
        for command in ("spread", "sources", "epochs", "search", "churn", "seeds"):
            assert "has no finished run" in refused(command, "lost")
        assert "2 of 2 cells have no result: 2 killed" in refused("spread", "lost")

    def test_unknown_names_the_nearest(self) -> None:
        for command in ("spread", "confusion", "drift", "ensemble", "calibration"):
            assert "no sweep 'frist' in the store; the nearest are first" in refused(
                command, "frist"
            )

    def test_numbers_beside_a_name(self) -> None:
        for command in ("spread", "drift", "seeds"):
            assert "give numbers only, or one sweep's name alone" in refused(command, 75.5, "first")
        assert "give the runs one way" in refused("compare", "first", "--a", 1, "--b", 2)
        assert "not both" in refused("verification", "first", "--dev", "a.csv")

    def test_without_predictions(self) -> None:
        for command in ("confusion", "epochs", "calibration", "ensemble", "churn", "verification"):
            sentence = refused(command, "bare")
            assert "needs predictions, but 3 runs of 3 recorded no predictions" in sentence

    def test_verification_of_ten_classes(self) -> None:
        assert "told 10 classes apart" in refused("verification", "first")

    def test_identical_runs(self) -> None:
        assert "bit-identical" in refused("sources", "same")
        assert "all runs score exactly the same" in refused("seeds", "same")


class TestPaper:
    def test_percent_or_fraction(self) -> None:
        percent = fields("paper", "bare", "--published", 74.5)
        fraction = fields("paper", "bare", "--published", 0.745)
        for found in (percent, fraction):
            assert found["t"] == pytest.approx(-2.98501, abs=5e-6)
            assert found["p"] == pytest.approx(0.09629, abs=5e-6)
        assert percent["mean"]["value"] == pytest.approx(75.9367, abs=5e-5)

    def test_another_test_set(self) -> None:
        words = ("paper", "bare", "--published", 74.5, "--different-test-set")
        assert "needs predictions of two runs or --test-size" in refused(*words)
        assert fields(*words, "--test-size", 6488)["p"] == pytest.approx(0.190, abs=5e-4)
        text = answered("paper", "first", "--published", 0.9, "--different-test-set")
        assert "taken from the runs' own predictions" in text


class TestCompare:
    def test_paired_by_seed_and_on_new_data(self) -> None:
        found = fields("compare", "first", "--by", "batch_size")
        assert (found["a"], found["b"]) == ("batch_size=32", "batch_size=256")
        assert (found["paired"], found["n_a"]) == (True, 3)
        runs = {run.name: run.metrics["test_accuracy"] for run in sweep("first").finished}
        a = [runs[f"32 · seed {s}, dataset tiny · batch_size"] for s in range(3)]
        b = [runs[f"256 · seed {s}, dataset tiny · batch_size"] for s in range(3)]
        oracle = stats.ttest_rel(a, b)
        assert found["t"] == pytest.approx(oracle.statistic)
        assert found["p"] == pytest.approx(oracle.pvalue)
        lost = "1 run is left out, because a run of the same seed has no result."
        assert lost in found["notes"]
        assert found["new_data"]["difference"]["value"] == pytest.approx(np.mean(a) - np.mean(b))
        width = found["new_data"]["difference"]
        same_set = found["difference"]
        assert width["high"] > width["low"]
        assert same_set["value"] == pytest.approx(width["value"])

    def test_new_data_is_the_statistic_on_the_answers(self) -> None:
        found = fields("compare", "first", "--unpaired")["new_data"]
        right: dict[int, list[Any]] = {32: [], 256: []}
        for one in sweep("first").finished:
            assert one.load_predictions is not None
            given = one.load_predictions()
            right[int(str(one.options["batch_size"]))].append(given.predicted == given.labels)
        oracle = compare_on_new_data(np.array(right[32]), np.array(right[256]), paired=False)
        assert found["p"] == pytest.approx(oracle.p)

    def test_three_on_new_data(self) -> None:
        pairs = fields("compare", "three")["comparisons"]
        assert len(pairs) == 3
        right: dict[int, list[Any]] = {32: [], 64: [], 256: []}
        for one in sweep("three").finished:
            assert one.load_predictions is not None
            if one.options["seed"] != 3:  # it failed in one arm, so no arm keeps it
                given = one.load_predictions()
                right[int(str(one.options["batch_size"]))].append(given.predicted == given.labels)
        oracle = compare_on_new_data(np.array(right[32]), np.array(right[256]))
        assert pairs[1]["new_data"]["p"] == pytest.approx(oracle.p)
        assert pairs[1]["new_data_adjusted"] >= pairs[1]["new_data"]["p"]
        assert answered("compare", "three").lower().count("on new data") == 3
        assert "scores alone cannot say" in answered("compare", "many")

    def test_one_run_each_is_two_models(self) -> None:
        found = fields("compare", "singles")
        assert (found["n_a"], found["n_b"], found["p"]) == (1, 1, None)
        assert 0 < found["mcnemar"] <= 1
        assert "may behave differently" in answered("compare", "singles")

    def test_control_and_verdict(self) -> None:
        found = fields("compare", "first", "--by", "batch_size", "--control", 32)
        assert (found["a"], found["b"]) == ("batch_size=256", "batch_size=32")
        result = run("compare", "first", "--unpaired", "--fail-on", "undecided")
        assert result.exit_code == 1
        assert result.stdout.startswith(
            "It is undecided whether batch_size=32 or batch_size=256 scores higher: batch_size=32 "
            "scores 16.25 points higher than batch_size=256 here, which can be chance, or come "
            "from the runs that failed"
        )
        assert "1 run of batch_size=256 failed, and no verdict is given that" in result.stdout

    def test_a_failed_run_is_bounded_and_the_test_set_known(self) -> None:
        found = fields("compare", "first")
        assert (found["failed_a"], found["failed_b"], found["n_a"]) == (0, 1, 3)
        assert found["p_failures"] == pytest.approx(stats.binomtest(3, 4).pvalue)
        assert found["step"] == 1 / EXAMPLES
        many = fields("compare", "three")["comparisons"]
        assert [pair["n_a"] for pair in many] == [4, 3, 3]
        assert [pair["failed_b"] for pair in many] == [0, 1, 1]

    def test_many_by_one_option_pair_within_the_other(self) -> None:
        found = fields("compare", "many", "--by", "learning_rate")
        assert found["method"] == "holm"
        assert len(found["comparisons"]) == 6
        assert all(pair["paired"] for pair in found["comparisons"])

    def test_what_cannot_be_compared(self) -> None:
        assert "no option 'bath': the options that vary are batch_size" in refused(
            "compare", "first", "--by", "bath"
        )
        assert "dataset is the same in every run" in refused("compare", "first", "--by", "dataset")
        assert "there is one configuration only" in refused("compare", "bare")
        assert "no configuration is called '64'" in refused("compare", "first", "--control", "64")


class TestOthers:
    def test_seeds(self) -> None:
        found = fields("seeds", "bare")
        assert found["sd"]["value"] == pytest.approx(0.0041681, abs=5e-8)
        assert fields("seeds", "bare", "--half-width", 0.002)["pilot"] == 3

    def test_confusion(self) -> None:
        found = fields("confusion", "first")["configurations"]["batch_size=32"]
        assert found["runs"] == 4
        assert found["classes"] == list("0123456789")
        runs = [r for r in sweep("first").finished if r.options["batch_size"] == 32]
        mean = np.mean([r.metrics["test_accuracy"] for r in runs])
        assert found["accuracy"]["value"] == pytest.approx(mean)

    def test_drift_over_nights_of_one_name(self) -> None:
        result = run("drift", "nightly", "--fail-on", "drift", "--format", "json")
        assert result.exit_code == 1
        found = json.loads(result.stdout)
        assert found["alarm"] == 6
        assert len(found["q"]) == 5
        assert "1 night is no more than a baseline" in answered("drift", "bare")

    def test_sources_of_a_crossed_design(self) -> None:
        found = fields("sources", "crossed")
        assert [one["source"] for one in found["sources"]] == ["init", "order"]
        assert found["measure"] == "predictions"
        left = {one["source"]: one["left"]["value"] for one in found["sources"]}
        assert left["init"] > 2 * left["order"]
        assert found["crossed"]["first"]["value"] > found["crossed"]["second"]["value"]
        shares = [found["crossed"][key]["value"] for key in ("first", "second", "interaction")]
        assert sum(shares) == pytest.approx(1)

    def test_the_parts_of_the_plan_are_read_from_its_design(self) -> None:
        found = fields("sources", "planned")
        assert found["identical"] is True
        runs = {run.cell: run.metrics["test_accuracy"] for run in sweep("planned").finished}

        def score(init: int, order: int) -> float:
            return runs[f"{init:04x}{order:04x}{0:08x}"]

        base = [score(k, k) for k in range(3)]
        changed = {
            "init": [score(k + 4, k) for k in range(3)],
            "order": [score(k, k + 4) for k in range(3)],
        }
        oracle = radial_effects(base, changed, [score(k, k) for k in range(4)])
        assert [one["source"] for one in found["radial"]] == ["init", "order"]
        for one, effect in zip(found["radial"], oracle, strict=True):
            assert one["left_sd"]["value"] == pytest.approx(effect.left_sd.value)
            assert effect.share is not None
            assert one["share"]["high"] == pytest.approx(effect.share.high)
        assert found["crossed"]["first"]["value"] > found["crossed"]["second"]["value"]
        text = answered("sources", "planned")
        assert "Two runs with the same seeds gave the same weights bit by bit" in text
        assert "In the crossed runs init makes" in text

    def test_the_report_of_a_plan_begins_as_why_does(self) -> None:
        found = with_why_answer(collect(sweep("planned")), sweep("planned"))
        assert found.headline == why_recorded("planned").sentences[0]
        assert found.headline.startswith("The first weights make")
        assert found.answer == "sources"
        assert any(one.startswith("Runs of") for one in found.detail), "its spread follows"
        for name in ("first", "bare"):
            plain = collect(sweep(name))
            assert with_why_answer(plain, sweep(name)) is plain

    @pytest.mark.parametrize("name", ["planned", "free"])
    def test_means_of_the_plan_are_over_the_runs_in_which_every_source_varies(
        self, name: str
    ) -> None:
        every = {run.cell: run.metrics["test_accuracy"] for run in sweep(name).finished}
        known = np.array([every[cell] for cell in ALL_VARY])
        found = fields("spread", name)
        assert found["mean"]["value"] == pytest.approx(known.mean())
        assert found["sd"]["value"] == pytest.approx(known.std(ddof=1))
        others = len({run.fingerprint for run in sweep(name).finished}) - len(ALL_VARY)
        said = (
            "Means, spreads and comparisons are over the 4 runs of the attribution plan in which "
            f"every source varies. {others} more share seeds with them"
        )
        assert any(note.startswith(said) for note in found["notes"])
        assert not any("share seeds of" in note for note in found["notes"])
        assert said in answered("spread", name)
        assert fields("seeds", name)["n"] == fields("paper", name, "--published", 0.5)["n"] == 4
        table = fields("numbers", name)["configurations"]
        numbers = table["the only configuration"]["test_accuracy"]
        assert numbers["n"] == 4
        assert numbers["mean"]["value"] == pytest.approx(known.mean())
        arm = collect(sweep(name)).arms[0]
        assert arm.spread is not None
        assert (arm.spread.n, len(arm.others)) == (4, others)
        assert arm.shares is not None
        assert said in answered("report", name, "--format", "markdown")

    def test_a_plan_without_such_runs_warns_that_seeds_are_shared(self) -> None:
        found = fields("spread", "unplanned")
        assert found["mean"]["n"] > 4
        assert any("share seeds of init_seed and order_seed" in one for one in found["notes"])

    def test_seeds_that_do_not_repeat_the_weights_are_named(self) -> None:
        assert fields("sources", "free")["identical"] is False
        assert "something without a seed" in answered("sources", "free")
        assert fields("sources", "crossed")["identical"] is None

    def test_sources_that_always_change_together_are_unresolved(self) -> None:
        text = answered("sources", "bare")
        assert text.startswith("These runs cannot tell the sources apart (init, order")
        assert "To tell them apart: 2 runs with the same seeds" in text

    def test_epochs(self) -> None:
        found = fields("epochs", "crossed")
        gap = found["best"]["value"] - found["honest"]["value"]
        assert found["optimism"]["value"] == pytest.approx(gap)
        assert found["optimism"]["value"] >= 0
        assert all(1 <= epoch <= 4 for epoch in found["epochs"])

    def test_epochs_without_predictions(self) -> None:
        found = fields("epochs", "validated")
        assert (found["measure"], found["lower_bound"], found["n"]) == ("val_accuracy", True, 2)
        rows = [one.history["val_accuracy"][:4] for one in curves(5, 4)]
        oracle = from_other_runs(np.array(rows)).optimism.value
        assert found["optimism"]["value"] == pytest.approx(oracle)
        text = answered("epochs", "validated")
        assert text.startswith(
            "Choosing the best epoch on the validation set adds at least 5 points"
        )
        assert "3 runs of 3 recorded no predictions." in text
        assert "1 run of 3 recorded no such curve." in text
        assert "Only the first 4 of up to 5 epochs are in every run." in text

    def test_calibration_and_ensemble(self) -> None:
        found = fields("calibration", "first")["configurations"]["batch_size=32"]
        assert found["examples"] == EXAMPLES
        assert 0 <= found["ece"]["value"] <= 1
        together = fields("ensemble", "first")["configurations"]["batch_size=32"]
        assert together["brier"][-1]["value"] < together["brier"][0]["value"]
        assert together["limit"]["value"] < together["member"]["value"]

    def test_churn_draws_the_examples(self, tmp_path: Path) -> None:
        found = fields("churn", "first", "--output", tmp_path)["configurations"]
        for one in found.values():
            assert 0 < one["churn"]["value"] < 1
            assert Path(one["picture"]).read_bytes().startswith(b"\x89PNG")
            assert one["changing"] >= len(one["disputed"])
        assert {path.name for path in tmp_path.iterdir()} == {"churn-1.png", "churn-2.png"}
        assert "votes only" not in answered("churn", "first", "--output", tmp_path)
        assert "votes only" in answered("churn", "crossed", "--output", tmp_path)

    def test_churn_needs_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        assert "choose another one with --output" in refused(
            "churn", "crossed", "--output", tmp_path / "file" / "below"
        )

    def test_verification_of_two_classes(self) -> None:
        found = fields("verification", "verified")
        assert found["hter"]["n"] == 3
        assert found["hter"]["value"] == pytest.approx(stats.norm.cdf(-0.5), abs=0.08)
        assert found["eer_hull"] <= found["eer"]
        assert (found["impostors"], found["genuine"]) == (50, 50)

    def test_search_keeps_fresh_seeds_apart_and_finds_what_mattered(self) -> None:
        found = fields("search", "searched")
        assert found["winner"].startswith("learning_rate=0.4")
        assert found["value"] == pytest.approx(0.9005)
        assert found["runs"] == 32
        assert found["expected_best"][-1]["value"] == pytest.approx(0.9005)
        assert found["importances"]["learning_rate"] > 0.95
        assert found["fresh"]["learning_rate=0.4 width=1"]["value"] == pytest.approx(0.88)
        assert "ask `spread` instead" in refused("search", "bare")

    def test_everything_else_takes_the_fresh_seeds_of_a_search_alone(self) -> None:
        found = fields("spread", "searched")
        assert found["mean"] == {**found["mean"], "value": pytest.approx(0.88), "n": 2}
        (note,) = (note for note in found["notes"] if "fresh seeds (7 and 8)" in note)
        assert "2 of 34 runs" in note
        assert found["sweep"]["counts"]["finished"] == 34
        assert "there is one configuration only on fresh seeds" in refused("compare", "searched")


FORMS = {"json": "{", "markdown": "", "csv": "quantity,"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("command", [name for name in ASK if name not in ("report", "serve")])
def test_every_command_prints_every_form(command: str, form: str, tmp_path: Path) -> None:
    name = {"sources": "crossed", "verification": "verified"}.get(command, "first")
    more = {"paper": ["--published", "0.9"], "churn": ["--output", str(tmp_path)]}.get(command, [])
    text = answered(command, name, *more, "--format", form)
    assert text.startswith(FORMS[form])
    if form == "markdown":
        assert re.search(r"^\| quantity \|", text, flags=re.MULTILINE)


@pytest.mark.parametrize("command", [name for name in ASK if name not in ("report", "serve")])
def test_every_command_answers_as_its_function_does(command: str, tmp_path: Path) -> None:
    name = {"sources": "crossed", "verification": "verified"}.get(command, "first")
    more: dict[str, tuple[list[str], dict[str, Any]]] = {
        "paper": (["--published", "0.9"], {"published": 0.9}),
        "churn": (["--output", str(tmp_path)], {"output": tmp_path}),
    }
    words, keywords = more.get(command, ([], {}))
    result = getattr(seedbed, command)(name, **keywords)
    assert fields(command, name, *words) == result.to_dict()
    assert answered(command, name, *words).startswith(result.text)
    assert result.figure().axes
    assert result.answer in repr(result)


@pytest.mark.long
def test_the_report_prints_every_form_and_fails_on_its_verdict(tmp_path: Path) -> None:
    words = ("report", "first", "--output", tmp_path)
    (tmp_path / "of somebody else.txt").write_text("not the report's")
    found = json.loads(answered(*words, "--format", "json"))
    assert found["sweep"] == "first"
    client = Store().client
    logged = {Path(f.path).name for f in client.list_artifacts(sweep("first").run_id, "report")}
    written = {path.name for path in tmp_path.iterdir()}
    assert written - logged == {"of somebody else.txt"}
    assert {"report.html", "runs.png", "runs.csv", "best_epoch.png", "spread_split.csv"} <= logged
    run_of = client.get_run(sweep("first").run_id)
    assert {"accuracy_mean", "accuracy_sd", "difference"} <= set(run_of.data.metrics)
    description = run_of.data.tags["mlflow.note.content"].replace("\\", "")
    assert description.startswith(f"**{found['headline']}**")
    looks = run_of.data.tags[schema.TAG_LOOKS]
    assert looks.isdigit(), "the sweep remembers at how many runs its verdict was given"
    assert read_sweep("first", Store()).looks == (int(looks),)
    assert found["answer"] in {"different", "undecided"}
    assert answered(*words, "--format", "markdown").startswith("# first?")
    assert answered(*words, "--format", "csv").startswith("configuration,runs,")
    assert answered(*words).startswith(found["headline"][:40])
    assert run(*words, "--fail-on", found["answer"]).exit_code == 1
    assert run(*words, "--fail-on", "equivalent").exit_code == 0


@pytest.mark.parametrize(
    ("command", "table"),
    [
        ("spread bare", 0),
        ("paper bare --published 74.5", 0),
        ("compare first", 0),
        ("compare many", 1),
        ("seeds bare", 2),
        ("confusion torn", 0),
        ("drift nightly", 0),
        ("verification verified", 0),
        ("sources crossed", 0),
        ("epochs crossed", 0),
        ("calibration crossed", 0),
        ("ensemble crossed", 0),
        ("churn crossed", 0),
        ("search searched", 0),
    ],
)
def test_keys_are_the_documented_ones(command: str, table: int) -> None:
    words = command.split()
    about = {"sweep", "notes"}
    assert set(fields(*words)) == documented(words[0], table) | about


def test_what_is_said_of_the_sweep_is_documented() -> None:
    found = fields("spread", "first")
    assert set(found) == {"configurations", "sweep", "notes"}
    document = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    for name, value in (("sweep", found["sweep"]), ("counts", found["sweep"]["counts"])):
        shape = re.search(rf"`{name}`[^`]*`\{{([^}}]+)\}}`", document)
        assert shape is not None
        assert list(value) == shape.group(1).split(", ")
