"""The report of runs that another tool recorded: in their unit, and nothing written to them."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

import seedbed
from tests.analysis.asking import refused, run, write


def table(path: Path, metric: str, scores: dict[str, list[float]]) -> Path:
    rows = [
        f"{arm},{seed},{value}"
        for arm, values in scores.items()
        for seed, value in enumerate(values)
    ]
    return write(path, f"arm,seed,{metric}\n" + "\n".join(rows) + "\n")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "store"))


def test_a_report_of_losses_has_their_unit_and_the_verdict(tmp_path: Path) -> None:
    losses = {"a": [0.051, 0.055, 0.052, 0.053], "b<i>": [0.071, 0.074, 0.07, 0.075]}
    path = table(tmp_path / "runs.csv", "val_loss", losses)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    result = run("report", str(path), "--output", str(tmp_path / "page"))
    assert result.exit_code == 0, result.output
    assert "arm=a scores 0.01975 lower than arm=b<i>" in result.output
    assert str(tmp_path / "page" / "report.html") in result.output.replace("\n", "")
    page = (tmp_path / "page" / "report.html").read_text(encoding="utf-8")
    assert "Verdict: different" in page
    assert "b&lt;i&gt;" in page
    assert "b<i>" not in page
    assert "points" not in page
    assert "lower is better" in page
    found = json.loads((tmp_path / "page" / "findings.json").read_text(encoding="utf-8"))
    assert found["comparison"]["p"] < 0.01
    assert found["spread"]["configurations"]["arm=a"]["mean"]["value"] == pytest.approx(0.05275)
    assert "no curves of 2 runs and 2 epochs" in found["unanswered"]["best-epoch"]
    assert sorted(one.name for one in (tmp_path / "page").iterdir()) == [
        *("configurations.csv", "findings.json", "report.html", "report.md", "runs.csv"),
        "runs.png",
    ]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_a_report_of_a_search_names_the_luck_of_its_winner(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    scores = {f"c{at}": list(0.9 + rng.normal(0, 0.01, 3)) for at in range(6)}
    found = seedbed.report(str(table(tmp_path / "runs.csv", "accuracy", scores)))
    assert found.verdict == "undecided"
    assert "How lucky the best configuration is" in found.to_markdown()
    columns, rows = found.table()
    assert columns[2] == "mean (%)"
    assert len(rows) == 6
    means = [float(str(row[2])) for row in rows]
    assert means == sorted(means, reverse=True)
    assert str(found.html).startswith(str(tmp_path / "store" / "reports"))


def test_a_report_says_what_is_too_much_for_it(tmp_path: Path) -> None:
    scores = {f"c{at}": [0.9 + at / 1000 + n / 3000 for n in range(5)] for at in range(41)}
    result = run("report", str(table(tmp_path / "runs.csv", "accuracy", scores)))
    assert result.exit_code == 0, result.output
    found = json.loads(run("report", str(tmp_path / "runs.csv"), "--format", "json").stdout)
    assert "compares up to 40 configurations, got 41" in found["unanswered"]["comparison"]
    assert "curves of up to 200 runs, got 205" in found["unanswered"]["best-epoch"]
    page = run("report", str(tmp_path / "runs.csv"), "--format", "markdown").stdout
    assert "or ask seedbed compare, which takes them all" in page
    assert "What this report does not answer" in page


def test_a_report_of_one_configuration_is_its_spread(tmp_path: Path) -> None:
    path = table(tmp_path / "runs.jsonl.csv", "accuracy", {"a": [0.91, 0.92, 0.94]})
    text = run("report", str(path), "--format", "markdown").stdout
    assert text.startswith("# accuracy of")
    assert "The runs vary by 1.528 points" in text
    assert "The next run will score between" in text


def test_a_report_of_runs_without_the_score_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "runs.csv", "arm,acc\na,nan\nb,\n")
    said = refused("report", str(path), "--output", str(tmp_path / "page"))
    assert "nothing can be said" in said
    assert not (tmp_path / "page").exists()
    blocked = write(tmp_path / "file", "")
    path = table(tmp_path / "two.csv", "accuracy", {"a": [0.91, 0.92], "b": [0.8, 0.81]})
    said = refused("report", str(path), "--output", str(blocked / "page"))
    assert "a folder that can be written" in said
