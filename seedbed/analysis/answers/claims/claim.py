"""A comparison as a file that others can check: every cell's seeds, score and fingerprint."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import NotRequired, TypedDict, cast

import numpy as np

from seedbed.analysis.answers.answer import Answer, plain
from seedbed.analysis.answers.claims.claim_cells import cells_that_do_not_match
from seedbed.analysis.answers.claims.claim_form import wrong_field
from seedbed.analysis.answers.compare import looks_of, resplits_of
from seedbed.analysis.answers.comparison.comparison_answer import Known, Terms
from seedbed.analysis.answers.comparison.configurations_answer import compare_configurations
from seedbed.analysis.answers.inputs.arms_from_sweep import sweep_arms
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import Unit
from seedbed.analysis.findings.counts_and_warnings import environment, score_of
from seedbed.analysis.statistics.stopping.looks import LookPlan
from seedbed.analysis.statistics.stopping.spending import Spending
from seedbed.system.code_version import VERSION
from seedbed.system.errors import InputError
from seedbed.system.files.bounded_text import bounded_text
from seedbed.tracking.records import RunRecord

FORMAT = "seedbed claim 1"
CLOSE = 1e-9
"""Relative difference up to which two processors compute the same number."""
KEYS = (
    "format",
    "question",
    "source",
    "score",
    "terms",
    "scores",
    "arms",
    "numbers",
    "answer",
    "digest",
)


class ClaimScore(TypedDict):
    """The metric of a claim and its unit."""

    metric: str
    scale: float
    is_accuracy: bool
    lower_is_better: bool


class ClaimCell(TypedDict):
    """One run of a claim."""

    run: str
    cell: str | None
    seeds: Mapping[str, int] | None
    options: Mapping[str, object] | None
    score: float
    fingerprint: str | None


class ClaimTraining(TypedDict):
    """How a claim's cells were trained."""

    experiment: str
    design: str | None
    options: Mapping[str, object]
    """Those that every cell has; a cell has its own."""


class ClaimLooks(TypedDict):
    """A ``LookPlan``."""

    looks: Sequence[int]
    alpha: float
    spending: Spending
    futility: bool
    spent: Sequence[int]
    open: bool


class ClaimTerms(TypedDict):
    """How the arms of a claim are compared."""

    paired: bool | None
    control: str | None
    margin: float | None
    level: float
    looks: NotRequired[ClaimLooks | None]
    """How often the sweep was looked at; absent from claims of the first version."""
    resplits: NotRequired[Sequence[int] | None]
    """Parts trained and tested on, of the folds of a cross-validation."""
    test_size: NotRequired[int | None]
    """Examples in the test set, where predictions tell it; absent from older claims."""
    stuck: NotRequired[Sequence[str]]
    """Names of the arms whose seeds change nothing; absent from older claims."""


class Claim(TypedDict):
    """A claim's content, once its format and ``KEYS`` are checked; ``problems_of`` checks it."""

    format: str
    question: str
    score: ClaimScore
    training: ClaimTraining | None
    """None for runs of another tool."""
    terms: ClaimTerms
    environment: Mapping[str, Sequence[str]]
    scores: Mapping[str, Sequence[float | None]]
    arms: Mapping[str, Sequence[ClaimCell]]
    numbers: Mapping[str, object]
    answer: Sequence[str]
    digest: str


def claim_of(
    found: Recorded, terms: Terms, by: str | None = None, design: str | None = None
) -> Claim:
    """A claim about the arms of recorded runs.

    Args:
        found: The runs.
        terms: How the arms are compared; the control is an arm's name.
        by: Option whose values make the arms; None: the configurations.
        design: Of a sweep, its file as it was run (YAML), where it is recorded.

    Raises:
        InputError: Nothing to compare.
    """
    arms = sweep_arms(found, by, terms.paired)
    looks, resplits = looks_of(found, terms.level), resplits_of(found, arms)
    used = replace(
        terms, paired=arms.paired, unit=found.unit, looks=looks, test_size=arms.test_size
    )
    known = Known(same_bits=arms.same_weights, stuck=arms.stuck)
    answer = compare_configurations(arms.scores, used, known=known, resplits=resplits)
    runs = [run for members in arms.runs.values() for run in members]
    common = {} if found.is_imported else _common_options(runs)
    content: dict[str, object] = {
        "format": FORMAT,
        "seedbed": VERSION,
        "question": found.sweep.question or "Which arm scores better?",
        "source": {"name": found.sweep.name, "run_id": found.sweep.run_id or None},
        "score": {
            "metric": found.metric,
            "scale": found.unit.scale,
            "is_accuracy": found.unit.is_accuracy,
            "lower_is_better": found.unit.lower_is_better,
        },
        "training": None
        if found.is_imported
        else {"experiment": found.sweep.experiment, "design": design, "options": common},
        "terms": {
            "paired": used.paired,
            "control": used.control,
            "margin": used.margin,
            "level": used.level,
            "looks": None if looks is None else plain(asdict(looks)),
            "resplits": None if resplits is None else list(resplits),
            "test_size": used.test_size,
            "stuck": list(arms.stuck),
        },
        "environment": {
            setting.name: [value for value, _ in setting.values] for setting in environment(runs)
        },
        "warnings": [*found.first, *arms.notes, *found.notes],
        "scores": plain(arms.scores),
        "arms": {
            name: [_cell(run, found, common) for run in members]
            for name, members in arms.runs.items()
        },
        "numbers": _numbers(answer),
        "answer": list(answer.sentences),
    }
    return cast("Claim", {**content, "digest": digest_of(content)})


def _common_options(runs: Sequence[RunRecord]) -> dict[str, object]:
    """The options that all runs have in common, which a cell does not repeat."""
    first = runs[0].options
    return {
        name: value
        for name, value in first.items()
        if all(name in run.options and run.options[name] == value for run in runs)
    }


def _cell(run: RunRecord, found: Recorded, common: Mapping[str, object]) -> dict[str, object]:
    named = {name: run.options.get(name) for name in found.sweep.sources}
    own = {name: value for name, value in run.options.items() if name not in common}
    varied = {name: run.options.get(name) for name in found.sweep.varied}
    return {
        "run": run.run_id,
        "cell": run.cell or None,
        "seeds": dict(run.seeds) or named or None,
        "options": varied if found.is_imported else own,
        "score": score_of(run, found.metric),
        "fingerprint": run.fingerprint,
    }


def _numbers(answer: Answer) -> dict[str, object]:
    found = plain(dict(answer.fields))
    assert isinstance(found, dict)  # noqa: S101 - a mapping becomes a dict
    return found


def digest_of(content: Mapping[str, object]) -> str:
    """SHA-256 (hex) of a claim's content without its digest, as canonical JSON."""
    rest = {key: value for key, value in content.items() if key != "digest"}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def read_claim(path: Path) -> Claim:
    """Read a claim's file.

    Raises:
        InputError: It cannot be read, or is not a claim.
    """
    try:
        found = json.loads(bounded_text(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path} cannot be read: {reason}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} must be a claim, but it is not JSON: {error}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise InputError(f"{path} must be a claim with the format {FORMAT!r}: write one with claim")
    lacking = [key for key in KEYS if key not in found]
    if lacking:
        raise InputError(f"{path} must be a complete claim, but it lacks {', '.join(lacking)}")
    wrong = wrong_field(found)
    if wrong is not None:
        raise InputError(
            f"{path} must be a claim as seedbed claim writes it, but its field {wrong!r} has "
            "another form: get the file again from whoever claims it"
        )
    return cast("Claim", found)


def problems_of(claim: Claim) -> list[str]:
    """What is wrong with a claim: its digest, and each number that its scores do not give.

    Args:
        claim: The claim.

    Raises:
        InputError: Its scores or terms make no sense.
    """
    problems = []
    if digest_of(claim) != claim["digest"]:
        problems.append("the content was changed after the claim was made: its digest differs")
    try:
        arms = {
            str(name): np.array([np.nan if one is None else float(one) for one in scores])
            for name, scores in claim["scores"].items()
        }
        cells = {name: [float(cell["score"]) for cell in claim["arms"][name]] for name in arms}
        unit = Unit(
            float(claim["score"]["scale"]),
            bool(claim["score"]["is_accuracy"]),
            bool(claim["score"]["lower_is_better"]),
        )
        how = claim["terms"]
        terms = Terms(
            paired=how["paired"],
            control=how["control"],
            margin=how["margin"],
            level=how["level"],
            looks=_look_plan(how.get("looks")),
            test_size=how.get("test_size"),
        )
    except KeyError as error:
        raise InputError(f"a claim's scores must be of its arms, but no arm is {error}") from None
    problems += [
        f"a cell of {name} scored {one:g}, which is not among the scores compared"
        for name, scores in cells.items()
        for one in scores
        if one not in arms[name]
    ]
    if not problems:
        problems += cells_that_do_not_match(cells, arms, paired=bool(how["paired"]))
    parts = how.get("resplits")
    resplits = None if parts is None else (parts[0], parts[1])
    known = Known(same_bits=partial(_same_weights, claim), stuck=how.get("stuck") or ())
    again = compare_configurations(arms, replace(terms, unit=unit), known=known, resplits=resplits)
    problems += _differences(claim["numbers"], _numbers(again), "numbers")
    if list(claim["answer"]) != list(again.sentences):
        problems.append(f"the scores give another answer: {again.sentences[0]}")
    return problems


def _same_weights(claim: Claim, first: str, second: str) -> bool:
    """Whether both cells of every pair ended with the same weights."""
    prints = [[cell["fingerprint"] for cell in claim["arms"][name]] for name in (first, second)]
    return bool(claim["terms"]["paired"]) and prints[0] == prints[1] and None not in prints[0]


def _look_plan(given: ClaimLooks | None) -> LookPlan | None:
    if given is None:
        return None
    return LookPlan(
        tuple(given["looks"]),
        given["alpha"],
        given["spending"],
        futility=given["futility"],
        spent=tuple(given["spent"]),
        open=given["open"],
    )


def _differences(claimed: object, computed: object, place: str) -> list[str]:
    if isinstance(claimed, Mapping) and isinstance(computed, Mapping):
        return [
            line
            for key in dict.fromkeys((*claimed, *computed))
            for line in _differences(claimed.get(key), computed.get(key), f"{place}.{key}")
        ]
    if isinstance(claimed, list) and isinstance(computed, list) and len(claimed) == len(computed):
        pairs: Sequence[tuple[object, object]] = list(zip(claimed, computed, strict=True))
        return [
            line
            for index, (one, other) in enumerate(pairs)
            for line in _differences(one, other, f"{place}[{index}]")
        ]
    if isinstance(claimed, (int, float)) and isinstance(computed, (int, float)):
        same = math.isclose(claimed, computed, rel_tol=CLOSE, abs_tol=1e-12)
        return [] if same else [f"the scores give {computed:.6g} for {place}, not {claimed:.6g}"]
    return (
        []
        if claimed == computed
        else [f"the scores give {computed!r} for {place}, not {claimed!r}"]
    )
