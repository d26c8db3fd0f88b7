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

LOG_MAX = 2_500
"""Characters of a failed run's log that its tag holds: the last ones."""

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
    Name(TRAIN_LOSS, "mean training loss over the epoch's batches, while the weights change"),
    Name(TRAIN_ACCURACY, "share of training examples classified correctly during the epoch"),
    Name(VAL_LOSS, "mean loss on the validation set after the epoch"),
    Name(VAL_ACCURACY, "share of validation examples classified correctly after the epoch"),
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
    Name(TEST_ACCURACY, "share of test examples classified correctly at the chosen epoch"),
    Name(TEST_LOSS, "mean cross-entropy on the test set at the chosen epoch, in nats"),
    Name(TEST_MACRO_F1, "unweighted mean of F1 over classes, on the test set at the chosen epoch"),
    Name(TEST_ACCURACY_LAST, "share of test examples classified correctly after the last epoch"),
    Name(BEST_EPOCH, "epoch chosen on validation data: highest val_accuracy, then lowest val_loss"),
    Name(TRAIN_SECONDS, "wall-clock seconds of training, without start-up and recording"),
    Name(RESUMED_EPOCHS, "epochs that an interrupted earlier try had completed; 0 if none"),
)
"""One value per run."""

SCORE = TEST_ACCURACY
"""The metric that a sweep's ledger keeps, and that analysis compares."""

HEADLINE = "headline"

SCRIPT_METRICS = (
    Name(HEADLINE, "score of a run of a script that computes no accuracy"),
    Name("fit1_epochs", "epochs of the first fit; fit2_epochs for the second, and so on"),
    Name("fit2_…", "metrics per epoch of the second fit; the first fit uses the names above"),
    Name("evaluate1_…", "metrics of the first evaluate; evaluate2_… for the second, and so on"),
    Name("accuracy_score1", "result of the first call of scikit-learn's accuracy_score"),
    Name("printed_…", "a number that the script printed, named after the words before it"),
    Name("script_seconds", "wall-clock seconds of the whole script"),
)
"""Recorded by a repeated script instead; see docs/guides/repeat.md."""

MAPPED = {"loss": TRAIN_LOSS, "accuracy": TRAIN_ACCURACY, "acc": TRAIN_ACCURACY}
CATEGORICAL = ("sparse_categorical_accuracy", "categorical_accuracy", "binary_accuracy", "acc")


def script_metric(fit: int, name: str) -> str:
    """Name of a script's metric per epoch, from Keras' name and the number of the fit."""
    start, bare = ("val_", name[4:]) if name.startswith("val_") else ("", name)
    if fit > 1:
        return metric_key(f"fit{fit}_{name}")
    bare = "accuracy" if bare in CATEGORICAL else bare
    return metric_key(f"val_{bare}" if start else MAPPED.get(bare, bare))


def metric_key(name: str) -> str:
    """Turn a name into one that MLflow accepts for a metric."""
    return re.sub(r"[^A-Za-z0-9_./%-]+", "_", name).strip("_").replace("%", "percent")[:200]


def score_of(metrics: Mapping[str, float]) -> float:
    """Score of a finished run: its accuracy, or the headline of a script."""
    return metrics[SCORE] if SCORE in metrics else metrics[HEADLINE]


SWEEP_METRICS = (
    Name("runs_finished", "child runs with a result"),
    Name("runs_failed", "child runs that failed, were stopped or were killed, without a result"),
    Name("runs_missing", "cells of the design without a run"),
    Name("accuracy_mean", "mean test accuracy of the configuration with the highest mean"),
    Name("accuracy_mean_low", "lower end of its 95 % interval"),
    Name("accuracy_mean_high", "upper end of its 95 % interval"),
    Name("accuracy_sd", "standard deviation of a run with that configuration"),
    Name("accuracy_next_low", "lower end of the 95 % interval for its next run"),
    Name("accuracy_next_high", "upper end of the 95 % interval for its next run"),
    Name("difference", "its mean minus that of the configuration with the second highest mean"),
    Name("difference_low", "lower end of its 95 % interval, not adjusted for other pairs"),
    Name("difference_high", "upper end of its 95 % interval, not adjusted for other pairs"),
    Name("runs_saved", "runs of the full design that a stop rule saved"),
    Name("search_best_value", "best mean validation accuracy during the search; optimistic"),
    Name("search_fresh_value", "mean validation accuracy of the winner on fresh seeds"),
    Name("search_optimism", "search_best_value minus search_fresh_value of the same configuration"),
    Name("search_test_accuracy", "mean test accuracy of the winner on fresh seeds"),
)
"""On the parent run, as fractions; written by the sweep and by its report."""

NIGHT_MEAN = "night_mean"
NIGHT_SECONDS = "night_seconds"
NIGHT_CHANGED = "night_changed"

NIGHT_METRICS = (
    Name(NIGHT_MEAN, "mean test accuracy of the runs with fresh seeds, or of all; a fraction"),
    Name(NIGHT_SECONDS, "median train_seconds of the night's runs"),
    Name(NIGHT_CHANGED, "runs with fixed seeds whose weights differ from earlier nights"),
)
"""On the parent run of a night, written when the night is judged."""

TAG_PARENT = "mlflow.parentRunId"
TAG_NOTE = "mlflow.note.content"
"""What MLflow's UI shows as the description of a run or an experiment; Markdown."""
TAG_USER = "mlflow.user"
"""MLflow's own tag; its UI shows it beside a run."""

TAG_KIND = "kind"
TAG_STATE = "state"
TAG_CELL = "cell"
TAG_SWEEP = "sweep"
TAG_FINGERPRINT = "fingerprint"
TAG_SEEDS = "seeds"
TAG_TEST_EXAMPLES = "test_examples"
TAG_DIGESTS = "digests"
TAG_REASON = "reason"
TAG_LOG = "log"
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
TAG_LOWEST = "lowest_run"
TAG_NUMBER = "number"
TAG_SCRIPT = "script"
TAG_DOCTOR = "doctor"

TAGS = (
    Name(TAG_KIND, "`run` for a training run, `sweep` for the parent run"),
    Name(
        TAG_STATE,
        "running, finished, pruned (by the sweep's rule), failed, stopped (on request) or killed "
        "(the process disappeared)",
    ),
    Name(TAG_CELL, "hash of a configuration with its seeds and numeric environment, hex"),
    Name(TAG_SWEEP, "name of the sweep; absent from a run started by hand"),
    Name(TAG_FINGERPRINT, "SHA-256 of the weights after the last epoch"),
    Name(TAG_SEEDS, "seed of each source, as JSON"),
    Name(TAG_TEST_EXAMPLES, "on a run: test examples that its accuracy is a share of"),
    Name(TAG_ENVIRONMENT, "SHA-256 of environment.json; equal tags mean equal environments"),
    Name(
        TAG_DIGESTS,
        "file name -> SHA-256 of the files that analysis reads, as JSON; a changed file is refused",
    ),
    Name(TAG_REASON, "why the run failed, was stopped or was killed, in one sentence"),
    Name(
        TAG_LOG,
        "on a failed run: the end of its traceback, or else of what it wrote to standard error",
    ),
    Name(TAG_OWNER, "process of the run: host, boot, process id, start; read by the reaper"),
    Name(TAG_DELIVERY, "id of the run's folder, or of a loop's start; makes repeating harmless"),
    Name(TAG_EXPERIMENT, "name of the experiment, e.g. mnist_cnn"),
    Name(
        TAG_DESIGN,
        "on a sweep: question, varied options, sources, planned runs and seed layout (`plan`; for "
        "the attribution plan, the role of each cell), and, if the file has them, `numeric`, "
        "`published`, `search` with `fresh_seeds`, `stop` and `night`, the path of an experiment "
        "of your own (`experiment_file`), and the configurations and seeds of the cells (`grid`) "
        "where they are known and few; as JSON",
    ),
    Name(TAG_LEDGER, "on a sweep: id of the ledger that tracks which cells are done"),
    Name(
        TAG_LOOKS,
        "on a sweep of two configurations: run counts at which a verdict was given, e.g. `5 10`",
    ),
    Name(TAG_CONCLUSION, "on a sweep: conclusion of its search or stop rule, as text"),
    Name(TAG_SERIES, "on a night: name of its series, e.g. nightly"),
    Name(
        TAG_NIGHT,
        "on a night: its date in the schedule's time zone, e.g. 2030-01-31; with the time if there "
        "are several a day, e.g. 2030-01-31-1430",
    ),
    Name(TAG_OUTCOME, "on a judged night: quiet or alarm"),
    Name(
        TAG_CHANGED,
        "on a night with an alarm: which of fingerprint, mean, spread, run time, failures changed",
    ),
    Name(TAG_ALARM, "on a night with an alarm: the changes and their likely causes, in words"),
    Name(
        TAG_CHARTS,
        "on a judged night: chart -> value, q, ewma, limit and alarm, as JSON; "
        "`in night.json` if that is too long for a tag",
    ),
    Name(TAG_ACCEPTED, "on a night: accepted as the new normal from here on (nights --accept)"),
    Name(TAG_KEEP, "on a run or a sweep, set by hand: prune never removes its files"),
    Name(TAG_REMOVED, "on a run: the files that prune removed, and when"),
    Name(
        TAG_CONFIGURATION,
        "on a run of a sweep: its varied options, e.g. batch_size=32, for grouping",
    ),
    Name(
        TAG_VERDICT,
        "on a sweep with a report: different, equivalent, undecided, identical (one run repeated, "
        "with the same bits), spread (one configuration, so nothing to compare), sources (seedbed "
        "why, or an attribution plan) or none (no run with a result)",
    ),
    Name(TAG_HEADLINE, "on a sweep with a report: the answer in one sentence"),
    Name(
        TAG_LOWEST,
        "on a sweep with a report: the run with the lowest score, in words, and the command that "
        "repeats it, as JSON",
    ),
    Name(
        TAG_NUMBER,
        "on a sweep with a report: the number that it is about (`metric`, `is`), its best mean "
        "with interval, whether it is a share (`scale` turns it into percent) and whether lower is "
        "better, as JSON",
    ),
    Name(
        TAG_SCRIPT,
        "on a run of a script: which number is its score and why, its rounds and arms, as JSON",
    ),
    Name(
        TAG_DOCTOR,
        "on a sweep of scripts: how many findings the doctor has about them, and the first 12, as "
        "JSON",
    ),
)

PREDICTIONS = "predictions.npz"
CONFUSION_JSON = "confusion_matrix.json"
CONFUSION_PICTURE = "confusion_matrix.png"
CLASS_REPORT = "classification_report.json"
CURVES = "curves.png"
ENVIRONMENT = "environment.json"
RANDOM_STREAMS = "random_streams.json"
"""For a script run by `seedbed why`: what drew random numbers, where, and what is pinned."""
MOMENTS = "moments.json"
"""For the same: digests of files, data and weights, in the order of the run."""
STEP_LOSS = "loss"
"""In a step of ``moments.json``: the mean loss up to this step, before it changes the weights."""
NO_SEED = "no seed"
"""In ``moments.json``: the value of a generator that the script creates without a seed."""
RANK_FIRST, RANK_CHOSEN, RANK_CAUSE = 1, 3, 5
"""Of a script's story: from the first to the second rank a sentence is the answer, the lowest rank
before the others; the third tells a cause."""
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
    Name(CONFUSION_PICTURE, "the same as a plot"),
    Name(CLASS_REPORT, "precision, recall, F1 and support by class at the chosen epoch"),
    Name(CURVES, "loss and accuracy by epoch, training and validation"),
    Name(ENVIRONMENT, "versions, threads, oneDNN, op determinism, processor, commit"),
    Name(RANDOM_STREAMS, "script run by seedbed why: what drew random numbers, and what is pinned"),
    Name(MOMENTS, "script run by seedbed why: digests of files, data and weights, in order"),
    Name(WEIGHTS_BY_EPOCH, "SHA-256 of the weights after each epoch, as a list"),
    Name(CHECKPOINT_BEST, "the model at the chosen epoch"),
    Name(CHECKPOINT_LAST, "the model and the optimiser after the last epoch"),
    Name(TRACEBACK, "traceback of a failed run; present only after an exception"),
    Name(SCRIPT_JSON, "script: recorded fits, evaluations, predictions, seeds and files"),
    Name(STDOUT, "script: its standard output"),
    Name(STDERR, "script: its standard error"),
    Name("files/", "script: files that it wrote"),
    Name("script/", "script: the script itself"),
    Name(
        f"{MODEL_FOLDER}/",
        "the model at the chosen epoch in MLflow's format; present only if it was registered",
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
"""Files whose digests a run records, because they are read back later."""

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
    Name(TF32, "whether TensorFlow multiplied in TensorFloat-32 (10 bits of mantissa)"),
)
"""Only for runs on a GPU. Runs with equal seeds may have different weights if these differ."""

PROCESSOR_FIELDS = (
    Name(PROCESSOR, "name of the processor, as the system reports it"),
    Name(PROCESSOR_VENDOR, "its vendor, e.g. AuthenticAMD"),
    Name(PROCESSOR_FAMILY, "its family and model, e.g. 25.1"),
    Name(INSTRUCTION_SET, "largest instruction set that oneDNN uses on it, e.g. AVX2"),
    Name(ONEDNN_VERSION, "version of the oneDNN that TensorFlow bundles"),
)
"""Runs with equal seeds may have different weights if these differ."""

DATA_SHA256 = "data_sha256"

ENVIRONMENT_FIELDS = (
    Name("python", "version of Python"),
    Name("tensorflow", "installed version; likewise keras, numpy, scikit-learn, mlflow and optuna"),
    Name("threads", "threads per operation"),
    Name("op_determinism", "whether TensorFlow used deterministic operations"),
    Name("onednn", "whether TensorFlow used oneDNN"),
    Name(DEVICE, "cpu or gpu"),
    *GPU_FIELDS,
    *PROCESSOR_FIELDS,
    Name(
        WHOLE_CONVOLUTIONS,
        "large convolutions computed whole, because halves of the batch give other bits on this "
        "processor; empty if none",
    ),
    Name("cores", "number of cores"),
    Name("system", "operating system, its release and the machine type"),
    Name("host", "name of the machine"),
    Name("seedbed", "installed version of Seedbed"),
    Name("code_sha256", "SHA-256 over all Python files of Seedbed"),
    Name("git_commit", "commit of the clone; empty if Seedbed is installed"),
    Name("git_dirty", "whether tracked files of the clone were changed"),
    Name(DATA_SHA256, "SHA-256 of the data set, of a script of its data files; empty if unknown"),
    Name("data", "description of the data; only if their source provides one"),
)
"""In ``environment.json``."""

DESIGN = "design.yaml"
REPORT_FOLDER = "report"
NIGHT = "night.json"

SWEEP_ARTIFACTS = (
    Name(DESIGN, "the sweep's file, as run"),
    Name(f"{REPORT_FOLDER}/", "the report with its figures and numbers, written by analysis"),
    Name(NIGHT, "night: fingerprints by run, environment, charts and open alarms"),
)
