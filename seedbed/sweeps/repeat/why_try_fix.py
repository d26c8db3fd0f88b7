"""``seedbed why --try-fix``: run a copy with the doctor's fixes, and compare the spread."""

import hashlib
import os
import shlex
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.chosen_number import Number, choose_number
from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.findings.attribution_parts import independent
from seedbed.analysis.findings.counts_and_warnings import score_of
from seedbed.doctor.patch.plan import Mended, mend
from seedbed.runs.script.paths.outside import read_outside
from seedbed.runs.script.script_files import imported_modules, read as read_script
from seedbed.runs.script.workspace import walk
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.repeat.why import WhyRequest
from seedbed.sweeps.repeat.why_targets import ScriptTarget
from seedbed.system.paths import store_folder
from seedbed.tracking.records import SweepRecord

LEAST, MOST = 5, 10
"""Runs of the patched copy."""

LEAST_SPREAD = 2
"""Runs from which a spread is computed."""


@dataclass(frozen=True)
class Fixed:
    """What the doctor's fixes made of the spread.

    Attributes:
        patches: Rule → number of its findings that were mended.
        sweep: Sweep of the patched copy.
        sd_before: Standard deviation of the script's runs in which all varies.
        n_before: Their number.
        sd_after: Of the patched copy's.
        n_after: Their number.
        identical: Whether all runs of the patched copy give one number.
    """

    patches: Counter[str]
    sweep: str
    sd_before: float
    n_before: int
    sd_after: float
    n_after: int
    identical: bool


def with_fixes(
    answer: Answer, asked: WhyRequest, sweep: str, train: Callable[[Design], bool]
) -> Answer:
    """The answer, with what became of the spread in a patched copy of the script.

    Args:
        answer: What the runs of the script say.
        asked: What was asked of it.
        sweep: Its sweep.
        train: Runs the cells of a design that are left; False if it was stopped or failed.
    """
    target = asked.target
    assert isinstance(target, ScriptTarget)  # noqa: S101 (only scripts are patched)
    mended = mend([target.script])
    if not mended.after:
        return _told(answer, "No finding has a safe patch, so there is no fix to try.", None)
    before = _scores(read(sweep, arms=False).sweep, asked)
    copy = _patched(target, mended)
    design = copy.varied(min(max(len(before[1]), LEAST), MOST))
    patches = ", ".join(sorted(mended.counts))
    if not train(design):
        return _told(answer, f"The copy with the doctor's fixes ({patches}) did not finish.", None)
    number, after = _scores(read(design.name, arms=False).sweep, asked)
    if len(after) < LEAST_SPREAD:
        return _told(
            answer, f"Fewer than two runs with the doctor's fixes ({patches}) finished.", None
        )
    found = Fixed(
        mended.counts,
        design.name,
        _sd(before[1]),
        len(before[1]),
        _sd(after),
        len(after),
        identical=len(set(after)) == 1,
    )
    return _told(answer, _sentence(found, patches, number), found)


def _sentence(found: Fixed, patches: str, number: Number) -> str:
    unit = number.unit
    runs = f"sd {unit.difference(found.sd_before)} in {found.n_before} runs before"
    with_them = f"With the doctor's fixes ({patches}) "
    if found.identical:
        return f"{with_them}nothing varies: {found.n_after} runs give one number; {runs}."
    return (
        f"{with_them}a run moves by {unit.difference(found.sd_after)} (sd, {found.n_after} runs); "
        f"{runs}."
    )


def _told(answer: Answer, sentence: str, found: Fixed | None) -> Answer:
    return replace(
        answer,
        sentences=(*answer.sentences, sentence),
        lines=(*(answer.lines or answer.sentences), "", sentence),
        fields={**answer.fields, "fixed": found},
    )


def _patched(target: ScriptTarget, mended: Mended) -> ScriptTarget:
    """The target whose script is the patched one, in a copy of its folder made of links.

    What the script reads beside its folder (``../data``) is linked beside the copy.
    """
    script = target.script.absolute()
    content = mended.after[target.script]
    home = (target.folder or script.parent).absolute()
    digits = hashlib.sha256(content + str(script).encode()).hexdigest()[:12]
    beside = _beside(target, script, home)
    root = Path(os.path.commonpath([home, *beside]))
    top = store_folder("patched") / digits / (root.name or "root")
    copy = top / home.relative_to(root)
    for folder, names in walk(home):
        inside = copy / folder.relative_to(home)
        inside.mkdir(parents=True, exist_ok=True)
        for name in names:
            _link(inside / name, folder / name)
    for path in beside:
        _link(top / path.relative_to(root), path)
    patched = copy / script.relative_to(home)
    patched.unlink()
    patched.write_bytes(content)
    return replace(target, script=patched, folder=copy if target.folder else None, sweep=None)


def _beside(target: ScriptTarget, script: Path, home: Path) -> list[Path]:
    """What the script reads outside its folder by a relative path."""
    module = read_script(script)
    modules = [module, *imported_modules(module)]
    return read_outside(modules, home, home, shlex.join(target.flags))


def _link(link: Path, original: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(original.resolve())


def _scores(sweep: SweepRecord, asked: WhyRequest) -> tuple[Number, list[float]]:
    """The number of each run in which everything varies."""
    sweep, number = choose_number(sweep, asked.metric)
    runs = independent(sweep, sweep.finished)
    known = (score_of(run, number.metric) for run in runs)
    return number, [score for score in known if score is not None]


def _sd(scores: list[float]) -> float:
    return float(np.std(scores, ddof=1)) if len(scores) > 1 else 0.0
