"""The command line on plain numbers and files."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

import seedbed
from seedbed.analysis.statistics.arms.new_data import compare_on_new_data
from seedbed.analysis.statistics.published import example_test_set_sd
from seedbed.analysis.statistics.stopping.plan import runs_needed
from seedbed.analysis.statistics.stopping.sequential import boundaries
from tests.analysis.asking import answers, fields, refused, run, value, write

ROOT = Path(__file__).parents[2]
THREE = ["75.57", "75.85", "76.39"]


def test_as_a_program() -> None:
    command = [sys.executable, "-m", "seedbed", "spread", *THREE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The runs vary by 0.4168 points (sd of 3 runs")
    bad = subprocess.run([*command, "nan"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr.startswith("Error: accuracies must be finite")


class TestSpread:
    def test_numbers(self) -> None:
        found = fields("spread", *THREE, "--test-size", 6488)
        assert value(found["mean"]) == pytest.approx(75.9367, abs=5e-5)
        assert value(found["sd"]) == pytest.approx(0.41681, abs=5e-6)
        assert isinstance(found["next_run"], dict)
        assert found["next_run"]["high"] == pytest.approx(78.008, abs=5e-4)
        assert set(found["next_run"]) == {"value", "low", "high", "level", "n", "method"}
        bound = 100 * np.sqrt(0.759367 * 0.240633 / 6488)
        assert value(found["finite_test_set"]) == pytest.approx(bound, rel=1e-5)
        assert (found["F"], found["cochran_q"]) == (None, None)

    @pytest.mark.parametrize(
        ("scores", "most"), [(("0.9", "0.95", "1"), 1.0), ((90, 95, 100), 100.0), ((0, 3), 100.0)]
    )
    def test_no_interval_goes_beyond_what_an_accuracy_can_be(
        self, scores: tuple[object, ...], most: float
    ) -> None:
        found = fields("spread", *scores)
        mean, next_run = found["mean"], found["next_run"]
        assert isinstance(mean, dict)
        assert isinstance(next_run, dict)
        for estimate in (mean, next_run):
            assert 0 <= estimate["low"] < estimate["high"] <= most
        assert 0 in (next_run["low"], most - next_run["high"])
        low = f"{100 / most * next_run['low']:.4g} %"
        assert f"between {low} and " in run("spread", *scores).stdout

    def test_more_spread_than_a_test_set_can_make(self) -> None:
        result = run("spread", 70, 75, 80, 73, 78, "--test-size", 10_000)
        assert "so the models themselves vary, by at least" in result.stdout

    def test_answers(self, tmp_path: Path) -> None:
        found = fields("spread", "--correct", answers(tmp_path / "m.csv"))
        assert found["F"] is not None
        assert found["p"] is not None
        assert found["cochran_q"] is not None
        assert isinstance(found["genuine"], dict)
        assert found["genuine"]["low"] < found["genuine"]["value"] < found["genuine"]["high"]
        text = run("spread", "--correct", tmp_path / "m.csv").stdout
        assert "is sampling noise of the test set" in text

    def test_models_that_may_not_vary_have_no_spread_below_zero(self, tmp_path: Path) -> None:
        right = np.random.default_rng(1).random((4, 400)) < 0.8
        np.savetxt(tmp_path / "m.csv", right, fmt="%d", delimiter=",")
        text = run("spread", "--correct", tmp_path / "m.csv").stdout
        assert "do not show that the models themselves vary; if they do, by at most " in text
        assert "interval -" not in text

    def test_one_and_identical(self) -> None:
        one = fields("spread", 75)
        assert (one["sd"], one["n"]) == (None, 1)
        assert isinstance(one["mean"], dict)
        assert one["mean"]["low"] is None
        same = run("spread", 75, 75, 75).stdout
        no_proof = "no spread to estimate; equal scores do not prove equal models"
        assert same == f"All 3 runs scored 75 %: {no_proof}.\n"
        assert "bit-identical" not in json.dumps(fields("spread", 75, 75, 75, "--test-size", 100))
        assert "bit-identical" not in run("paper", 75, 75, 75, "--published", 74).stdout
        assert "bit-identical" not in refused("seeds", 75, 75, 75)
        assert "two runs" in run("spread", 75, 76).stdout.lower()

    def test_two_runs_of_interest(self) -> None:
        found = fields("spread", *THREE, "--between", 75.57, 76.39)
        assert isinstance(found["gap"], dict)
        assert found["gap"]["gap"] == pytest.approx(0.82)
        assert found["gap"]["ordinary"] == pytest.approx(
            2 * np.cos(np.pi * 0.05 / 6) * 0.41681, rel=1e-4
        )

    def test_a_gap_to_runs_that_all_score_the_same_knows_their_rounding(self) -> None:
        gap = fields("spread", 75.1, 75.1, 75.1, "--between", 75.1, 75.3)["gap"]
        assert isinstance(gap, dict)
        hidden = 0.05 * np.sqrt(3 / 2)
        assert gap["p"] == pytest.approx(2 * stats.t.sf(0.2 / (np.sqrt(2) * hidden), 2))
        assert gap["ordinary"] == pytest.approx(stats.t.ppf(0.975, 2) * np.sqrt(2) * hidden)


class TestPaper:
    def test_known(self) -> None:
        found = fields("paper", *THREE, "--published", 74.5, "--test-size", 6488)
        assert found["t"] == pytest.approx(-2.98501, abs=5e-6)
        assert found["p"] == pytest.approx(0.09629, abs=5e-6)
        assert found["df"] == 2
        assert isinstance(found["verdict"], dict)
        assert found["verdict"]["verdict"] == "undecided"
        assert set(found["verdict"]) == {"verdict", "reason", "settles"}

    def test_different_test_set_and_runs(self) -> None:
        words = ["paper", *THREE, "--published", 74.5]
        wide = fields(*words, "--test-size", 6488, "--different-test-set")
        assert wide["p"] == pytest.approx(0.190, abs=5e-4)
        assert fields(*words, "--published-runs", 5)["p"] == pytest.approx(0.0421, abs=5e-5)

    def test_answers_tell_what_another_test_set_adds(self, tmp_path: Path) -> None:
        path = answers(tmp_path / "m.csv")
        right = np.loadtxt(path, delimiter=",")
        same = fields("paper", "--correct", path, "--published", 0.7)
        assert same["test_set_sd"] == 0
        other = ("paper", "--correct", path, "--published", 0.7, "--different-test-set")
        sd = example_test_set_sd(1 - right, 80)
        assert fields(*other)["test_set_sd"] == pytest.approx(sd)
        percent = fields(*other[:4], 70, "--different-test-set", "--published-test-size", 1000)
        assert percent["test_set_sd"] == pytest.approx(100 * example_test_set_sd(1 - right, 1000))
        assert "leave out the numbers" in refused("paper", 75, "--correct", path, "--published", 70)

    def test_fractions_give_the_same(self) -> None:
        found = fields(
            "paper", 0.7557, 0.7585, 0.7639, "--published", 0.745, "--test-size", 6488,
            "--different-test-set",
        )  # fmt: skip
        assert found["p"] == pytest.approx(0.190, abs=5e-4)

    def test_fail_on(self) -> None:
        words = ["paper", *THREE, "--published", 60]
        assert run(*words).exit_code == 0
        assert run(*words, "--fail-on", "different").exit_code == 1
        assert run(*words, "--fail-on", "undecided").exit_code == 0

    def test_bad(self) -> None:
        assert "0.745 beside" in refused("paper", *THREE, "--published", 0.745)
        assert "--test-size" in refused("paper", *THREE, "--published", 74, "--different-test-set")
        assert "finite" in refused("paper", *THREE, "--published", "nan")


class TestCompare:
    A = (80.7, 78.4, 79.8, 78.8, 79.9, 83.4, 83.7, 80.8, 80.0, 82.0)
    B = (81.9, 80.8, 81.1, 80.1, 79.9, 84.4, 85.5, 81.6, 84.6, 83.4)

    def test_an_odd_run_is_named_and_new_data_are_spoken_of_at_once(self) -> None:
        lines = run("compare", "--a", 0.999, 1, 1, "--b", 0.98, 0.981, 0.1).stdout.splitlines()
        assert lines[1].startswith("On new data the interval is wider")
        assert lines[2] == "In B, 10 % lies far from the others: look at it first."

    def test_arms_without_spread_get_an_interval_only_if_they_can_be_told_apart(self) -> None:
        two = run("compare", "--a", *[0.11] * 2, "--b", *[0.93] * 2).stdout
        assert "no interval" in two
        assert "To settle it: 1 more run in each arm (3 in all), if those do not vary" in two
        three = run("compare", "--a", *[0.11] * 3, "--b", *[0.93] * 3).stdout
        assert "B scores 82 points higher than A on this test set (95 % interval 79" in three
        assert "exact test and rounding, without spread, p = 0.031" in three
        near = run("compare", "--a", *[0.91] * 5, "--b", *[0.92] * 5).stdout
        assert "To settle it: scores with more digits" in near
        alike = run("compare", "--paired", "--a", 75, 76, 77, 78, 75, "--b", 45, 46, 47, 48, 45)
        assert "A scores 30 points higher than B on this test set" in alike.stdout
        assert "With 5 pairs a distribution-free test cannot go below p = 0.0625" in alike.stdout

    def test_arms_with_equal_means_are_said_to_score_the_same(self) -> None:
        said = run("compare", "--a", 0.95, 0.90, "--b", 0.95, 0.90).stdout
        assert "A and B score the same on average here" in said
        assert "To settle it: a --margin" in said

    def test_a_loss_that_diverged_is_a_failed_run_and_a_lower_loss_wins(
        self, tmp_path: Path
    ) -> None:
        rows = [f"{arm},{seed},{0.6 + 0.2 * (arm == 'a') + seed / 100}" for arm in "ab"
                for seed in range(10)]  # fmt: skip
        rows[13], rows[4] = "b,3,nan", "a,4,0.79"
        path = write(tmp_path / "loss.csv", "arm,seed,val_loss\n" + "\n".join(rows) + "\n")
        words = ("--from", path, "--by", "arm", "--metric", "val_loss", "--seed", "seed")
        said = run("compare", *words).stdout
        assert said.startswith("arm=b scores 0.1944 lower than arm=a on this test set")
        assert "1 run of arm=b failed: the verdict holds" in said
        assert "arm=b won 9 of 9 pairs" in said

    def test_a_family_names_its_odd_runs_once_and_says_what_is_adjusted(
        self, tmp_path: Path
    ) -> None:
        rows = [f"{arm},{seed},{0.8 + seed / 100 + k / 1000}" for k, arm in enumerate("abc")
                for seed in range(6)]  # fmt: skip
        rows[3] = "a,3,0.1"
        path = write(tmp_path / "arms.csv", "arm,seed,acc\n" + "\n".join(rows) + "\n")
        said = run("compare", "--from", path, "--by", "arm", "--metric", "acc").stdout
        assert said.count("In arm=a, 10 % lies far from the others") == 1
        assert "The intervals are those of each comparison alone" in said

    def test_nan_is_a_failed_run_that_costs_its_pair(self) -> None:
        b = [*self.B[:4], "nan", *self.B[5:]]
        found = fields("compare", "--a", *self.A, "--b", *b, "--paired")
        assert (found["n_a"], found["failed_b"]) == (9, 1)
        left_out = fields(
            "compare", "--a", *self.A[:4], *self.A[5:], "--b", *b[:4], *b[5:], "--paired"
        )
        assert found["p"] == left_out["p"]
        said = run("compare", "--a", *self.A, "--b", *b, "--paired").stdout
        assert "1 run of B failed" in said
        alone = seedbed.compare(a=list(self.A), b=[float(str(score)) for score in b], paired=True)
        assert alone.to_dict()["p_failures"] == found["p_failures"]
        assert "finite" in refused("compare", "--a", *self.A, "--b", "nan", "nan")
        assert "finite" in refused("compare", "--a", *self.A, "--b", 75, "inf")
        sizes = ("--paired", "--train-size", 900, "--test-size", 100)
        assert "leave out those that failed" in refused(
            "compare", "--a", 71, 72, "--b", 71, "nan", *sizes
        )

    def test_a_loss_of_a_failed_run_may_be_anything(self) -> None:
        b = [4.55, 4.49, 4.6, 4.52, 4.47, 4.56]
        a = [4.12, 3.98, "nan", 4.05, 103.0, 4.1]
        said = run("compare", "--a", *a, "--b", *b, "--paired").stdout
        assert "95 % interval without limits" in said
        assert "inf" not in said

    def test_the_plan_for_few_rounded_runs_knows_their_step(self) -> None:
        found = fields("compare", "--a", 90, 91, "--b", 95, 96, "--test-size", 20)
        assert found["verdict"]["verdict"] == "undecided"  # type: ignore[index]
        runs = found["runs_for_observed"]
        assert isinstance(runs, int)
        assert runs > 2, "two runs in each arm do not suffice: here they are"

    def test_the_sd_of_runs_that_collapsed_is_no_sd_of_a_reseed(self) -> None:
        b = [0.97, 0.972, 0.969, 0.971, 0.983]
        said = run("compare", "--a", 0.98, 0.981, 0.1, 0.979, 0.982, "--b", *b).stdout
        assert "Mann–Whitney, as a run collapsed" in said
        assert "undecided" in said
        assert "reseed" not in said
        ordinary = run("compare", "--a", 0.98, 0.97, 0.975, "--b", 0.978, 0.969, 0.976).stdout
        assert "not distinguishable from a reseed" in ordinary

    def test_the_number_of_test_examples_tells_a_collapse_from_chance(self, tmp_path: Path) -> None:
        a, b = [0.91, 0.93, 0.92, 0.42, 0.9], [0.89, 0.9, 0.88, 0.91, 0.9]
        rows = [f"{arm},{score}" for arm, scores in (("a", a), ("b", b)) for score in scores]
        path = write(tmp_path / "arms.csv", "arm,acc\n" + "\n".join(rows) + "\n")
        for words in (("--a", *a, "--b", *b), ("--from", path, "--by", "arm", "--metric", "acc")):
            few = fields("compare", *words, "--test-size", 20)
            many = fields("compare", *words, "--test-size", 1000)
            assert few["decided_by"] == "Welch's t"
            assert str(many["decided_by"]).startswith("Mann–Whitney")
            assert (few["step"], many["step"]) == (0.05, 0.001)
        assert "1 example or more, got 0" in refused("compare", *words, "--test-size", 0)
        assert "--train-size" in refused("compare", "--a", 71, 72, "--b", 71, 73, "--train-size", 9)

    def test_variance_is_shared_between_three_unpaired_arms_only(self) -> None:
        words = ("compare", "--a", 75, 76, "--b", 74, 75, "--paired", "--shared-variance")
        assert run(*words).exit_code == 2

    def test_sleep_data_moved_into_percent(self) -> None:
        found = fields("compare", "--a", *self.A, "--b", *self.B, "--paired")
        assert found["t"] == pytest.approx(-4.06213, abs=5e-6)
        assert found["p"] == pytest.approx(0.0028329, abs=5e-8)
        assert found["p_sign_flip"] == 0.00390625
        difference = found["difference"]
        assert isinstance(difference, dict)
        assert (difference["low"], difference["high"]) == pytest.approx(
            (-2.45989, -0.70011), abs=5e-6
        )
        apart = fields("compare", "--a", *self.A, "--b", *self.B)
        assert apart["df"] == pytest.approx(17.7765, abs=5e-5)
        assert apart["p"] == pytest.approx(0.0793941, abs=5e-8)

    def test_lists_may_have_commas(self) -> None:
        spaced = fields("compare", "--a", *THREE, "--b", 74, 75, 76)
        assert fields("compare", "--a", ",".join(THREE), "--b", "74,75,76") == spaced

    def table(self, path: Path, name: str = "batch_size") -> Path:
        rng = np.random.default_rng(0)
        rows = [f"{name},seed,test_accuracy"]
        for seed in range(6):
            base = rng.normal(0.75, 0.01)
            for size, gain in (("16", 0.0), ("32", 0.0), ("64", 0.05)):
                rows.append(f"{size},{seed},{base + gain + rng.normal(0, 0.002):.4f}")
        return write(path, "\n".join(rows) + "\n")

    def words(self, path: Path) -> list[object]:
        return ["compare", "--from", path, "--by", "batch_size", "--metric", "test_accuracy"]

    def test_csv_with_seeds_is_paired_with_holm(self, tmp_path: Path) -> None:
        words = [*self.words(self.table(tmp_path / "runs.csv")), "--seed", "seed"]
        found = fields(*words)
        assert found["method"] == "holm"
        comparisons = found["comparisons"]
        assert isinstance(comparisons, list)
        assert [c["verdict"]["verdict"] == "different" for c in comparisons] == [False, True, True]
        assert all(c["paired"] for c in comparisons)
        assert run(*words, "--fail-on", "different").exit_code == 1
        first = run(*words).stdout.splitlines()[0]
        assert first.startswith("2 of 3 comparisons show a difference (Holm)")

    def test_csv_against_a_control_unpaired_is_dunnett(self, tmp_path: Path) -> None:
        words = self.words(self.table(tmp_path / "runs.csv"))
        found = fields(*words, "--control", "batch_size=32")
        assert found["method"] == "holm"
        assert fields(*words, "--control", "32") == found

    def test_csv_in_and_csv_out(self, tmp_path: Path) -> None:
        result = run(*self.words(self.table(tmp_path / "runs.csv")), "--format", "csv")
        assert result.exit_code == 0
        rows = list(csv.reader(io.StringIO(result.stdout)))
        assert rows[0] == ["quantity", "value", "low", "high", "level", "n", "method"]
        assert rows[1][0] == "batch_size=16 − batch_size=32"

    def test_failed_and_unmatched_runs_are_counted(self, tmp_path: Path) -> None:
        path = write(
            tmp_path / "runs.csv",
            "arm,seed,acc\na,1,.71\na,2,.72\na,3,.75\nb,1,.73\nb,2,\nb,3,.74\nb,4,.7\n",
        )
        by = ("--by", "arm", "--metric", "acc", "--seed", "seed")
        found = fields("compare", "--from", path, *by, "--paired")
        assert found["n_a"] == 2
        notes = found["notes"]
        assert isinstance(notes, list)
        assert "1 run whose seed is not in every arm is left out." in notes
        assert "1 run is left out, because a run of the same seed has no result." in notes
        assert "1 run without acc is left out (line 6)." in notes

    def test_a_failed_run_costs_its_pair_and_can_overturn_the_verdict(self, tmp_path: Path) -> None:
        header, gap = "arm,seed,acc\n", (7, 9, 8, 6, 8, 7, 9, 8, 7, 8)
        rows = [f"a,{seed},0.9{90 - seed}\n" for seed in range(10)]
        others = [f"b,{seed},0.9{90 - seed - by}\n" for seed, by in enumerate(gap)]
        by = ("--by", "arm", "--metric", "acc", "--seed", "seed")
        few = write(tmp_path / "few.csv", header + "".join(rows[:5] + others[:4]) + "b,4,\n")
        found = fields("compare", "--from", few, *by)
        assert (found["paired"], found["n_a"]) == (True, 4)
        assert (found["failed_a"], found["failed_b"]) == (0, 1)
        assert isinstance(found["p"], float)
        assert found["p"] < 0.05
        assert found["verdict"]["verdict"] == "undecided"  # type: ignore[index]
        text = run("compare", "--from", few, *by).stdout
        assert "which can be chance, or come from the runs that failed" in text
        assert "1 run of arm=b failed, and no verdict is given that it could overturn." in text
        assert "To settle it: a result of the failed run" in text
        many = write(tmp_path / "many.csv", header + "".join(rows + others[:9]) + "b,9,\n")
        text = run("compare", "--from", many, *by).stdout
        assert text.startswith("arm=a scores ")
        assert "sign test, failed runs at their worst, p = 0.021)" in text
        assert "arm=a won 9 of 9 pairs in which the scores differ (probability to win: 95 %" in text
        assert "1 run of arm=b failed: the verdict holds whatever it would have scored." in text

    def test_more_failures_than_results_are_named(self, tmp_path: Path) -> None:
        rows = "".join(f"{arm},{seed},0.{90 + seed}\n" for arm in "ab" for seed in range(5))
        for seed in (0, 1, 2):
            rows = rows.replace(f"b,{seed},0.{90 + seed}", f"b,{seed},")
        path = write(tmp_path / "runs.csv", f"arm,seed,acc\n{rows}")
        text = run("compare", "--from", path, "--by", "arm", "--metric", "acc").stdout
        assert "3 runs of arm=b failed, more than finished: find out why, and run" in text

    def test_answers_part_this_test_set_from_new_data(self, tmp_path: Path) -> None:
        a, b = answers(tmp_path / "a.csv", seed=1), answers(tmp_path / "b.csv", seed=2)
        found = fields("compare", "--correct", a, b, "--paired")
        assert (found["a"], found["b"], found["mcnemar"]) == ("a", "b", None)
        assert isinstance(found["new_data"], dict)
        assert value(found["new_data"]["difference"]) == pytest.approx(value(found["difference"]))
        text = run("compare", "--correct", a, b).stdout
        assert text.startswith("It is undecided whether a or b scores higher: a scores 2.25 points")
        assert "On new data no difference is shown: a scores 2.25 points higher than b" in text

    def test_three_arms_on_new_data_with_holm(self, tmp_path: Path) -> None:
        files = [answers(tmp_path / f"{name}.csv", seed=i) for i, name in enumerate("abc")]
        found = fields("compare", "--correct", *files, "--paired")
        pairs = found["comparisons"]
        assert isinstance(pairs, list)
        right = [np.loadtxt(path, delimiter=",") for path in files]
        oracle = [compare_on_new_data(right[i], right[j]).p for i, j in ((0, 1), (0, 2), (1, 2))]
        assert [pair["new_data"]["p"] for pair in pairs] == pytest.approx(oracle)
        held = multipletests(oracle, method="holm")[1]
        assert [pair["new_data_adjusted"] for pair in pairs] == pytest.approx(held)
        assert run("compare", "--correct", *files, "--paired").stdout.count("On new data") == 3
        control = fields("compare", "--correct", *files, "--control", "b")
        assert control["method"] == "holm"
        pairs = control["comparisons"]
        assert isinstance(pairs, list)
        assert all(pair["new_data_adjusted"] >= pair["new_data"]["p"] for pair in pairs)

    def test_subjects_are_clusters(self, tmp_path: Path) -> None:
        a, b = answers(tmp_path / "a.csv", seed=1), answers(tmp_path / "b.csv", seed=2)
        names = [f"s{index // 8}" for index in range(80)]
        column = write(tmp_path / "subjects.csv", "\n".join(names))
        words = ["compare", "--correct", a, b, "--paired", "--subjects"]
        found = fields(*words, column)["new_data"]
        right = [np.loadtxt(path, delimiter=",") for path in (a, b)]
        oracle = compare_on_new_data(*right, clusters=names)
        assert isinstance(found, dict)
        assert found["p"] == pytest.approx(oracle.p)
        assert "on new clusters" in found["difference"]["method"]
        row = write(tmp_path / "row.csv", ",".join(names))
        assert fields(*words, row)["new_data"] == found
        short = write(tmp_path / "short.csv", "a,b")
        assert "clusters must be one per example: 80 examples" in refused(*words, short)
        table = write(tmp_path / "table.csv", "a,b\nc,d\n")
        assert "one name per example, in one row or in one column" in refused(*words, table)
        assert "--subjects needs --correct" in refused(
            "compare", "--a", 75, 76, "--b", 74, 75, "--subjects", row
        )

    def test_equal_gaps_of_single_precision_numbers_have_no_interval_of_width_zero(self) -> None:
        right = np.array([744, 747, 764, 767, 709])
        b = [float(np.float32(one / 1000)) for one in right]
        a = [float(np.float32((one - 10) / 1000)) for one in right]
        text = run("compare", "--a", *a, "--b", *b).stdout
        found = re.search(r"95 % interval (-?[\d.]+) to (-?[\d.]+)", text)
        assert found, text
        assert abs(float(found[2]) - float(found[1])) > 0.05

    def test_equal_scores_and_a_margin_that_rounding_cannot_fill_are_alike(self) -> None:
        words = ["compare", "--a", *[0.95] * 3, "--b", *[0.95] * 3, "--unpaired", "--margin", 0.05]
        done = run(*words, "--fail-on", "equivalent")
        assert done.exit_code == 1
        assert done.stdout.startswith("A and B score alike on this test set: the difference, 0 poi")
        assert "do not prove" not in done.stdout
        step = run(*words[:-1], 0.01, "--fail-on", "equivalent")
        assert (step.exit_code, "do not prove" in step.stdout) == (0, True)

    def test_two_trained_models_are_mcnemars(self, tmp_path: Path) -> None:
        a = write(tmp_path / "a.csv", ",".join("1" * 50 + "0" * 10))
        b = write(tmp_path / "b.csv", ",".join("1" * 42 + "0" * 18))
        found = fields("compare", "--correct", a, b)
        assert found["mcnemar"] == pytest.approx(2 * 0.5**8)
        assert found["new_data"] is None
        assert found["verdict"]["verdict"] == "undecided"  # type: ignore[index]
        text = run("compare", "--correct", a, b).stdout
        assert "other seeds of a and b may behave differently" in text

    def test_resplits(self) -> None:
        words = ["compare", "--a", *self.A, "--b", *self.B, "--paired"]
        found = fields(*words, "--train-size", 900, "--test-size", 100)
        assert isinstance(found["resplits"], dict)
        assert found["resplits"]["p"] > 0.0028329
        assert (found["e_value"], found["sequential"]) == (None, None), "pairs share examples"
        said = run(*words, "--train-size", 900, "--test-size", 100).stdout
        assert "higher than A over re-splits of the data" in said
        assert "10 re-splits" in said
        assert "this test set" not in said
        assert "they hold for new splits, and so for new data of this kind" in said
        assert "together" in refused(*words, "--train-size", 900)

    def test_resplits_in_a_table_are_those_of_numbers(self, tmp_path: Path) -> None:
        gaps = (0.4, 0.1, 0.6, -0.2, 0.5, 0.3, 0.7, 0.2)
        rows = [("a", split, 50 + gap) for split, gap in enumerate(gaps)]
        rows += [("b", split, 50) for split in range(8)]
        sizes = ("--train-size", 900, "--test-size", 100)

        def table(name: str, runs: list[tuple[str, int, float]]) -> tuple[object, ...]:
            lines = "".join(f"{arm},{split},{score}\n" for arm, split, score in runs)
            path = write(tmp_path / f"{name}.csv", "arm,split,acc\n" + lines)
            return "compare", "--from", path, "--by", "arm", "--metric", "acc"

        two = table("two", rows)
        for paired in (("--seed", "split"), ("--paired",)):
            found = fields(*two, *paired, *sizes)
            assert found["p"] == pytest.approx(0.0554699, abs=5e-8)
            assert found["decided_by"] == "corrected resampled t (Nadeau–Bengio)"
            said = run(*two, *paired, *sizes).stdout
            assert "here, which can be chance" in said
            assert "8 re-splits, p = 0.055)" in said
        failing = (*two, "--seed", "split", *sizes, "--fail-on")
        assert run(*failing, "undecided").exit_code == 1
        assert run(*failing, "different").exit_code == 0
        assert "--seed COLUMN or --paired" in refused(*two, *sizes)
        assert "together" in refused(*two, "--paired", "--train-size", 900)
        three = [*rows, *(("c", split, 60 - gap) for split, gap in enumerate(gaps))]
        found = fields(*table("three", three), "--seed", "split", *sizes)
        comparisons = found["comparisons"]
        assert isinstance(comparisons, list)
        assert comparisons[0]["p"] == pytest.approx(0.0554699, abs=5e-8)
        assert {one["decided_by"] for one in comparisons} == {
            "corrected resampled t (Nadeau–Bengio)"
        }
        said = run(*table("three", three), "--seed", "split", *sizes).stdout
        assert "show a difference (Holm) over re-splits of the data" in said
        assert "this test set" not in said
        lost = table("lost", [*rows[:-1], ("b", 7, float("nan"))])
        assert "leave out those that failed" in refused(*lost, "--seed", "split", *sizes)

    def test_a_column_of_folds_makes_them_re_splits(self, tmp_path: Path) -> None:
        a, b = [0.71, 0.74, 0.73, 0.72, 0.75], [0.7, 0.72, 0.725, 0.713, 0.73]
        for count in (2, 3):
            arms = {"a": a, "b": b, "c": [0.6, 0.61, 0.615, 0.6, 0.62]}
            lines = [
                f"{arm},{fold},{score}"
                for arm, scores in list(arms.items())[:count]
                for fold, score in enumerate(scores)
            ]
            path = write(tmp_path / "folds.csv", "\n".join(["arm,fold,acc", *lines]) + "\n")
            words = ("compare", "--from", path, "--by", "arm", "--metric", "acc", "--seed", "fold")
            found = fields(*words)
            given = fields("compare", "--a", *a, "--b", *b, "--paired", "--train-size", 4,
                           "--test-size", 1)  # fmt: skip
            said = run(*words, "--unpaired").stdout
            assert "Folds share training data" in said
            assert "Folds share training data" not in run(*words).stdout
            one = found if count == 2 else found["comparisons"][0]  # type: ignore[index]
            assert one["p"] == given["p"]

    def test_bad(self, tmp_path: Path) -> None:
        assert "arm B is empty" in refused("compare", "--a", 75, 76, "--b")
        assert "one way" in refused("compare")
        assert "0.7 beside 75" in refused("compare", "--a", 75, "--b", 0.7)
        assert "must be numbers, got '7_5'" in refused("compare", "--a", 75, "--b", "7_5")
        assert "got 2 in A and 1 in B" in refused("compare", "--a", 75, 76, "--b", 75, "--paired")
        a, b = answers(tmp_path / "a.csv"), answers(tmp_path / "b.csv", examples=70)
        assert "same examples, got 80 in a and 70 in b" in refused("compare", "--correct", a, b)
        assert "a file per arm" in refused("compare", "--correct", a)
        assert "a file of its own" in refused("compare", "--correct", a, a, a)
        assert "need the scores" in refused("compare", "--correct", a, b, "--test-size", 9)
        path = self.table(tmp_path / "runs.csv")
        missing = refused("compare", "--from", path, "--by", "size", "--metric", "x")
        assert "no column 'size': there are batch_size, seed, test_accuracy" in missing
        assert "no configuration is called '8'" in refused(*self.words(path), "--control", 8)
        one = write(tmp_path / "one.csv", "a,m\n1,.5\n1,.6\n")
        assert "a is 1 in every row" in refused(
            "compare", "--from", one, "--by", "a", "--metric", "m"
        )
        twice = write(tmp_path / "twice.csv", "a,s,m\n1,7,.5\n1,7,.6\n2,7,.6\n")
        assert "line 3: s 7 occurs twice" in refused(
            "compare", "--from", twice, "--by", "a", "--metric", "m", "--seed", "s"
        )
        empty = write(tmp_path / "arm.csv", "a,m\n1,.5\n2,\n")
        assert "no run where a is 2" in refused("compare", "--from", empty, "--by", "a",
                                                "--metric", "m")  # fmt: skip
        assert "line 3: m must be finite" in refused(
            "compare", "--from", write(tmp_path / "nan.csv", "a,m\n1,.5\n2,nan\n"),
            "--by", "a", "--metric", "m",
        )  # fmt: skip


class TestSeeds:
    @pytest.mark.parametrize(
        ("sd", "paired", "key", "n"),
        [(1, True, "pairs", 10), (1, False, "per_arm", 17), (2, True, "pairs", 34)],
    )
    def test_for_a_difference(self, sd: float, paired: bool, key: str, n: int) -> None:
        words = ["seeds", "--difference", 1, "--sd", sd] + (["--paired"] if paired else [])
        found = fields(*words)
        assert found[key] == n
        assert ("boundaries" in found) is paired

    def test_boundaries(self) -> None:
        found = fields("seeds", "--difference", 1, "--sd", 1, "--paired")
        assert found["looks"] == [5, 10, 15, 20]
        assert found["boundaries"] == pytest.approx(boundaries())
        assert found["nominal_p"] == pytest.approx([0.0166, 0.0166, 0.0169, 0.0173], abs=1e-4)
        longer = fields("seeds", "--difference", 0.5, "--sd", 1, "--paired")
        assert longer["looks"] == [11, 22, 33, 44]

    def test_a_pilot_is_planned_with_the_upper_limit_of_its_sd(self) -> None:
        sd = 0.416813 * np.sqrt(2 / 0.446287)  # 20 % quantile of chi-square, 2 df
        found = fields("seeds", *THREE, "--difference", 0.5)
        assert found["sd"] == pytest.approx(sd, abs=1e-5)
        assert found["per_arm"] == runs_needed(0.5, sd, paired=False)
        text = run("seeds", *THREE, "--difference", 0.5).stdout
        assert "The sd is the upper 80 % limit of the pilot's, 0.8824" in text

    def test_for_a_precision(self) -> None:
        assert fields("seeds", "--half-width", 0.2)["pilot"] == 10
        assert fields("seeds", "--half-width", 0.2, "--sd", 0.4)["runs"] == 18
        pilot = fields("seeds", *THREE, "--half-width", 0.2)
        assert pilot["runs"] == int(np.ceil((4.302653 * 0.416813 / 0.2) ** 2))

    def test_from_runs(self) -> None:
        found = fields("seeds", *THREE)
        assert found["per_arm"] == 17
        assert "3 runs give the mean to ±1.035" in run("seeds", *THREE).stdout
        upper = 0.416813 * np.sqrt(2 / 0.446287)  # what a pilot of three runs can promise
        pairs = fields("seeds", *THREE, "--difference", 0.4168, "--paired")["pairs"]
        assert pairs == runs_needed(0.4168, upper * np.sqrt(2)), "equal seeds may share nothing"

    def test_bad(self) -> None:
        assert "--sd" in refused("seeds", "--difference", 0.5)
        assert "not both" in refused("seeds", "--difference", 0.5, "--half-width", 0.2)
        assert "above 0" in refused("seeds", "--difference", 0.5, "--sd", 0)
        assert "power" in refused("seeds", "--difference", 0.5, "--sd", 1, "--power", 80)
        assert "half-width" in refused("seeds", "--half-width", 0)
        assert "differ" in refused("seeds", 75, 75)
        assert "give --difference" in refused("seeds")

    def test_a_difference_has_the_unit_of_the_runs(self) -> None:
        shares = [0.7557, 0.7585, 0.7639]
        for option in ("--difference", "--half-width"):
            assert f"{option} 1 has no unit" in refused("seeds", *shares, option, 1)
            assert f"{option} 0.01 has no unit" in refused("seeds", *THREE, option, 0.01)
            (points,) = [run("seeds", *of, option, "1points").stdout for of in (shares,)]
            assert points == run("seeds", *THREE, option, "1points").stdout
            assert points == run("seeds", *shares, option, 0.01).stdout
        assert (
            "show a difference of 1 point (1.133 sd)"
            in run("seeds", *THREE, "--difference", 1).stdout
        )


class TestConfusion:
    MATRIX = "45,3,2\n4,24,2\n2,3,15\n"

    def test_known(self, tmp_path: Path) -> None:
        found = fields("confusion", write(tmp_path / "m.csv", self.MATRIX))
        assert value(found["macro_f1"]) == pytest.approx(0.820107, abs=5e-7)
        assert isinstance(found["recall"], list)
        assert isinstance(found["precision"], list)
        assert found["recall"][0]["low"] == pytest.approx(0.78640, abs=5e-6)
        assert len(found["precision"]) == 3

    def test_names_and_runs(self, tmp_path: Path) -> None:
        one = write(tmp_path / "1.csv", "cat,dog,eel\n" + self.MATRIX)
        two = write(tmp_path / "2.csv", "cat,dog,eel\n40,8,2\n4,24,2\n2,3,15\n")
        found = fields("confusion", one, two)
        assert (found["classes"], found["runs"]) == (["cat", "dog", "eel"], 2)
        assert isinstance(found["matrix_mean"], list)
        assert found["matrix_mean"][0][0] == pytest.approx(0.85)
        assert "The hardest class is eel" in run("confusion", one).stdout
        assert "± " in run("confusion", one, two, "--format", "markdown").stdout
        perfect = write(tmp_path / "3.csv", "40,0\n0,30\n")
        assert "No example of any class is wrong." in run("confusion", perfect).stdout

    def test_bad(self, tmp_path: Path) -> None:
        assert "2 rows × 3 columns" in refused("confusion", write(tmp_path / "a", "1,2,3\n4,5,6\n"))
        assert "line 2: 1 columns where 2" in refused(
            "confusion", write(tmp_path / "b", "1,2\n3\n")
        )
        assert "line 2: 'x' is not a number" in refused(
            "confusion", write(tmp_path / "c", "1,2\n3,x\n")
        )
        assert "line 1: '1_0' is not a number" in refused(
            "confusion", write(tmp_path / "f", "1_0,2\n3,4\n")
        )
        assert "is empty" in refused("confusion", write(tmp_path / "d", "\n"))
        assert "cannot be read" in refused("confusion", tmp_path / "none.csv")
        assert "counts" in refused("confusion", write(tmp_path / "e", "1,2\n3,0.5\n"))
        assert "is missing" in refused("confusion")


class TestDrift:
    NIGHTS = (75.6, 75.9, 75.4, 75.5, 73.0, 72.8, 72.2, 72.4)

    def test_alarm(self) -> None:
        found = fields("drift", *self.NIGHTS)
        assert found["alarm"] == 6
        assert isinstance(found["q"], list)
        assert len(found["q"]) == 6
        assert run("drift", *self.NIGHTS, "--fail-on", "drift").exit_code == 1
        assert run("drift", *self.NIGHTS[:4], "--fail-on", "drift").exit_code == 0
        assert run("drift", *self.NIGHTS).stdout.startswith("Drift: the level moved down")

    def test_series(self, tmp_path: Path) -> None:
        rows = "\n".join(f"{a},{75 + i % 2}" for i, a in enumerate(self.NIGHTS))
        found = fields("drift", "--from", write(tmp_path / "n.csv", f"easy,hard\n{rows}\n"))
        assert isinstance(found["charts"], dict)
        assert set(found["charts"]) == {"easy", "hard"}
        assert found["charts"]["hard"]["alarm"] is None

    def test_bad(self, tmp_path: Path) -> None:
        assert "not both" in refused("drift", 75, "--from", write(tmp_path / "n.csv", "1\n"))
        assert "at least 2 nights" in refused("drift", 75, 76, "--baseline", 1)
        assert "inf" in refused("drift", 75, "inf")
        assert run("drift", 75, 76, "--level", ".9").exit_code == 2  # --width sets its limits


class TestVerification:
    def files(self, folder: Path) -> tuple[Path, Path]:
        rng = np.random.default_rng(0)
        paths = []
        for name in ("dev", "test"):
            rows = ["score,label,subject"]
            for trial in range(400):
                label = int(trial % 4 == 0)
                rows.append(f"{rng.normal(2 * label, 1):.4f},{label},s{trial % 20}")
            paths.append(write(folder / f"{name}.csv", "\n".join(rows) + "\n"))
        return paths[0], paths[1]

    def test_known(self, tmp_path: Path) -> None:
        neg = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.45, 0.6)
        pos = (0.4, 0.5, 0.7, 0.8)
        rows = [f"{s},impostor" for s in neg] + [f"{s},genuine" for s in pos]
        path = write(tmp_path / "t.csv", "score,label\n" + "\n".join(rows))
        found = fields("verification", "--dev", path, "--test", path)
        assert found["eer"] == pytest.approx(0.25)
        assert found["eer_hull"] == pytest.approx(1 / 6)
        assert {"threshold", "far", "frr", "hter"} <= set(found)

    def test_subjects(self, tmp_path: Path) -> None:
        dev, test = self.files(tmp_path)
        plain = fields("verification", "--dev", dev, "--test", test)
        by = fields("verification", "--dev", dev, "--test", test, "--subjects")
        assert value(by["hter"]) == pytest.approx(value(plain["hter"]))
        assert isinstance(by["hter"], dict)
        assert "20 subjects" in by["hter"]["method"]
        assert "use --subjects" in run("verification", "--dev", dev, "--test", test).stdout

    def test_bad(self, tmp_path: Path) -> None:
        dev, _ = self.files(tmp_path)

        def other(text: str) -> str:
            path = write(tmp_path / "bad.csv", text)
            return refused("verification", "--dev", dev, "--test", path)

        assert "no column 'label': there are score" in other("score\n1\n")
        assert "line 2: label must be" in other("score,label\n1,maybe\n")
        assert "line 3: score must be finite" in other("score,label\n1,1\nnan,0\n")
        assert "no impostor trials" in other("score,label\n1,1\n")
        assert "line 3: 1 columns where 2" in other("score,label\n1,1\n1\n")
        test = write(tmp_path / "plain.csv", "score,label\n1,1\n0,0\n")
        assert "column subject" in refused(
            "verification", "--dev", dev, "--test", test, "--subjects"
        )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["spread"], "missing"),
        (["spread", "75", "nan"], "finite"),
        (["spread", "75", "inf"], "finite"),
        (["spread", "75", "0.7"], "all percent or all fractions"),
        (["spread", "75", "101"], "between 0 and 100"),
        (["spread", "abc"], "'abc'"),
        (["spread", "75", "--level", "95"], "between 0 and 1"),
        (["paper", "75", "76", "--published", "74", "--margin", "inf"], "margin must be a number"),
        (["paper", "75", "76", "--published", "74", "--margin", "-1"], "above 0, got -1"),
        (["compare", "--a", "75", "76", "--b", "74", "75", "--margin", "nan"], "above 0, got nan"),
        (["compare", "--a", "75", "76", "--b", "74", "75", "--margin", "inf"], "above 0, got inf"),
        (["compare", "--a", ".7", ".8", "--b", ".7", ".75", "--margin", "1"], "write 1points"),
        (["compare", "--a", "75", "76", "--b", "74", "75", "--margin", ".01"], "or 1points where"),
        (["compare", "--a", "75", "76", "--b", "74", "75", "--margin", "few"], "got 'few'"),
        (["paper", ".75", ".76", "--published", ".74", "--margin", "1"], "write 1points"),
        (["compare", "--a", "75", "76", "--b", "74", "75", "--level", "95"], "between 0 and 1"),
        (["seeds", "--difference", "1", "--sd", "1", "--level", "2"], "between 0 and 1, got 2"),
        (["search", "75", "76", "--level", "2"], "between 0 and 1, got 2"),
        (["drift", "75", "76", "77", "--width", "inf"], "--width above 0, got 0.2, inf"),
        (["drift", "75", "76", "77", "--weight", "nan"], "--weight must lie in (0, 1]"),
        (["search", "75", "76", "--noise-sd", "inf"], "a number above 0, got inf"),
        (["search", ".75", ".76", "--noise-sd", "1"], "--noise-sd 1 has no unit"),
    ],
)
def test_nonsense_numbers(words: list[str], told: str) -> None:
    assert told in refused(*words)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("1,0\n1\n", "line 2: 1 columns where 2 are expected"),
        ("1,0\n1,2\n", "run 2, example 2: must be 0 (wrong) or 1 (right), got 2"),
        ("1,0\n", "2 × 2 or more, got 1 × 2"),
        ("1,0\n\n1,nan\n", "line 3: numbers must be finite"),
        ("a,b\n", "has names but no numbers"),
    ],
)
def test_bad_answers(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused("spread", "--correct", write(tmp_path / "m.csv", text))


def test_markdown_is_a_table() -> None:
    text = run("spread", *THREE, "--format", "markdown").stdout
    assert text.startswith("The runs vary by")
    assert "| quantity | value | low | high | level | n | method |" in text
    assert "| mean | 75.9367 | 74.9012 | 76.9721 | 0.95 | 3 |" in text
