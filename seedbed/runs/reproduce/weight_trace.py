"""One training as a list of fingerprints, for ``verify``: what the weights were, and when.

    python -m seedbed.runs.reproduce.weight_trace REQUEST

Each line written tells one moment: the data, the first weights, each epoch (or, of one epoch, each
step with its tensors and layers), the predictions. Two traces of one cell are equal up to the first
that differs.
"""

import hashlib
import json
import os
import signal
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from seedbed.runs.data.splits import Examples, Splits
from seedbed.runs.execution.catalog import Experiment, find
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import RunOptions, parse
from seedbed.runs.settings.seeds import derive
from seedbed.runs.training.tensor_digests import TensorDigests, watch_tensors
from seedbed.system.processes.child_path import forget

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Request:
    """What to trace.

    Attributes:
        reference: The experiment, as ``find`` takes it.
        given: Its options.
        folder: Where the trace and the checkpoint are written.
        warm: Train something else in this process first.
        kill_after: Kill this process after that epoch; 0 for never.
        steps_of: Write the steps of that epoch, and end with it; 0 for none.
    """

    reference: str
    given: dict[str, str]
    folder: str
    warm: bool = False
    kill_after: int = 0
    steps_of: int = 0

    @property
    def lines(self) -> Path:
        """The file that the trace is written to."""
        return Path(self.folder) / "trace.jsonl"


def read(request: Request) -> list[tuple[str, str]]:
    """The moments and their fingerprints, as far as they were written."""
    try:
        text = request.lines.read_text()
    except FileNotFoundError:
        return []
    moments = [json.loads(line) for line in text.splitlines()]
    return list({str(name): str(value) for name, value in moments}.items())


def trace(request: Request) -> None:
    """Train and write the trace; the process should be new."""
    forget()
    experiment = find(request.reference)
    options = parse(experiment.options, request.given)
    tensorflow_setup.prepare(options)
    tensorflow_setup.apply(options)
    if request.warm:
        before = replace(request, warm=False, folder=f"{request.folder}/before")
        Path(before.folder).mkdir()
        other = replace(options, seed=(options.seed + 1) % 1000, epochs=1)
        _trace(before, experiment, other)
    _trace(request, experiment, options)


def _trace(request: Request, experiment: Experiment, options: RunOptions) -> None:
    from seedbed.runs.execution.carry_over import fit_earlier_seeds
    from seedbed.runs.execution.seeded import build_seeded, load_seeded
    from seedbed.runs.training.checkpoints import Checkpoint
    from seedbed.runs.training.epoch_loop import Loop
    from seedbed.runs.training.preconditions import check_model, check_splits
    from seedbed.runs.training.train import Trained, train
    from seedbed.runs.training.weights import fingerprint

    def write(moment: str, value: str) -> None:
        with request.lines.open("a") as stream:
            stream.write(json.dumps([moment, value]) + "\n")

    seeds = derive(options)
    splits = load_seeded(experiment, options, seeds)
    check_splits(splits)
    write("the examples, in any order", _digest_of_set(splits))
    write("the order in which the data arrive", _digest_of_order(splits))
    built = derive(replace(options, seed=0)) if options.carry_over else seeds
    model = build_seeded(experiment, options, built, splits)
    check_model(model, splits)
    write("the first weights", fingerprint(model))
    checkpoint = Checkpoint("trace", splits.sha256, folder=Path(request.folder))
    so_far = checkpoint.load(model)
    if so_far is None and options.carry_over:
        fit_earlier_seeds(model, experiment, options)
    so_far = so_far or Trained(model)
    augment = experiment.augmentation(options)

    def on_epoch(epoch: int, _metrics: dict[str, float]) -> None:
        write(f"epoch {epoch}", fingerprint(model))
        if epoch == request.kill_after:
            os.kill(os.getpid(), signal.SIGKILL)

    wanted = options if not request.steps_of else replace(options, epochs=request.steps_of - 1)
    trained = train(
        model,
        splits,
        wanted,
        seeds,
        on_epoch,
        augment=augment,
        so_far=so_far,
        keep=checkpoint.save,
        callbacks=experiment.callbacks(options) if experiment.callbacks else (),
    )
    if not request.steps_of:
        write("the predictions", hashlib.sha256(trained.probabilities.tobytes()).hexdigest())
        return
    digests = _watched(model)
    loop = Loop(model, splits.train, options, seeds, augment)
    for step in range(loop.steps):
        loop.run(request.steps_of, step, step + 1)
        name = f"epoch {request.steps_of}, step {step + 1}"
        for tensor, value in zip(digests.words, digests.read(), strict=True):
            write(f"{name}, {tensor}", value)
        for layer in reversed(model.layers):  # as gradients go, from the outputs to the inputs
            if layer.weights:
                write(f"{name}, {layer.name} ({type(layer).__name__})", fingerprint(layer))
        write(name, fingerprint(model))


def _watched(model: "keras.Model") -> "TensorDigests":
    """Digest every tensor of the model's training step from now on."""
    import keras

    digests = TensorDigests()
    watch_tensors(digests, (keras.layers.Layer,))
    model.train_step = digests.of_step(model.train_step)
    return digests


def _rows(part: Examples) -> list[bytes]:
    flat = np.ascontiguousarray(part.inputs.reshape(len(part), -1))
    return [
        hashlib.sha256(row.tobytes() + label.tobytes()).digest()
        for row, label in zip(flat, part.labels, strict=True)
    ]


def _parts(splits: Splits) -> list[Examples]:
    return [splits.train, splits.validation, splits.test]


def _digest_of_set(splits: Splits) -> str:
    rows = [b"".join(sorted(_rows(part))) for part in _parts(splits)]
    return hashlib.sha256(b"|".join(rows)).hexdigest()


def _digest_of_order(splits: Splits) -> str:
    rows = [b"".join(_rows(part)) for part in _parts(splits)]
    return hashlib.sha256(b"|".join(rows)).hexdigest()


def as_text(request: Request) -> str:
    """A request for another process."""
    return json.dumps(asdict(request))


if __name__ == "__main__":
    trace(Request(**json.loads(sys.argv[1])))
