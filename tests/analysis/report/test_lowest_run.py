"""The report names the run with the lowest score, and the command that repeats it."""

import dataclasses
import html
import re
from pathlib import Path

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.report.html import page
from seedbed.analysis.report.publish import publish
from seedbed.analysis.report.run_command import run_command
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.store import Store
from tests.analysis.fake_sweep import Fake, Truth
from tests.support.recorded import EXPERIMENT, Made, record


def box(text: str) -> str:
    """The words of the verdict's box."""
    part = text.split('<section class="verdict')[1].split("</section>", maxsplit=1)[0]
    return html.unescape(re.sub(r"<[^>]+>", "", part))


def test_the_box_of_the_verdict_has_the_lowest_run_and_its_command(
    store: Store, tmp_path: Path
) -> None:
    scores = {("32", 0): 0.95, ("32", 1): 0.96, ("256", 0): 0.94, ("256", 1): 0.91}
    made = [
        Made({"batch_size": size, "seed": seed, "augment": "false", "epochs": 2}, score)
        for (size, seed), score in scores.items()
    ]
    record(store, tmp_path / "runs", "low", made, varied=["batch_size"])
    files = publish("low", store, tmp_path / "report").files
    (lowest,) = [
        one for one in read_sweep("low", store).runs if one.metrics["test_accuracy"] < 0.92
    ]
    command = f"seedbed verify {EXPERIMENT} --batch-size 256 --seed 1 --against {lowest.run_id}"
    text = files.html.read_text(encoding="utf-8")
    assert "Lowest run. seed 1 · batch_size=256 · 91.00 % · finished" in box(text)
    assert f"compare the bits: {command}" in box(text)
    assert command in files.markdown.read_text(encoding="utf-8")


def test_the_command_has_the_options_of_the_file_and_free_numerics(
    store: Store, tmp_path: Path
) -> None:
    options = {
        "seed": 3,
        "augment": "false",
        "threads": 2,
        "op_determinism": "false",
        "patience": 0,
    }
    text = "experiment: ./mine.py\nnumeric: free\noptions: {augment: false}\n"
    parent = record(store, tmp_path / "runs", "free", [Made(options, 0.9)], file=text)
    sweep = read_sweep("free", store)
    (run,) = sweep.runs
    assert run_command(sweep, run.run_id, store) == (
        "seedbed verify ./mine.py --augment false --seed 3 --op-determinism false --threads 2 "
        f"--against {run.run_id}"
    )
    assert run_command(dataclasses.replace(sweep, experiment="script"), run.run_id, store) is None
    assert run_command(sweep, parent, store) is None
    evil = dataclasses.replace(run, options={**run.options, "augment": "no\n```\n# title"})
    assert run_command(dataclasses.replace(sweep, runs=(evil,)), run.run_id, store) is None


def test_a_single_run_is_not_called_the_lowest() -> None:
    one = collect(Fake(configurations={"32": Truth()}, seeds=(1,), examples=300).build())
    assert "Lowest run" not in page(one)
