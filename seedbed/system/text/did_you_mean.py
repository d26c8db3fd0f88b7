"""The right name nearest to a wrong one, by spelling or by the field's abbreviations."""

from collections.abc import Iterable

CLOSE = 0.6
"""Similarity from which two spellings are near, of difflib's 0 to 1."""

ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "act": ("activation",),
    "arch": ("experiment",),
    "aug": ("augment",),
    "bs": ("batch_size",),
    "bsz": ("batch_size",),
    "batch": ("batch_size",),
    "cells": ("configurations",),
    "config": ("configurations",),
    "cpus": ("workers", "threads"),
    "data": ("dataset", "data"),
    "dir": ("folder", "output"),
    "earlystopping": ("patience",),
    "epoch": ("epochs",),
    "eta": ("learning_rate",),
    "grid": ("configurations",),
    "hyperparameters": ("configurations", "options"),
    "jobs": ("workers",),
    "lr": ("learning_rate",),
    "maxepochs": ("epochs",),
    "metrics": ("metric",),
    "model": ("experiment",),
    "nbepoch": ("epochs",),
    "nepochs": ("epochs",),
    "njobs": ("workers",),
    "nproc": ("workers",),
    "nruns": ("seeds",),
    "nseeds": ("seeds",),
    "ntrials": ("draw", "seeds"),
    "numepochs": ("epochs",),
    "numworkers": ("workers",),
    "opt": ("optimizer", "optimiser"),
    "optim": ("optimizer", "optimiser"),
    "out": ("output",),
    "paper": ("published",),
    "parallel": ("workers",),
    "parameters": ("options",),
    "params": ("options", "configurations"),
    "processes": ("workers",),
    "randomseed": ("seed", "seeds"),
    "randomstate": ("seed", "seeds"),
    "repeats": ("seeds",),
    "replicates": ("seeds",),
    "runs": ("seeds",),
    "stepsize": ("learning_rate",),
    "timeout": ("time_limit",),
    "title": ("name", "question"),
    "trials": ("seeds",),
    "wd": ("weight_decay",),
}
"""What people write, without separators, and the names that it may stand for, best first."""


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that ``name`` most likely stands for; None if none is near.

    Case, ``-`` and ``_`` do not matter: ``--batchsize`` is near ``--batch-size``. Two or more
    letters that begin one name alone stand for it.
    """
    from difflib import get_close_matches

    spellings = {_plain(one): one for one in known}
    asked = _plain(name)
    for meant in (asked, *map(_plain, ABBREVIATIONS.get(asked, ()))):
        if meant in spellings:
            return spellings[meant]
    begun = [spelling for spelling in spellings if len(asked) > 1 and spelling.startswith(asked)]
    if len(begun) == 1:
        return spellings[begun[0]]
    near = get_close_matches(asked, spellings, n=1, cutoff=CLOSE)
    return spellings[near[0]] if near else None


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint for a wrong name, ready to follow it in a sentence; empty if none is near."""
    near = nearest_name(name, known)
    return f" (did you mean {near!r}?)" if near else ""


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
