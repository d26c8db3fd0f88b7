"""Nights with real processes: training, judgement, alarms, one scheduler, a clean stop."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main
from seedbed.runs.custom import template
from seedbed.tracking.night_records import read_nights
from seedbed.tracking.store import Store
from tests.support.receivers import http_receiver

ROOT = Path(__file__).parents[3]
KEY = "a secret that nobody may see"
FILE = """\
question: Has anything changed?
experiment: ./mine.py
options: {{epochs: {epochs}}}
seeds: 1
schedule:
  cron: "{cron}"
  fresh: 2
  alarm: {{baseline: 2, webhook: "http://127.0.0.1:{port}/hook"}}
"""


@pytest.fixture
def place(store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for files, with no settings of alarms but the secret."""
    del store_path
    for name in list(os.environ):
        if name.startswith(("SEEDBED_WEBHOOK", "SEEDBED_SMTP")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SEEDBED_WEBHOOK_SECRET", KEY)
    return tmp_path


def write(folder: Path, *, port: int = 9, cron: str = "0 2 * * *", epochs: int = 1) -> Path:
    if not (folder / "mine.py").exists():
        template.write(folder / "mine.py")
    file = folder / "mine.yaml"
    file.write_text(FILE.format(port=port, cron=cron, epochs=epochs))
    return file


def start(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "seedbed", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def call(*arguments: str) -> tuple[int, str, str]:
    process = start(*arguments)
    out, err = process.communicate(timeout=280)
    return process.returncode, out, err


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_one_scheduler_stops_at_once_and_a_second_is_refused(place: Path) -> None:
    file = place / "plain.yaml"
    file.write_text("question: Why?\nexperiment: mnist_cnn\nseeds: 2\n")
    plan = Path(os.environ["SEEDBED_STORE"]) / "nightly" / "plan.json"
    scheduler = start("schedule", str(file), "--cron", "0 2 * * *", "--timezone", "Europe/Zurich")
    try:
        wait_for(plan.exists)
        code, out, err = call("schedule", str(file), "--cron", "0 3 * * *")
        assert (code, out) == (2, "")
        assert f"process {scheduler.pid}" in err
        assert err.count("\n") == 1
        code, out, _ = call("nights")
        assert code == 0
        assert "plain: 0 2 * * * (Europe/Zurich)" in out
        assert out.count("  next") == 3
        scheduler.send_signal(signal.SIGTERM)
        out, err = scheduler.communicate(timeout=120)
    finally:
        scheduler.kill()
        scheduler.wait()
    assert scheduler.returncode == 0
    assert "stopped" in err
    assert "No scheduler runs" in call("nights")[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["schedule"], "FILES"),
        (["schedule", "none.yaml"], "must be readable"),
        (["schedule", "{plain}"], "--cron"),
        (["schedule", "{plain}", "--cron", "0 2 * *"], "five fields"),
        (["schedule", "{plain}", "--cron", "0 0 31 2 *"], "never"),
        (["schedule", "{plain}", "--cron", "0 2 * * *", "--timezone", "Mars"], "timezone"),
        (["schedule", "{hook}"], "webhook must"),
        (["nights", "--series", "none"], "no series 'none'"),
        (["nights", "--accept", "none"], "no series 'none'"),
        (["prune"], "--keep must"),
    ],
)
def test_bad_input_is_one_sentence(place: Path, arguments: list[str], words: str) -> None:
    (place / "plain.yaml").write_text("question: Why?\nexperiment: mnist_cnn\nseeds: 2\n")
    (place / "hook.yaml").write_text(
        "question: Why?\nexperiment: mnist_cnn\nseeds: 2\n"
        "schedule: {cron: '0 2 * * *', alarm: {webhook: 'file:///etc/passwd'}}\n"
    )
    given = [one.format(plain=place / "plain.yaml", hook=place / "hook.yaml") for one in arguments]
    result = CliRunner().invoke(main, given)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.proof
def test_three_nights_and_a_changed_file(place: Path) -> None:
    with http_receiver() as inbox:
        file = write(place, port=inbox.port)
        for _ in range(2):
            code, out, err = call("schedule", str(file), "--now")
            assert code == 0, out + err
            assert ": quiet" in out
        first, second = read_nights(Store(), "mine")
        assert [one.outcome for one in (first, second)] == ["quiet", "quiet"]
        assert second.metrics["night_changed"] == 0
        assert {"mean", "spread", "run time"} <= set(second.charts)
        source = (place / "mine.py").read_text()
        changed = source.replace("relu", "tanh")
        assert changed != source
        (place / "mine.py").write_text(changed)
        code, out, err = call("schedule", str(file), "--now")
        assert code == 3, out + err
        assert "fingerprint: 1 of 1 runs" in out
        assert "the experiment's own file" in out
        assert len(inbox.requests) == 1
        code, out, _ = call("nights", "--check", "--format", "json")
        assert code == 3
        assert len(inbox.requests) == 1
    nights = json.loads(out)["nights"]
    assert [one["outcome"] for one in nights] == ["quiet", "quiet", "alarm"]
    assert nights[-1]["changed"] == ["fingerprint"]
    base = Path(os.environ["SEEDBED_STORE"]) / "nightly"
    said = "".join(path.read_text() for path in base.rglob("*") if path.is_file())
    assert KEY not in said + err


@pytest.mark.proof
def test_a_night_by_the_real_clock_is_stopped_and_goes_on_with_the_same_bits(place: Path) -> None:
    file = write(place, cron="* * * * *", epochs=400)
    folder = Path(os.environ["SEEDBED_STORE"])
    scheduler = start("schedule", str(file), "--grace", "0", "--workers", "2")
    try:
        wait_for(
            lambda: any(
                '"epoch"' in path.read_text() for path in folder.glob("runs/*/events.jsonl")
            )
        )
        scheduler.send_signal(signal.SIGTERM)
        _, err = scheduler.communicate(timeout=60)
    finally:
        scheduler.kill()
        scheduler.wait()
    assert scheduler.returncode == 0
    assert "stopped" in err
    entry = json.loads(next((folder / "nightly/series/mine").glob("*.json")).read_text())
    assert entry["standing"] == "waiting"
    text = file.read_text().replace("* * * * *", "0 2 1 1 *")
    file.write_text(text)
    scheduler = start("schedule", str(file), "--workers", "2")
    try:
        path = folder / "nightly/series/mine" / f"{entry['night']}.json"
        wait_for(lambda: json.loads(path.read_text())["outcome"] == "quiet", 150)
        scheduler.send_signal(signal.SIGINT)
        _, err = scheduler.communicate(timeout=60)
    finally:
        scheduler.kill()
        scheduler.wait()
    assert scheduler.returncode == 0, err
    (night,) = read_nights(Store(), "mine")
    assert (night.state, night.outcome) == ("finished", "quiet")
    assert night.metrics["runs_finished"] == 3
