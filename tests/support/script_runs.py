"""Runs of scripts as they are recorded: one number each, or several arms in one process."""

from tests.support.recorded import Made

LOSS = "the printed 'test loss'"
ARMS = {"batch_size=32": 32, "batch_size=256": 256}


def loss_run(seed: int, loss: float) -> Made:
    """A run of a script that prints a loss and no accuracy."""
    number = {"metric": "headline", "is": LOSS, "why": "it gives no accuracy", "kind": LOSS}
    return Made(
        {"seed": seed, "script": "loss.py"},
        script={"number": {**number, "kind": "printed test loss"}, "arms": [], "rounds": []},
        metrics={"headline": loss, "printed_test_loss": loss},
        history={"val_loss": [2 * loss, loss], "train_loss": [3 * loss, 2 * loss]},
    )


def arms_run(seed: int, small: float, large: float) -> Made:
    """A run of a script that trains with two batch sizes, the larger one last."""
    arms = [
        {"name": name, "differs": {"batch_size": size}, "values": [value], "is": "accuracy"}
        for (name, size), value in zip(ARMS.items(), (small, large), strict=True)
    ]
    number = {"metric": "test_accuracy", "is": "accuracy of evaluate 2 (line 11)", "kind": "a"}
    return Made(
        {"seed": seed, "script": "arms.py"},
        script={
            "number": {**number, "why": "the last evaluate"},
            "arms": arms,
            "groups": [[0], [1]],
            "rounds": [],
            "dependent": "",
        },
        metrics={"test_accuracy": large, "fit1_epochs": 2.0, "fit2_epochs": 2.0},
        history={
            "val_accuracy": [small / 2, small],
            "fit2_val_accuracy": [large / 2, large],
        },
    )
