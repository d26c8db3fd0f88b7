"""Operations: what op determinism does where no GPU is needed to see it."""

import subprocess
import sys

from benchmarks.doctor_effects.setting import summary

RUNS = 10

PROGRAM = """
import sys, time
import keras, tensorflow as tf
from benchmarks.doctor_effects.setting import TEST, TRAIN, X, Y, accuracy, build, fingerprint
tf.config.threading.set_intra_op_parallelism_threads(4)
tf.config.threading.set_inter_op_parallelism_threads(4)
if sys.argv[1] == "deterministic":
    tf.config.experimental.enable_op_determinism()

def noisy(image, label):
    return image + tf.random.normal(tf.shape(image), stddev=0.3), label

rows = tf.data.Dataset.from_tensor_slices((X[TRAIN], Y[TRAIN]))
networks, scores, start = set(), [], time.process_time()
for _ in range(int(sys.argv[2])):
    keras.utils.set_random_seed(1)
    model = build()
    model.fit(rows.map(noisy, num_parallel_calls=4).batch(32), epochs=5, verbose=0)
    networks.add(fingerprint(model))
    scores.append(accuracy(model, TEST))
print(len(networks), time.process_time() - start, *scores)
"""
"""A program that trains one network many times on noise that four threads add to the images."""


def without_determinism() -> None:
    """Networks of ten runs on one seed and four threads, with and without op determinism."""
    for name in ("seed alone", "deterministic"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, name, str(RUNS)],
            capture_output=True,
            text=True,
            check=True,
        )
        networks, took, *scores = map(float, done.stdout.split())
        print(
            f"SB104 four CPU threads, {name}: {networks:.0f} networks in {RUNS} runs on one seed; "
            f"accuracy {summary(scores)}; {took / RUNS:.1f} s of processor time a run"
        )
