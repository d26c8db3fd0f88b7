"""The report names the run with the lowest score, and the command that repeats it."""

import dataclasses
import html
import os
import re
import shlex
from pathlib import Path

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.report.html import page
from seedbed.analysis.report.lowest_run import note_lowest
from seedbed.analysis.report.publish import publish
from seedbed.analysis.report.run_command import run_command
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.store import Store
from tests.analysis.fake_sweep import Fake, Truth
from tests.support.recorded import EXPERIMENT, Made, record


def box(text: str) -> str:
    """The words of the verdict's box."""
    part = text.split('<section class="verdict')[1].split("</section>", maxsplit=1)[0]
    return html.unescape(re.sub(r"<[^>]+>", "", part)).replace("\N{NO-BREAK SPACE}", " ")


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
    assert "91.00\N{NO-BREAK SPACE}% · finished" in text, "no line ends there"
    assert f"compare the bits: {command}" in box(text)
    assert command in files.markdown.read_text(encoding="utf-8")


def test_streams_that_follow_a_run_s_seed_are_neither_named_nor_taken_for_shared(
    store: Store, tmp_path: Path
) -> None:
    made = [
        Made({"seed": seed, "stream_seeds": "", "augment": "false"}, score)
        for seed, score in ((0, 0.95), (1, 0.91), (2, 0.96))
    ]
    record(store, tmp_path / "runs", "streams", made, sources=["seed", "stream_seeds"])
    files = publish("streams", store, tmp_path / "report").files
    text = files.html.read_text(encoding="utf-8")
    assert "Lowest run. seed 1 · 91.00 % · finished" in box(text)
    assert "share seeds of" not in text


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
    assert run_command(sweep, parent, store) is None
    own = dataclasses.replace(sweep, experiment_file=os.path.abspath("there/mine.py"))  # noqa: PTH100
    assert str(run_command(own, run.run_id, store)).startswith("seedbed verify there/mine.py --")
    evil = dataclasses.replace(run, options={**run.options, "augment": "no\n```\n# title"})
    assert run_command(dataclasses.replace(sweep, runs=(evil,)), run.run_id, store) is None


def test_the_lowest_run_of_a_script_is_repeated_alone(store: Store, tmp_path: Path) -> None:
    home = tmp_path / "it's mine"
    options = {
        "folder": home,
        "script": "src/train.py",
        "arguments": "--units '3 2'",
        "whole_folder": "true",
        "keep_seeds": "false",
        "predictions": "false",
        "as_of": 2019,
    }
    made = [
        Made({**options, "seed": seed}, 0.9 - seed / 100, fingerprint=f"ab{seed}" * 21)
        for seed in (0, 4)
    ]
    parent = record(store, tmp_path / "runs", "train-1", made, file="experiment: script\n")
    sweep = dataclasses.replace(read_sweep("train-1", store), experiment="script")
    lowest = max(sweep.runs, key=lambda run: int(str(run.options["seed"])))
    command = run_command(sweep, lowest.run_id, store)
    assert command is not None
    words = shlex.split(command)
    assert Path(words[2]).resolve() == home / "src" / "train.py"
    assert Path(words[4]).resolve() == home
    del words[2], words[3]
    own = "seedbed repeat --folder --seeds 4, --name train-1-seed-4 --as-of 2019 --no-predictions"
    assert words == [*own.split(), "--", "--units", "3 2"]
    findings = dataclasses.replace(collect(sweep), worst_command=command)
    words_of_box = box(page(findings))
    assert f"the fingerprint ab4ab4ab4ab4: {command}" in words_of_box
    for name, value in (("stream_seeds", "init=3"), ("alternative", "rebuilt"), ("separate", True)):
        other = dataclasses.replace(lowest, options={**lowest.options, name: value})
        alone = dataclasses.replace(sweep, runs=(other,))
        assert run_command(alone, lowest.run_id, store) == f"seedbed repeat --run {lowest.run_id}"
    assert run_command(sweep, parent, store) is None


def test_a_single_run_is_not_called_the_lowest() -> None:
    one = collect(Fake(configurations={"32": Truth()}, seeds=(1,), examples=300).build())
    assert "Lowest run" not in page(one)


def test_where_all_runs_score_the_same_it_says_so(store: Store, tmp_path: Path) -> None:
    for name, scores in (("same", (0.9, 0.9)), ("apart", (0.9, 0.8))):
        made = [Made({"seed": seed}, score) for seed, score in enumerate(scores)]
        record(store, tmp_path / "runs", name, made)
    assert note_lowest("same", store)[0].startswith("Lowest     seed 0 · 90.00 %, as every run")
    assert note_lowest("apart", store)[0].startswith("Lowest     seed 1 · 80.00 %;")
