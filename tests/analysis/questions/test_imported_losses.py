"""Questions answer for a score whose best value is the lowest as for any other."""

from pathlib import Path

import numpy as np
import pytest

import seedbed
from tests.analysis.asking import fields, run, value, write


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Curves of losses, and of one minus each as accuracy, over seeds and two sizes."""
    rng = np.random.default_rng(3)
    for size in (32, 256):
        for seed in range(4):
            losses = 0.1 + size / 5_000 + rng.normal(0, 0.01, 6)
            rows = "".join(f"{at},{loss},{1 - loss}\n" for at, loss in enumerate(losses))
            path = tmp_path / "logs" / f"size={size}" / f"seed_{seed}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, "epoch,val_loss,val_accuracy\n" + rows)
    return tmp_path / "logs"


def test_the_best_epoch_of_a_loss_is_its_lowest(logs: Path) -> None:
    address = f"csvlogs:{logs}"
    of_losses = fields("epochs", address, "--metric", "val_loss")["configurations"]
    of_shares = fields("epochs", address, "--metric", "val_accuracy")["configurations"]
    assert isinstance(of_losses, dict)
    assert isinstance(of_shares, dict)
    for arm in ("size=32", "size=256"):
        loss, share = of_losses[arm], of_shares[arm]
        assert loss["epochs"] == share["epochs"]
        assert value(loss["optimism"]) == pytest.approx(value(share["optimism"]))
        assert value(loss["best"]) == pytest.approx(1 - value(share["best"]))
        assert loss["honest"]["low"] == pytest.approx(1 - share["honest"]["high"])
    said = run("epochs", address, "--metric", "val_loss").output
    assert "takes at least" in said
    assert "off a run's score" in said


def test_the_winner_of_a_search_over_losses_is_the_lowest(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    rows = [(arm, seed, 0.2 + rng.normal(0, 0.01)) for arm in range(9) for seed in range(3)]
    lines = [f"{arm},{seed},{loss},{1 - loss}" for arm, seed, loss in rows]
    path = write(tmp_path / "runs.csv", "arm,seed,loss,acc\n" + "\n".join(lines) + "\n")
    loss = seedbed.search(str(path), by=["arm"], metric="loss")
    share = seedbed.search(str(path), by=["arm"], metric="acc")
    found, same = loss.to_dict(), share.to_dict()
    assert found["winner"] == same["winner"]
    assert found["rerun"] == same["rerun"]
    assert found["optimism"] == pytest.approx(same["optimism"])
    assert found["value"] == pytest.approx(1 - same["value"])  # type: ignore[operator]
    best, least = found["expected_best"], same["expected_best"]
    assert [one["value"] for one in best] == pytest.approx([1 - one["value"] for one in least])  # type: ignore[attr-defined]
    assert "Being the lowest lowers that" in loss.text
