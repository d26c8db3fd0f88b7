"""Questions that predictions answer, asked of plain files."""

import json
from pathlib import Path

import numpy as np
import pytest

from seedbed.analysis.statistics.answers.calibration import calibration
from seedbed.analysis.statistics.answers.churn import churn
from seedbed.analysis.statistics.answers.ensemble import ensemble
from seedbed.analysis.statistics.epochs import from_other_runs
from seedbed.analysis.statistics.search import summarize_search
from seedbed.analysis.statistics.variance.sources import disagreement_shares
from tests.analysis.asking import fields, refused, run, value, write


def table(path: Path, rows: object) -> Path:
    return write(path, "\n".join(",".join(map(str, row)) for row in np.asarray(rows)) + "\n")


class TestEpochs:
    CURVES = np.array([[60, 80, 70], [60, 70, 75], [60, 80, 70]])

    def test_known(self, tmp_path: Path) -> None:
        found = fields("epochs", "--from", table(tmp_path / "c.csv", self.CURVES))
        # Run 2's own best is epoch 3 (75), the others say epoch 2 (70).
        assert found["epochs"] == [2, 3, 2]
        assert value(found["optimism"]) == pytest.approx(5 / 3)
        assert (found["lower_bound"], found["measure"]) == (True, "curves")
        assert value(found["honest"]) == from_other_runs(self.CURVES).honest.value
        text = run("epochs", "--from", tmp_path / "c.csv").stdout
        assert "adds at least 1.667 points to a run's score" in text
        assert "a lower bound" in text

    def test_bad(self, tmp_path: Path) -> None:
        one = table(tmp_path / "1.csv", self.CURVES[:1])
        assert "curves of 2 runs and 2 epochs, got 1 run of 3 epochs" in refused(
            "epochs", "--from", one
        )
        ragged = write(tmp_path / "r.csv", ".5,.6\n.5\n")
        assert "line 2: 1 columns where 2" in refused("epochs", "--from", ragged)
        mixed = write(tmp_path / "m.csv", ".5,.6\n50,60\n")
        assert "all percent or all fractions" in refused("epochs", "--from", mixed)
        assert "got neither of the two" in refused("epochs")
        assert "got both of the two" in refused("epochs", "first", "--from", one)


class TestCalibration:
    def made(self) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(0)
        sure = np.round(rng.uniform(0.5, 1, (3, 60)), 4)
        return sure, rng.random(sure.shape) < sure

    def test_known(self, tmp_path: Path) -> None:
        sure, right = self.made()
        rows = ["confidence,correct,run"]
        rows += [
            f"{s},{int(r)},{i}" for i in range(3) for s, r in zip(sure[i], right[i], strict=True)
        ]
        found = fields("calibration", "--from", write(tmp_path / "c.csv", "\n".join(rows)))
        oracle = calibration(sure, right)
        assert (found["n"], found["examples"]) == (3, 60)
        assert value(found["l2"]) == pytest.approx(oracle.l2.value)
        assert value(found["ece"]) == pytest.approx(oracle.ece.value)
        alone = write(tmp_path / "1.csv", "\n".join(row.rsplit(",", 1)[0] for row in rows[:61]))
        assert fields("calibration", "--from", alone)["n"] == 1

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("confidence,correct\n90,1\n", "line 2: confidence must be a fraction"),
            ("confidence,correct\n.9,yes\n", "line 2: correct must be 1 (right) or 0"),
            ("confidence,right\n.9,1\n", "no column 'correct': there are confidence, right"),
            ("confidence,correct\n.9,1\n", "needs 30 test examples, got 1"),
            ("confidence,correct,run\n.9,1,a\n.9,1,a\n.9,1,b\n", "got 1 in one and 2"),
        ],
    )
    def test_bad(self, tmp_path: Path, text: str, told: str) -> None:
        assert told in refused("calibration", "--from", write(tmp_path / "c.csv", text))


class TestEnsemble:
    def rows(self) -> tuple[list[str], np.ndarray, np.ndarray]:
        rng = np.random.default_rng(0)
        cube = np.round(rng.dirichlet((2, 1, 1), (3, 8)), 4)
        cube[..., 2] = 1 - cube[..., 0] - cube[..., 1]
        labels = rng.integers(0, 3, 8)
        rows = ["run,example,label,cat,dog,eel"]
        for index in range(3):
            for example in np.random.default_rng(index).permutation(8):
                chances = ",".join(f"{p:.4f}" for p in cube[index, example])
                rows.append(
                    f"r{index},{example},{('cat', 'dog', 'eel')[labels[example]]},{chances}"
                )
        return rows, cube, labels

    def test_known_in_any_order(self, tmp_path: Path) -> None:
        rows, cube, labels = self.rows()
        found = fields("ensemble", "--from", write(tmp_path / "e.csv", "\n".join(rows)))
        oracle = ensemble(cube, labels)
        assert (found["n"], found["accuracy"]) == (3, oracle.accuracy)
        assert value(found["member"]) == pytest.approx(oracle.member.value)
        assert value(found["limit"]) == pytest.approx(oracle.limit.value)

    def test_bad(self, tmp_path: Path) -> None:
        rows, _, _ = self.rows()

        def other(rows: list[str]) -> str:
            return refused("ensemble", "--from", write(tmp_path / "bad.csv", "\n".join(rows)))

        assert "one run only" in other(rows[:9])
        assert "run r2 differs from the first one" in other(rows[:-1])
        assert "occurs twice in one run" in other([*rows, rows[1]])
        assert "line 2: label must be one of the columns cat, dog, eel" in other(
            [rows[0], "r0,0,cow,.5,.5,0"]
        )
        assert "line 2: probabilities must be 0 or more and add up to 1, got 150" in other(
            [rows[0], "r0,0,cat,50,50,50"]
        )
        assert "column of probabilities for each of 2 classes" in other(
            ["run,label,cat", "a,cat,1"]
        )


class TestChurn:
    LABELS = (
        ("cat", "dog", "dog", "cat"),
        ("cat", "dog", "cat", "cat"),
        ("cat", "eel", "cat", "cat"),
    )

    def test_known(self, tmp_path: Path) -> None:
        path = table(tmp_path / "l.csv", self.LABELS)
        found = fields("churn", "--from", path)
        codes = np.array([["cat", "dog", "eel"].index(w) for r in self.LABELS for w in r])
        assert value(found["churn"]) == pytest.approx(churn(codes.reshape(3, 4), 3).value)
        assert (found["changing"], found["examples"], found["picture"]) == (2, 4, None)
        assert found["classes"] == ["cat", "dog", "eel"]
        disputed = found["disputed"]
        assert isinstance(disputed, list)
        assert disputed[0] == {
            "example": 1, "label": None, "votes": [0, 2, 1], "disagreement": pytest.approx(2 / 3),
        }  # fmt: skip
        truth = write(tmp_path / "t.csv", "cat\nfox\ndog\ncat\n")
        known = fields("churn", "--from", path, "--labels", truth)
        assert known["classes"] == ["cat", "dog", "eel", "fox"]
        assert isinstance(known["disputed"], list)
        assert [one["label"] for one in known["disputed"]] == [3, 1]
        assert (
            "example 1 (fox): 2 × dog, 1 × eel"
            in run("churn", "--from", path, "--labels", truth).stdout
        )

    def test_bad(self, tmp_path: Path) -> None:
        path = table(tmp_path / "l.csv", self.LABELS)
        truth = write(tmp_path / "t.csv", "cat\n")
        assert "4 examples, got 1 labels" in refused("churn", "--from", path, "--labels", truth)
        assert "2 × 2 or more, got 1 × 4" in refused(
            "churn", "--from", table(tmp_path / "1.csv", self.LABELS[:1])
        )
        gap = write(tmp_path / "g.csv", "1,2\n1,\n")
        assert "line 2: column 2 is empty where labels belong" in refused("churn", "--from", gap)
        assert "--labels belongs to --from" in refused("churn", "first", "--labels", truth)


class TestSearch:
    def test_known_answer_of_the_expected_best(self) -> None:
        found = fields("search", ".70", ".72", ".74", ".75", ".80")
        best = found["expected_best"]
        assert isinstance(best, list)
        assert {one["n"]: one["value"] for one in best}[2] == pytest.approx(0.765)
        assert (found["winner"], found["value"]) == ("configuration 5", 0.8)
        assert (found["optimism"], found["fresh"]) == (None, None)
        noisy = fields("search", ".70", ".72", ".74", ".75", ".80", "--noise-sd", ".02")
        assert isinstance(noisy["optimism"], float)
        assert noisy["optimism"] > 0

    def test_runs_of_a_file(self, tmp_path: Path) -> None:
        rows = ["rate,width,acc"]
        scores: dict[str, list[float]] = {}
        for at, rate in enumerate((0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)):
            for width in (1, 2):
                for seed in (0, 1):
                    score = round(0.5 + 0.04 * at + 0.001 * seed, 4)
                    rows.append(f"{rate},{width},{score}")
                    scores.setdefault(f"rate={rate} width={width}", []).append(score)
        path = write(tmp_path / "s.csv", "\n".join([*rows, "0.1,1,"]))
        words = ("search", "--from", path, "--by", "rate", "--by", "width", "--metric", "acc")
        found = fields(*words)
        oracle = summarize_search(scores)
        assert found["winner"] == oracle.winner
        assert found["optimism"] == pytest.approx(oracle.optimism)
        assert found["importances"]["rate"] > 0.95  # type: ignore[index]
        assert found["notes"] == ["1 run without acc is left out."]

    def test_bad(self, tmp_path: Path) -> None:
        path = write(tmp_path / "s.csv", "rate,acc\n1,.5\n1,.6\n")
        assert "at least 2 configurations, got 1" in refused(
            "search", "--from", path, "--by", "rate", "--metric", "acc"
        )
        assert "needs --by and --metric" in refused("search", "--from", path)
        assert "at least 2 configurations" in refused("search", ".7")
        assert "scores are missing" in refused("search")
        assert "all percent or all fractions" in refused("search", 70, 0.7)
        assert "above 0" in refused("search", 70, 71, "--noise-sd", 0)


class TestSources:
    def made(self, folder: Path) -> tuple[Path, Path, dict[str, list[int]], np.ndarray]:
        """A radial plan of two sources: init decides a third of the labels, order a tenth."""
        rng = np.random.default_rng(0)
        of = {(s, k): rng.integers(0, 3, 300) for s in ("init", "order") for k in range(20)}
        part = rng.random(300)
        seeds: dict[str, list[int]] = {"init": [], "order": []}
        labels = []
        for k in range(6):
            for init, order in ((k, k), (k + 10, k), (k, k + 10)):
                seeds["init"].append(init)
                seeds["order"].append(order)
                first = np.where(part < 1 / 3, of["init", init], 0)
                labels.append(np.where(part > 0.9, of["order", order], first))
        rows = ["init_seed,order_seed,acc"]
        rows += [f"{i},{o},{0.7 + 0.01 * (i % 5)}" for i, o in zip(*seeds.values(), strict=True)]
        runs = write(folder / "runs.csv", "\n".join(rows))
        return runs, table(folder / "labels.csv", labels), seeds, np.array(labels)

    def test_labels_tell_the_sources_apart(self, tmp_path: Path) -> None:
        runs, labels, seeds, told = self.made(tmp_path)
        found = fields("sources", "--from", runs, "--labels", labels)
        table = (told[:, None] != told[None]).mean(axis=2)
        oracle = disagreement_shares(seeds, table)
        assert found["measure"] == "predictions"
        shares = found["sources"]
        assert isinstance(shares, list)
        assert [one["source"] for one in shares] == ["init_seed", "order_seed"]
        for one, theirs in zip(shares, oracle.shares, strict=True):
            assert theirs.left is not None
            assert one["left"]["value"] == pytest.approx(theirs.left.value)
        assert found["largest"] == "init_seed"

    def test_scores_alone_are_jansens_estimator(self, tmp_path: Path) -> None:
        runs, *_ = self.made(tmp_path)
        found = fields("sources", "--from", runs, "--metric", "acc")
        assert found["measure"] == "accuracy"
        only = fields("sources", "--from", runs, "--metric", "acc", "--by", "init_seed")
        assert [one["source"] for one in only["sources"]] == ["init_seed"]  # type: ignore[attr-defined]

    def test_bad(self, tmp_path: Path) -> None:
        runs, labels, *_ = self.made(tmp_path)
        assert "either --metric" in refused("sources", "--from", runs)
        assert "no column 'x': there are init_seed" in refused(
            "sources", "--from", runs, "--metric", "x"
        )
        short = write(tmp_path / "short.csv", "1,2\n")
        assert "a row per run of" in refused("sources", "--from", runs, "--labels", short)
        other = write(tmp_path / "o.csv", "a,acc\n1,.5\n2,.6\n")
        assert "no column called like a source" in refused(
            "sources", "--from", other, "--metric", "acc"
        )
        same = write(tmp_path / "same.csv", "init,acc\n1,.5\n1,.6\n")
        assert "no seed differs" in refused("sources", "--from", same, "--metric", "acc")
        alike = write(tmp_path / "alike.csv", "init,acc\n1,.5\n2,.5\n")
        assert "all runs agree in everything" in refused(
            "sources", "--from", alike, "--metric", "acc"
        )
        assert "belong to --from" in refused("sources", "first", "--labels", labels)


def test_every_form_of_a_file(tmp_path: Path) -> None:
    path = table(tmp_path / "c.csv", TestEpochs.CURVES)
    assert run("epochs", "--from", path, "--format", "csv").stdout.startswith("quantity,")
    assert "| quantity |" in run("epochs", "--from", path, "--format", "markdown").stdout
    assert json.loads(run("epochs", "--from", path, "--format", "json").stdout)["n"] == 3
