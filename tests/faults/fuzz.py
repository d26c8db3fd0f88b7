"""Random input for every parser: none may raise anything but what it says.

    python -m tests.faults.fuzz [INPUTS] [SEED]

Each input is a sound one that was changed at random. Inputs that raise another exception are kept
in the folder fuzz-found; the exit code is then 1.
"""

import contextlib
import hashlib
import io
import json
import logging
import os
import random
import sys
import tempfile
import time
import traceback
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from seedbed.analysis.answers.claims.claim import FORMAT, problems_of, read_claim
from seedbed.analysis.answers.inputs.read_inputs import read_matrix, read_words
from seedbed.doctor.source.notebooks import NotebookError, read_notebook
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.status import read_status, show
from seedbed.sweeps.ledger.storages.open_record import open_record
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.sweeps.nightly.due_nights import read_plan
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.system.errors import InputError, SeedbedError, StoreError
from seedbed.tracking.importing.tools.from_tables import read_table_file
from seedbed.tracking.importing.yaml_files import settings_in
from seedbed.tracking.reading.predictions_file import predictions_in
from seedbed.tracking.writing.run_folder import RunFolder
from seedbed.tracking.writing.run_header import parse_header

TOKENS = (
    *(b"\x00", b"\xff", b"\x1b[2J", b"\n", b"\r", b'"', b"'", b",", b";", b"\t", b": ", b"- "),
    *(b"[", b"]", b"{", b"}", b"&a", b"*a", b"!!int x", b"null", b"true", b"-1", b"1e400"),
    *(b"NaN", b"Infinity", b"9" * 50, b"[" * 2000, b"\xef\xbb\xbf", "\u202e".encode()),
    "é".encode(),
)

SWEEP = b"""question: Is 32 better?
experiment: mnist_cnn
configurations: {batch_size: [32, 256], learning_rate: [.001]}
options: {dataset: digits, epochs: 3}
exclude: [batch_size > 128 and learning_rate < 0.001]
seeds: 5
stop: {comparison: {alpha: 0.05, looks: [6, 10]}}
schedule: {cron: "0 2 * * *", timezone: Europe/Zurich}
"""
TABLE = b"batch_size,seed,test_accuracy\n32,0,0.91\n32,1,0.92\n256,0,0.90\n256,1,0.89\n"
NUMBERS = b"a;b\n0,91;0,92\n0,90;0,93\n"
NOTEBOOK = json.dumps(
    {
        "nbformat": 4,
        "metadata": {"kernelspec": {"language": "python"}},
        "cells": [
            {"cell_type": "code", "source": ["%matplotlib inline\n", "import keras\n", "x = 1"]},
            {"cell_type": "markdown", "source": "text"},
        ],
    }
).encode()
HEADER = json.dumps(
    {
        "experiment": "mnist_cnn",
        "name": "seed=3",
        "cell": "0123456789abcdef",
        "params": {"seed": "3"},
        "seeds": {"init": 3},
        "owner": {"host": "node3", "boot": "b", "pid": 4711, "started": 5},
        "delivery": "0" * 32,
        "started_ms": 1,
    }
).encode()
PLAN = (
    b'{"nightly": {"next": "2030-01-02T02:00:00+00:00", "cron": "0 2 * * 1-5", '
    b'"timezone": "Europe/Berlin", "file": "nightly.yaml"}}'
)
EVENTS = (
    b'{"epoch": 1, "metrics": {"val_accuracy": 0.5}, "time_ms": 5}\n'
    b'{"state": "finished", "metrics": {"test_accuracy": 0.5}, "time_ms": 9}\n'
)
CLAIM = json.dumps(
    {
        "format": FORMAT,
        "question": "Is 32 better?",
        "source": {"name": "first", "run_id": None},
        "score": {
            "metric": "accuracy", "scale": 1.0, "is_accuracy": True, "lower_is_better": False,
        },
        "training": {"experiment": "none", "design": "seeds: 2", "options": {"epochs": 1}},
        "terms": {"paired": False, "control": None, "margin": None, "level": 0.95},
        "environment": {"python": ["3.11"]},
        "scores": {"32": [0.91, 0.92, 0.9], "256": [0.9, 0.89, 0.88]},
        "arms": {
            arm: [
                {
                    "run": "a", "cell": "b", "seeds": {"seed": seed}, "options": {"seed": seed},
                    "score": score, "fingerprint": None,
                }
                for seed, score in enumerate(scores)
            ]
            for arm, scores in {"32": [0.91, 0.92, 0.9], "256": [0.9, 0.89, 0.88]}.items()
        },
        "numbers": {"p": 0.1},
        "answer": ["It is."],
        "digest": "0" * 64,
    }
).encode()  # fmt: skip
SETTINGS = b"lr: 0.1\nnet: &net {units: [32, 64], name: !!python/name:torch.nn.ReLU ''}\nb: *net\n"


def _journal() -> bytes:
    from seedbed.sweeps.design.design import load
    from seedbed.sweeps.ledger.ledger import Ledger

    path = Path(os.environ["SEEDBED_STORE"]) / "fuzz.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("question: q?\nexperiment: mnist_cnn\nseeds: 3\n")
    with contextlib.closing(Ledger.open(load(path))) as ledger:
        for number in range(2):
            claim = ledger.claim()
            assert claim is not None
            ledger.report(claim.trial_id, {1: 0.5})
            if number:
                ledger.done(claim.trial_id, 0.9, "0" * 64)
    return (Path(os.environ["SEEDBED_STORE"]) / "ledgers" / "fuzz.journal").read_bytes()


def _predictions() -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        example_ids=np.arange(6),
        labels=np.arange(6) % 2,
        probabilities=np.full((6, 2), 0.5, np.float16),
        probabilities_last=np.full((6, 2), 0.5, np.float16),
        labels_by_epoch=np.zeros((2, 6), np.uint8),
    )
    return stream.getvalue()


def _read_journal(content: bytes, _folder: Path) -> None:
    path = Path(os.environ["SEEDBED_STORE"]) / "ledgers" / "fuzz.journal"
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    ledger = LedgerReader(open_record("fuzz", None))
    show(read_status(ledger))
    state = ledger.sweep_state(curves=True)
    ledger.reasons()
    ledger.notes.orders()
    with contextlib.closing(LedgerReader(open_storage("fuzz", None, create=False))) as by_optuna:
        if repr(by_optuna.sweep_state(curves=True)) != repr(state):
            raise AssertionError("the journal is read in another way than by Optuna")


def _read_plan(content: bytes, folder: Path) -> None:
    (folder / "plan.json").write_bytes(content)
    read_plan(folder / "plan.json")


def _read_run(content: bytes, folder: Path) -> None:
    head, _, events = content.partition(b"\n\n")
    with contextlib.suppress(ValueError):
        parse_header(head.decode("utf-8", "replace"))
    (folder / "events.jsonl").write_bytes(events)
    list(RunFolder(folder).events())


def _check_claim(path: Path) -> None:
    problems_of(read_claim(path))


def _from_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes, Path], None]:
    def parse(content: bytes, folder: Path) -> None:
        path = folder / name
        path.write_bytes(content)
        read(path)

    return parse


Parser = tuple[bytes, Callable[[bytes, Path], object], tuple[type[Exception], ...]]


def parsers() -> dict[str, Parser]:
    """Name → a sound input, what reads it, and what it may raise."""
    damaged: tuple[type[Exception], ...] = (
        OSError,
        ValueError,
        KeyError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,  # zipfile: unknown methods
        RuntimeError,  # zipfile: passwords
    )
    return {
        "yaml": (SWEEP, _from_file("s.yaml", CheckedFile.read), (InputError,)),
        "table": (TABLE, _from_file("t.csv", read_table_file), (InputError,)),
        "numbers": (NUMBERS, _from_file("n.csv", read_matrix), (InputError,)),
        "words": (TABLE, _from_file("w.csv", read_words), (InputError,)),
        "notebook": (NOTEBOOK, lambda c, f: read_notebook(f / "n.ipynb", c), (NotebookError,)),
        "predictions": (_predictions(), _from_file("p.npz", predictions_in), damaged),
        "journal": (_journal(), _read_journal, (InputError, StoreError)),
        "run": (HEADER + b"\n\n" + EVENTS, _read_run, ()),
        "plan": (PLAN, _read_plan, ()),
        "claim": (CLAIM, _from_file("c.json", _check_claim), (InputError,)),
        "settings": (SETTINGS, _from_file("hparams.yaml", settings_in), (InputError,)),
    }


def changed(sound: bytes, draw: random.Random) -> bytes:
    """A sound input with one to six changes."""
    content = bytearray(sound)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(content) + 1)
        match draw.randrange(5):
            case 0:
                content[at : at + 1] = bytes([draw.randrange(256)])
            case 1:
                content[at:at] = draw.choice(TOKENS)
            case 2:
                del content[at : at + draw.randint(1, 40)]
            case 3:
                content[at:at] = content[at : at + draw.randint(1, 200)]
            case _:
                other = draw.randrange(len(content) + 1)
                content[at:at] = content[other : other + draw.randint(1, 40)]
    return bytes(content)


def _trouble(
    read: Callable[[bytes, Path], object],
    may_raise: tuple[type[Exception], ...],
    content: bytes,
    folder: Path,
) -> str:
    """What a parser did that it must not; empty if all is well."""
    try:
        read(content, folder)
    except may_raise as error:
        acting = isinstance(error, SeedbedError) and "\x1b" in str(error)
        return f"its sentence acts on a terminal: {error!r}" if acting else ""
    except Exception:  # what is looked for
        return traceback.format_exc(limit=-3)
    return ""


def main(inputs: int, seed: int, found: Path) -> int:
    """Try so many inputs, as many of each parser; returns how many raised something else."""
    logging.disable(logging.WARNING)  # what is set aside is told in warnings
    wrong, began = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        os.environ["SEEDBED_STORE"] = f"{place}/store"
        every = parsers()
        for number in range(inputs):
            name = list(every)[number % len(every)]
            sound, read, may_raise = every[name]
            content = changed(sound, random.Random(f"{seed} {number}"))
            trouble = _trouble(read, may_raise, content, Path(place))
            if trouble:
                wrong += 1
                found.mkdir(exist_ok=True)
                key = hashlib.sha256(content).hexdigest()[:12]
                (found / f"{name}-{key}").write_bytes(content)
                print(f"input {number} of seed {seed} ({name}): {trouble}")  # noqa: T201
    logging.disable(logging.NOTSET)
    seconds = time.monotonic() - began
    print(f"{inputs} inputs for {len(every)} parsers, seed {seed}: {wrong} raised, {seconds:.0f} s")  # noqa: T201
    return wrong


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    amount, first = (*given, *(100_000, 7)[len(given) :])
    sys.exit(1 if main(amount, first, Path("fuzz-found")) else 0)
