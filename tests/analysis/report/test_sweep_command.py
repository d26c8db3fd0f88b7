"""``How to repeat it`` shows a command that runs when it is pasted, for each kind of sweep."""

import shlex
from pathlib import Path

import pytest

from seedbed.analysis.answers.script.asked import DEFAULT, AskedOfScript
from seedbed.analysis.report.html import page
from seedbed.analysis.report.publish import publish
from seedbed.analysis.report.sweep_command import runnable_design, sweep_command
from seedbed.cli.sweep.scripts.repeat import repeat
from seedbed.cli.sweep.scripts.script_arguments import FLAGS
from seedbed.cli.sweep.scripts.why import why
from seedbed.sweeps.design.design import load
from seedbed.tracking.records import RunRecord, SweepRecord
from seedbed.tracking.store import Store
from tests.support.recorded import Made, record

FILE = Path("design.yaml")


def script_sweep(*configurations: dict[str, object], **options: object) -> SweepRecord:
    """A sweep of scripts with these configurations, one run each."""
    shared = {"folder": "/srv/code", "script": "train.py", "arguments": "", "seed": 0}
    runs = tuple(
        RunRecord(str(at), "", "finished", {**shared, **options, **one}, {}, str(at))
        for at, one in enumerate(configurations or ({},))
    )
    return SweepRecord(
        "mine", "", "script", "", ("script", "arguments"), ("seed",), (), len(runs), runs
    )


@pytest.mark.parametrize(
    ("sweep", "design", "asked", "command"),
    [
        (
            script_sweep(),
            "seeds: 4",
            DEFAULT,
            "seedbed repeat /srv/code/train.py --seeds 4 --name mine",
        ),
        (
            script_sweep(keep_seeds=True, predictions=False, keras="2", as_of=2018, backend="jax"),
            "seeds: [3]\nnumeric: free",
            AskedOfScript("loss", ("a", "b")),
            "seedbed repeat /srv/code/train.py --seeds 3, --name mine --backend jax "
            "--keep-seeds --no-predictions --numeric free --keras 2 --as-of 2018 --metric loss "
            "--arms a,b",
        ),
        (
            script_sweep({"arguments": "--lr 0.1"}, {"arguments": "--lr 0.2"}, whole_folder=True),
            "seeds: [0, 7]",
            DEFAULT,
            "seedbed repeat /srv/code/train.py --folder /srv/code --seeds 0,7 "
            "--name mine -- --lr 0.1 -- --lr 0.2",
        ),
        (
            script_sweep({"script": "a b.py"}, {"script": "sub/c.py"}, arguments="--epochs 3"),
            "seeds: 2",
            DEFAULT,
            "seedbed repeat '/srv/code/a b.py' /srv/code/sub/c.py --seeds 2 --name mine "
            "-- --epochs 3",
        ),
        (
            script_sweep(separate=True, vary_pinned=True, offline_data=True),
            "seeds: {init: 3}",
            DEFAULT,
            "seedbed why /srv/code/train.py --name mine --vary-pinned --offline-data",
        ),
    ],
)
def test_a_sweep_of_scripts_is_repeated_by_its_own_command(
    sweep: SweepRecord, design: str, asked: AskedOfScript, command: str
) -> None:
    found = sweep_command(sweep, design, FILE, asked)
    assert found == command
    _program, verb, *words = shlex.split(command)
    context = (repeat if verb == "repeat" else why).make_context(verb, words)
    assert len(context.meta[FLAGS]) == command.count(" -- ")


def test_another_sweep_has_its_file_beside_its_report(store: Store, tmp_path: Path) -> None:
    text = "name: own\nquestion: why?\nexperiment: mnist_cnn\noptions:\n  epochs: 1\nseeds: 2\n"
    record(store, tmp_path, "own", [Made({"seed": seed}) for seed in range(2)], file=text)
    folder = tmp_path / "re port"
    files = publish("own", store, folder).files
    command = files.findings.repeat_command
    assert command == f"seedbed sweep '{folder}/design.yaml' --name own"
    assert files.design is not None
    assert len(load(Path(shlex.split(command)[2])).cells) == 2
    shown = page(files.findings).replace("&#39;", "'")
    assert command in shown
    assert "beside this page" in shown


def test_the_file_of_an_own_experiment_runs_from_any_folder() -> None:
    sweep = SweepRecord(
        "own", "", "cnn", "", (), ("seed",), (), 1, (), experiment_file="/srv/cnn.py"
    )
    text = runnable_design(sweep, "experiment: cnn.py # mine\nseeds: 3\n")
    assert text.splitlines() == ["experiment: /srv/cnn.py # mine", "seeds: 3"]


def test_a_command_that_nobody_can_type_is_not_shown() -> None:
    assert sweep_command(script_sweep({"script": "a\x1b.py"}), "seeds: 1", FILE) is None
