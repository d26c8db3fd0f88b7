"""Every name that a run's record uses, with its meaning. docs/run-schema.md is made from this file.

One table per kind; nothing else in Seedbed spells these names as strings.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Name:
    """One name of the record.

    Attributes:
        key: The name as stored.
        meaning: What it means, with its unit.
    """

    key: str
    meaning: str


TAG_MAX = 5000
"""Characters of a tag that holds a text; a longer text is cut."""

DESIGN_MAX = 7_000
"""Characters of the tag ``design``, which cannot be cut: a database has room for 8,000."""

LONGEST_NAME = 250
"""Characters of a run's name; a database has room for no more."""


def shown_name(text: str) -> str:
    """A run's name as MLflow gets it: one line, not too long, nothing a terminal would act on."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 1] + "…"


TRAIN_LOSS = "train_loss"
TRAIN_ACCURACY = "train_accuracy"
VAL_LOSS = "val_loss"
VAL_ACCURACY = "val_accuracy"

EPOCH_METRICS = (
    Name(TRAIN_LOSS, "mean training loss over the epoch's batches, weights changing as it goes"),
    Name(TRAIN_ACCURACY, "share of training examples right while the epoch trained on them"),
    Name(VAL_LOSS, "mean loss on the validation set after the epoch"),
    Name(VAL_ACCURACY, "share of validation examples right after the epoch"),
)
"""One value per epoch; the step is the epoch, counted from 1."""

TEST_ACCURACY = "test_accuracy"
TEST_LOSS = "test_loss"
TEST_MACRO_F1 = "test_macro_f1"
TEST_ACCURACY_LAST = "test_accuracy_last"
BEST_EPOCH = "best_epoch"
TRAIN_SECONDS = "train_seconds"
RESUMED_EPOCHS = "resumed_epochs"

FINAL_METRICS = (
    Name(TEST_ACCURACY, "share of test examples right at the epoch chosen on validation data"),
    Name(TEST_LOSS, "mean cross-entropy on the test set at the chosen epoch, in nats"),
    Name(TEST_MACRO_F1, "unweighted mean over classes of F1 on the test set, chosen epoch"),
    Name(TEST_ACCURACY_LAST, "share of test examples right after the last epoch"),
    Name(BEST_EPOCH, "the chosen epoch: highest val_accuracy, then lowest val_loss, then first"),
    Name(TRAIN_SECONDS, "wall-clock seconds of training, without start-up and recording"),
    Name(RESUMED_EPOCHS, "epochs taken over from an earlier try that was ended; 0 for none"),
)
"""One value per run."""

SCORE = TEST_ACCURACY
"""The metric that a sweep's ledger keeps, and that analysis compares."""

HEADLINE = "headline"

SCRIPT_METRICS = (
    Name(HEADLINE, "of a script without any accuracy: the number that stands for the run"),
    Name("fit1_epochs", "epochs of the first fit; fit2_epochs of the second, and so on"),
    Name("fit2_…", "each metric of the second fit by epoch; those of the first are named as above"),
    Name("evaluate1_…", "each metric of the first evaluate, and so on"),
    Name("accuracy_score1", "what scikit-learn's accuracy_score gave the first time"),
    Name("printed_…", "a number that the script printed, by the words before it"),
    Name("script_seconds", "wall-clock seconds of the script"),
)
"""What a repeated script records instead; see docs/guides/repeat.md."""

MAPPED = {"loss": TRAIN_LOSS, "accuracy": TRAIN_ACCURACY, "acc": TRAIN_ACCURACY}
CATEGORICAL = ("sparse_categorical_accuracy", "categorical_accuracy", "binary_accuracy", "acc")


def script_metric(fit: int, name: str) -> str:
    """Name of a script's metric by epoch, from Keras' own name and the number of the fit."""
    start, bare = ("val_", name[4:]) if name.startswith("val_") else ("", name)
    if fit > 1:
        return metric_key(f"fit{fit}_{name}")
    bare = "accuracy" if bare in CATEGORICAL else bare
    return metric_key(f"val_{bare}" if start else MAPPED.get(bare, bare))


def metric_key(name: str) -> str:
    """A name that MLflow takes for a metric."""
    return re.sub(r"[^A-Za-z0-9_./%-]+", "_", name).strip("_").replace("%", "percent")[:200]


def score_of(metrics: Mapping[str, float]) -> float:
    """The number that stands for a finished run: its accuracy, or a script's headline."""
    return metrics[SCORE] if SCORE in metrics else metrics[HEADLINE]


SWEEP_METRICS = (
    Name("runs_finished", "children that ended with a result"),
    Name("runs_failed", "children that failed, were stopped or were killed and have no result"),
    Name("runs_missing", "cells of the design that have no run yet"),
    Name("accuracy_mean", "mean test accuracy of the configuration with the highest mean"),
    Name("accuracy_mean_low", "lower end of its 95 % interval"),
    Name("accuracy_mean_high", "upper end of its 95 % interval"),
    Name("accuracy_sd", "standard deviation of one run of that configuration"),
    Name("accuracy_next_low", "lower end of the 95 % interval for its next run"),
    Name("accuracy_next_high", "upper end of the 95 % interval for its next run"),
    Name("difference", "its mean minus that of the configuration with the second highest mean"),
    Name("difference_low", "lower end of its 95 % interval, not adjusted for other pairs"),
    Name("difference_high", "upper end of its 95 % interval, not adjusted for other pairs"),
    Name("runs_saved", "runs of the fixed design that a stop rule did without"),
    Name("search_best_value", "the search's own best mean validation accuracy; flatters"),
    Name("search_fresh_value", "mean validation accuracy of the best on fresh seeds"),
    Name("search_optimism", "the search's own best value less that configuration's on fresh seeds"),
    Name("search_test_accuracy", "mean test accuracy of the best on fresh seeds"),
)
"""On the parent run, as fractions; written by the sweep and by its report."""

NIGHT_MEAN = "night_mean"
NIGHT_SECONDS = "night_seconds"
NIGHT_CHANGED = "night_changed"

NIGHT_METRICS = (
    Name(NIGHT_MEAN, "mean test accuracy of the runs with fresh seeds, else of all, as a fraction"),
    Name(NIGHT_SECONDS, "median train_seconds of the night's runs"),
    Name(NIGHT_CHANGED, "runs with fixed seeds whose weights differ from the nights before"),
)
"""On the parent run of a night, written when the night is judged."""

TAG_USER = "mlflow.user"
"""MLflow's own; its UI shows it beside a run."""

TAG_KIND = "kind"
TAG_STATE = "state"
TAG_CELL = "cell"
TAG_SWEEP = "sweep"
TAG_FINGERPRINT = "fingerprint"
TAG_SEEDS = "seeds"
TAG_DIGESTS = "digests"
TAG_REASON = "reason"
TAG_OWNER = "owner"
TAG_DELIVERY = "delivery"
TAG_EXPERIMENT = "experiment"
TAG_DESIGN = "design"
TAG_ENVIRONMENT = "environment"
TAG_LEDGER = "ledger"
TAG_CONCLUSION = "conclusion"
TAG_LOOKS = "looks"
TAG_SERIES = "series"
TAG_NIGHT = "night"
TAG_OUTCOME = "outcome"
TAG_CHANGED = "changed"
TAG_ALARM = "alarm"
TAG_CHARTS = "charts"
TAG_ACCEPTED = "accepted"
TAG_KEEP = "keep"
TAG_REMOVED = "removed"
TAG_CONFIGURATION = "configuration"
TAG_VERDICT = "verdict"
TAG_HEADLINE = "headline"
TAG_SCRIPT = "script"

TAGS = (
    Name(TAG_KIND, "`run` for one training, `sweep` for the parent run of many"),
    Name(
        TAG_STATE,
        "running, finished, pruned (by the sweep's rule), failed, stopped (on request) or killed "
        "(process vanished)",
    ),
    Name(TAG_CELL, "identity of a configuration with its seeds and numeric environment, hex"),
    Name(TAG_SWEEP, "name of the sweep; absent on a run started by hand"),
    Name(TAG_FINGERPRINT, "SHA-256 of the weights after the last epoch"),
    Name(TAG_SEEDS, "the seed of each source as used, as JSON"),
    Name(TAG_ENVIRONMENT, "SHA-256 of environment.json: equal tags are equal environments"),
    Name(
        TAG_DIGESTS,
        "SHA-256 of the files that analysis reads, by name, as JSON; one that differs is refused",
    ),
    Name(TAG_REASON, "why the run failed, was stopped or was killed, in one sentence"),
    Name(TAG_OWNER, "process that runs it: host, boot, process id, start; read by the reaper"),
    Name(TAG_DELIVERY, "identity of the run's folder; makes a repeated delivery harmless"),
    Name(TAG_EXPERIMENT, "name of the experiment, e.g. mnist_cnn"),
    Name(
        TAG_DESIGN,
        "on a sweep: question, varied options, sources, planned runs and how the seeds are laid "
        "out (`plan`; of the attribution plan, which cell plays which part), and where the file "
        "has them `numeric`, `published`, `search` with `fresh_seeds`, `stop` and `night`; as JSON",
    ),
    Name(TAG_LEDGER, "on a sweep: identity of the ledger that says which cells are done"),
    Name(
        TAG_LOOKS,
        "on a sweep of two configurations: numbers of runs at which a verdict was given, `5 10`",
    ),
    Name(TAG_CONCLUSION, "on a sweep: what its search or stop rule says at the end, as text"),
    Name(TAG_SERIES, "on a night: name of its series, e.g. nightly"),
    Name(
        TAG_NIGHT,
        "on a night: its date in the schedule's time zone, 2030-01-31, and where a day has several "
        "the time too, 2030-01-31-1430",
    ),
    Name(TAG_OUTCOME, "on a night that was judged: quiet or alarm"),
    Name(
        TAG_CHANGED,
        "on a night with an alarm: what changed, of fingerprint, mean, spread, run time, failures",
    ),
    Name(TAG_ALARM, "on a night with an alarm: the changes and their likely causes, in words"),
    Name(
        TAG_CHARTS,
        "on a night that was judged: chart -> value, q, ewma, limit and alarm, as JSON; "
        "`in night.json` where it has no room",
    ),
    Name(TAG_ACCEPTED, "on a night: from it on, the level is the new normal (nights --accept)"),
    Name(TAG_KEEP, "on a run or a sweep, set by hand: prune never takes its files"),
    Name(TAG_REMOVED, "on a run: which files prune removed, and on which day"),
    Name(
        TAG_CONFIGURATION,
        "on a run of a sweep: its varied options, e.g. batch_size=32; to group by",
    ),
    Name(
        TAG_VERDICT,
        "on a sweep with a report: different, equivalent, undecided, spread (one configuration, so "
        "nothing to compare) or none (no run with a result)",
    ),
    Name(TAG_HEADLINE, "on a sweep with a report: the answer in one sentence"),
    Name(
        TAG_SCRIPT,
        "on a run of a script: which number stands for it and why, its rounds and arms, as JSON",
    ),
)

PREDICTIONS = "predictions.npz"
CONFUSION_JSON = "confusion_matrix.json"
CONFUSION_PICTURE = "confusion_matrix.png"
CLASS_REPORT = "classification_report.json"
CURVES = "curves.png"
ENVIRONMENT = "environment.json"
RANDOM_STREAMS = "random_streams.json"
"""Of a script run by `seedbed why`: what drew random numbers, where, and what is pinned."""
MOMENTS = "moments.json"
"""Of the same: digests of what the run goes through, in order."""
STEP_LOSS = "loss"
"""In a step of ``moments.json``: the mean loss so far, from before the step changes the weights."""
NO_SEED = "no seed"
"""In ``moments.json``: the value of a generator that the script makes without a seed."""
RANK_CHOSEN, RANK_CAUSE = 3, 5
"""Of a script's story: up to the first rank a sentence is the answer; the second tells a cause."""
WEIGHTS_BY_EPOCH = "weights_by_epoch.json"
CHECKPOINT_BEST = "checkpoints/best.keras"
CHECKPOINT_LAST = "checkpoints/last.keras"
TRACEBACK = "traceback.txt"
SCRIPT_JSON = "script.json"
STDOUT = "stdout.txt"
STDERR = "stderr.txt"
MODEL_FOLDER = "model"

RUN_ARTIFACTS = (
    Name(
        PREDICTIONS,
        "arrays example_ids and labels [example], probabilities and probabilities_last "
        "[example, class] float16, labels_by_epoch [epoch, example], classes [class]; test set",
    ),
    Name(CONFUSION_JSON, "counts [true class, predicted class] at the chosen epoch, and classes"),
    Name(CONFUSION_PICTURE, "the same as a picture"),
    Name(CLASS_REPORT, "precision, recall, F1 and support by class at the chosen epoch"),
    Name(CURVES, "loss and accuracy by epoch, training and validation"),
    Name(ENVIRONMENT, "versions, threads, oneDNN, op determinism, processor, commit"),
    Name(RANDOM_STREAMS, "of a script run by seedbed why: what drew random numbers, and pins"),
    Name(MOMENTS, "of a script run by seedbed why: digests of files, data and weights, in order"),
    Name(WEIGHTS_BY_EPOCH, "SHA-256 of the weights after each epoch, as a list"),
    Name(CHECKPOINT_BEST, "the model at the chosen epoch"),
    Name(CHECKPOINT_LAST, "the model after the last epoch, optimiser included"),
    Name(TRACEBACK, "where a failed run raised; only there when it did"),
    Name(SCRIPT_JSON, "of a script: fits, evaluations, predictions, seeds, files; what was seen"),
    Name(STDOUT, "of a script: what it printed"),
    Name(STDERR, "of a script: what it printed as errors and warnings"),
    Name("files/", "of a script: files that it wrote"),
    Name("script/", "of a script: the script itself"),
    Name(
        f"{MODEL_FOLDER}/",
        "the model at the chosen epoch in MLflow's layout; only there when it was registered",
    ),
)

DIGESTED = (
    PREDICTIONS,
    CONFUSION_JSON,
    ENVIRONMENT,
    RANDOM_STREAMS,
    WEIGHTS_BY_EPOCH,
    CHECKPOINT_BEST,
)
"""Files whose digests a run records: what is read back later."""

PROCESSOR = "processor"
PROCESSOR_VENDOR = "processor_vendor"
PROCESSOR_FAMILY = "processor_family"
INSTRUCTION_SET = "instruction_set"
ONEDNN_VERSION = "onednn_version"
WHOLE_CONVOLUTIONS = "whole_convolutions"
DEVICE = "device"
GPU = "gpu"
GPU_CAPABILITY = "gpu_capability"
CUDA = "cuda"
CUDNN = "cudnn"
TF32 = "tf32"

GPU_FIELDS = (
    Name(GPU, "name of the GPU"),
    Name(GPU_CAPABILITY, "its compute capability, e.g. 9.0"),
    Name(CUDA, "version of CUDA that TensorFlow was built with"),
    Name(CUDNN, "version of cuDNN that TensorFlow was built with"),
    Name(TF32, "whether TensorFlow multiplied in TensorFloat-32, with 10 bits of mantissa"),
)
"""Only of runs that trained on a GPU; those with equal seeds may have other weights likewise."""

PROCESSOR_FIELDS = (
    Name(PROCESSOR, "name of the processor, as the system gives it"),
    Name(PROCESSOR_VENDOR, "its vendor, e.g. AuthenticAMD"),
    Name(PROCESSOR_FAMILY, "its family and model, e.g. 25.1"),
    Name(INSTRUCTION_SET, "the largest instruction set that oneDNN uses on it, e.g. AVX2"),
    Name(ONEDNN_VERSION, "version of oneDNN, which TensorFlow brings with it"),
)
"""Runs with equal seeds may have other weights where these differ."""

DATA_SHA256 = "data_sha256"

ENVIRONMENT_FIELDS = (
    Name("python", "version of Python"),
    Name("tensorflow", "installed version; so are keras, numpy, scikit-learn, mlflow and optuna"),
    Name("threads", "threads of one operation"),
    Name("op_determinism", "whether TensorFlow used deterministic operations"),
    Name("onednn", "whether TensorFlow used oneDNN"),
    Name(DEVICE, "cpu or gpu"),
    *GPU_FIELDS,
    *PROCESSOR_FIELDS,
    Name(
        WHOLE_CONVOLUTIONS,
        "large convolutions computed whole, because on this processor halves of the batch have "
        "other bits; empty where none is",
    ),
    Name("cores", "cores of the machine"),
    Name("system", "operating system, its release and the machine's kind"),
    Name("host", "name of the machine"),
    Name("seedbed", "installed version of Seedbed"),
    Name("code_sha256", "SHA-256 over every Python file of Seedbed"),
    Name("git_commit", "commit of the clone; empty where Seedbed is installed"),
    Name("git_dirty", "whether tracked files of the clone were changed"),
    Name(DATA_SHA256, "SHA-256 of the data set; empty where unknown"),
    Name("data", "what the data are, in words; only where their source says so"),
)
"""In ``environment.json``."""

DESIGN = "design.yaml"
REPORT_FOLDER = "report"
NIGHT = "night.json"

SWEEP_ARTIFACTS = (
    Name(DESIGN, "the sweep's file as it was run"),
    Name(f"{REPORT_FOLDER}/", "the report, its pictures and its numbers, written by analysis"),
    Name(NIGHT, "of a night: fingerprints by run, environment, charts and what is still open"),
)
