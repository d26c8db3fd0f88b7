"""Seconds of one training epoch: Seedbed's loop, a bare compiled loop, and plain ``model.fit``.

    .venv/bin/python -m benchmarks.training_speed [ROUNDS]

The bare loop is a ``tf.function`` over tensors in memory that does forward pass, gradients and
optimiser step and nothing else. It and a ``fit`` with the same settings (one thread an operation,
operations side by side on the cores there are, deterministic) run in the same process, in turns
with Seedbed's. Plain ``fit`` gets the same arrays and batch size and Keras' and TensorFlow's
defaults, in a process of its own. Seedbed's loop and plain ``fit`` are timed with the whole machine
and on one core, Seedbed's also with a thread per core for each operation (``--threads``, which
changes the bits), as plain ``fit`` has them. Each figure is the fastest of ROUNDS epochs (default
5) after one that compiles. *At once* is what a sweep does: as many runs as cores, each on one,
ROUNDS epochs side by side; the slowest one's seconds per epoch, divided by the number of runs.
Validation and recording are in none of them.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from seedbed.runs.execution.catalog import find
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.environment import version
from seedbed.runs.settings.options import parse
from seedbed.runs.settings.processor import processor
from seedbed.runs.settings.seeds import derive, order_of_epoch
from seedbed.system.paths import IMPORT_ROOT as ROOT

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "mnist_cnn, 20,000 of Fashion-MNIST, batch 32": (
        "mnist_cnn",
        {"dataset": "fashion_mnist", "train_size": 20_000},
    ),
    "transport_cnn, 6,000 windows, batch 64": ("transport_cnn", {"train_size": 6_000}),
    "mnist_cnn on digits, batch 32": ("mnist_cnn", {"dataset": "digits"}),
}

HEAD = (
    *("experiment", "Seedbed", "bare", "fit, same settings", "plain fit"),
    *("Seedbed, a thread per core", "Seedbed, one core", "plain fit, one core", "at once, per run"),
    *("of bare", "times fit", "a thread per core, times fit", "times fit, one core each"),
    "at once, times fit",
)
READY = "ready\n"


def main(rounds: int) -> None:
    """Measure every case and print a table."""
    print(
        f"{os.cpu_count()} cores, {processor().name}; TensorFlow {version('tensorflow')}, "
        f"Keras {version('keras')}; load {os.getloadavg()[0]:.1f} at the start; "
        f"fastest of {rounds} epochs, seconds"
    )
    print(f"| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}")
    for name in CASES:
        loops = in_process(name, "loops", rounds)
        mine, bare, same = (loops[way] for way in ("seedbed", "bare", "fit"))
        fit = in_process(name, "fit", rounds)["fit"]
        threads = in_process(name, "loop with threads", rounds)["seedbed"]
        mine_on_one = in_process(name, "loop on one core", rounds)["seedbed"]
        fit_on_one = in_process(name, "fit on one core", rounds)["fit"]
        at_once = _at_once(name, rounds)
        figures = (mine, bare, same, fit, threads, mine_on_one, fit_on_one, at_once)
        seconds = " | ".join(f"{s:.3f}" for s in figures)
        ratios = " | ".join(
            f"{ratio:.2f}"
            for ratio in (
                *(bare / mine, fit / mine, fit / threads),
                *(fit_on_one / mine_on_one, fit / at_once),
            )
        )
        print(f"| {name} | {seconds} | {ratios} |", flush=True)


def _at_once(case: str, rounds: int) -> float:
    """Seconds of the machine per epoch, with a run on every core."""
    command = [sys.executable, "-m", "benchmarks.training_speed", case, "at once", str(rounds)]
    runs = [
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(os.cpu_count() or 1)
    ]
    for run in runs:
        while (run.stdout.readline() if run.stdout else "") != READY:
            if run.poll() is not None:
                raise RuntimeError(f"a run of {case} ended before it was ready")
    for run in runs:
        if run.stdin is not None:
            run.stdin.write("go\n")
            run.stdin.flush()
    seconds = [json.loads(run.communicate()[0].splitlines()[-1])["seedbed"] for run in runs]
    return float(max(seconds)) / len(runs)


def in_process(case: str, what: str, rounds: int) -> dict[str, float]:
    """Measure one way of training in a process of its own: way → seconds of an epoch."""
    command = [sys.executable, "-m", "benchmarks.training_speed", case, what, str(rounds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


def _measure(case: str, what: str, rounds: int) -> dict[str, float]:
    """Runs in a process of its own."""
    if what.endswith("on one core"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    name, given = CASES[case]
    if what == "loop with threads":
        given = {**given, "threads": tensorflow_setup.usable_cores()}
    experiment = find(name)
    options = parse(experiment.options, given)
    if not what.startswith("fit"):
        alone = what in ("loops", "loop with threads")
        tensorflow_setup.may_use(tensorflow_setup.usable_cores() if alone else 1)
        tensorflow_setup.prepare(options)
        tensorflow_setup.apply(options)
    from seedbed.runs.execution.seeded import build_seeded
    from seedbed.runs.training.epoch_loop import Loop

    seeds = derive(options)
    splits = experiment.load(options, seeds)

    def model() -> Any:
        return build_seeded(experiment, options, seeds, splits)

    fitted, train = model(), splits.train

    def fit(_epoch: int) -> Any:
        return fitted.fit(train.inputs, train.labels, batch_size=options.batch_size, verbose=0)

    if what.startswith("fit"):
        return _fastest({"fit": fit}, rounds)
    loop = Loop(model(), splits.train, options, seeds)
    if what in ("loop on one core", "loop with threads"):
        return _fastest({"seedbed": loop.run}, rounds)
    if what == "at once":
        loop.run(1)
        print(READY, end="", flush=True)
        sys.stdin.readline()
        began = time.perf_counter()
        for epoch in range(2, rounds + 2):
            loop.run(epoch)
        return {"seedbed": (time.perf_counter() - began) / rounds}
    bare = _bare(model(), splits.train, options.batch_size)

    def order(epoch: int) -> Any:
        return order_of_epoch(seeds.order, epoch, len(splits.train))

    return _fastest(
        {"seedbed": loop.run, "bare": lambda epoch: bare(order(epoch)), "fit": fit}, rounds
    )


def _fastest(ways: dict[str, Callable[[int], Any]], rounds: int) -> dict[str, float]:
    """Seconds of the fastest round of each, in turns; the first, which compiles, is left out."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for epoch in range(1, rounds + 2):
        for name, way in ways.items():
            began = time.perf_counter()
            way(epoch)
            seconds[name].append(time.perf_counter() - began)
    return {name: min(values[1:]) for name, values in seconds.items()}


def _bare(model: Any, train: Any, batch_size: int) -> Callable[[Any], Any]:
    import keras
    import tensorflow as tf

    inputs, labels = tf.constant(train.inputs), tf.constant(train.labels)
    loss_of, optimizer = keras.losses.SparseCategoricalCrossentropy(), model.optimizer
    optimizer.build(model.trainable_variables)

    @tf.function  # type: ignore[untyped-decorator]
    def epoch(order: Any) -> None:
        for step in tf.range((tf.shape(order)[0] + batch_size - 1) // batch_size):
            index = order[step * batch_size : (step + 1) * batch_size]
            with tf.GradientTape() as tape:
                output = model(tf.gather(inputs, index), training=True)
                loss = loss_of(tf.gather(labels, index), output)
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))

    return lambda order: epoch(tf.constant(order))


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(_measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
