"""The tables of what predictions say: classes, churn, epochs, calibration, sources, ensembles."""

from analysis.estimate import Estimate
from analysis.report.figures.classes import class_name
from analysis.report.findings import Findings
from analysis.report.tables import NONE, Table, interval
from analysis.report.wording import fixed, one_line, share_interval


def _value(estimate: Estimate | None, digits: int = 2) -> str:
    return NONE if estimate is None else fixed(100 * estimate.value, digits)


def _share_ends(estimate: Estimate | None) -> str:
    return interval(None if estimate is None else share_interval(estimate), digits=1)


def churn(findings: Findings) -> Table | None:
    """One row per configuration: the share of examples on which two runs disagree."""
    rows = [
        (arm.label, f"{arm.churn.n}", f"{arm.examples:,}", _value(arm.churn), interval(arm.churn))
        for arm in findings.arms
        if arm.churn is not None
    ]
    return Table(
        "churn",
        "Churn: share of the test examples to which two runs of one configuration give different "
        "labels, mean over all pairs of runs, with its 95 % interval.",
        ("configuration", "runs", "test examples", "churn (%)", "interval (%)"),
        tuple(rows),
    )


def disputed(findings: Findings) -> Table | None:
    """The most disputed examples of the best configuration with their votes."""
    arm = findings.best
    if arm is None:
        return None
    rows = []
    for example in arm.disputed:
        order = sorted(range(len(example.votes)), key=lambda c: (-example.votes[c], c))
        votes = [
            f"{class_name(findings, c)}: {example.votes[c]}" for c in order if example.votes[c]
        ]
        rows.append(
            (
                str(example.example),
                class_name(findings, example.label),
                ", ".join(votes),
                fixed(100 * example.disagreement, 0),
            )
        )
    return Table(
        "disputed",
        f"Test examples on which the runs of {one_line(arm.label, 80)} disagree most. Votes: runs "
        "per class. Disagreement: chance that two runs differ.",
        ("example", "true class", "votes", "disagreement (%)"),
        tuple(rows),
        words=(0, 1, 2),
    )


def classes(findings: Findings) -> Table | None:
    """Recall, precision and F1 of each class of the best configuration."""
    arm = findings.best
    if arm is None or arm.scores is None:
        return None
    found = arm.scores
    rows = [
        (
            class_name(findings, index),
            _value(recall, 1),
            _share_ends(recall),
            _value(precision, 1),
            _share_ends(precision),
            NONE if f1 is None else fixed(100 * f1, 1),
        )
        for index, (recall, precision, f1) in enumerate(
            zip(found.recall, found.precision, found.f1, strict=True)
        )
    ]
    over = (
        f"t intervals over {found.runs} runs: about the next seed on this test set"
        if found.runs > 1
        else "Wilson intervals of one run: about other test examples"
    )
    macro = share_interval(found.macro_f1)
    ends = f" ({interval(macro, digits=1)})" if macro.low is not None else ""
    return Table(
        "classes",
        f"{one_line(arm.label, 80)}: recall, precision and F1 by class, percent, {over}. Macro-F1 "
        f"{fixed(100 * macro.value, 1)} %{ends}.",
        ("class", "recall", "interval", "precision", "interval", "F1"),
        tuple(rows),
    )


def epochs(findings: Findings) -> Table | None:
    """How optimistic the best epoch on the test set would have been."""
    rows = [
        (
            arm.label,
            f"{arm.epochs.optimism.n}",
            _value(arm.epochs.best),
            _value(arm.epochs.honest),
            _value(arm.epochs.optimism),
            interval(arm.epochs.optimism),
        )
        for arm in findings.arms
        if arm.epochs is not None
    ]
    return Table(
        "best_epoch",
        "Accuracy of the epoch that is best on the test set, as seen and as cross-fitted (chosen "
        "and scored on different examples); optimism is their difference in points, with its 95 % "
        "interval over runs.",
        ("configuration", "runs", "as seen (%)", "cross-fitted (%)", "optimism", "interval"),
        tuple(rows),
    )


def calibration(findings: Findings) -> Table | None:
    """Whether the probabilities can be trusted."""
    rows = [
        (
            arm.label,
            f"{arm.calibration.l2.n}",
            _value(arm.calibration.l2),
            interval(arm.calibration.l2),
            _value(arm.calibration.ece),
            fixed(100 * arm.calibration.ece_if_calibrated),
        )
        for arm in findings.arms
        if arm.calibration is not None
    ]
    return Table(
        "calibration",
        "Calibration of the predicted class, percentage points. Debiased L2 error: near 0 when "
        "confidence is right, negative by chance. ECE is never 0: beside it what it would be if "
        "the confidences were right.",
        ("configuration", "runs", "L2 error", "interval", "ECE", "ECE if calibrated"),
        tuple(rows),
    )


def ensemble(findings: Findings) -> Table | None:
    """What averaging all runs would give, by configuration."""
    rows = [
        (
            arm.label,
            f"{arm.ensemble.member.n}",
            _value(arm.ensemble.member_accuracy),
            fixed(100 * arm.ensemble.accuracy),
            fixed(arm.ensemble.member.value, 4),
            fixed(arm.ensemble.limit.value, 4),
        )
        for arm in findings.arms
        if arm.ensemble is not None
    ]
    return Table(
        "ensemble",
        "One run on average against all runs with their probabilities averaged: accuracy, and the "
        "Brier score of one run and of endlessly many.",
        ("configuration", "runs", "one run (%)", "all runs (%)", "Brier of one", "Brier of many"),
        tuple(rows),
    )


def sources(findings: Findings) -> Table | None:
    """What each source does to the disagreement."""
    arm = findings.sourced
    if arm is None or arm.shares is None:
        return None
    rows = [
        (
            one_line(share.source, 24),
            _value(share.left, 0),
            interval(share.left, digits=0),
            _value(share.removed, 0),
            interval(share.removed, digits=0),
            "" if share.resolved else (share.note or "unresolved"),
        )
        for share in arm.shares.shares
    ]
    return Table(
        "sources",
        f"{one_line(arm.label, 80)}: disagreement left when only this source varies, and removed "
        "by freezing it, percent of the disagreement when all vary, with 95 % intervals.",
        ("source", "left (%)", "interval", "removed (%)", "interval", ""),
        tuple(rows),
        words=(0, 5),
    )


def published(findings: Findings) -> Table | None:
    """Each configuration against the published figure."""
    rows = []
    for arm in findings.arms:
        found = arm.published
        if found is None:
            continue
        rows.append(
            (
                arm.label,
                found.verdict.verdict,
                fixed(100 * found.difference.value),
                interval(found.difference, sign=True),
                NONE if found.p is None else fixed(found.p, 3),
                NONE if found.exposable_gap is None else fixed(100 * found.exposable_gap),
            )
        )
    return Table(
        "published",
        "Published figure minus mean, percentage points, with its 95 % interval (Crawford and "
        "Howell), the same test set taken for granted. Smallest gap: what these runs could have "
        "exposed.",
        ("configuration", "verdict", "difference", "interval", "p", "smallest gap"),
        tuple(rows),
        words=(0, 1),
    )


def prediction_tables(findings: Findings) -> list[Table]:
    """All of them that the findings support."""
    found = (
        published(findings),
        sources(findings),
        churn(findings),
        disputed(findings),
        classes(findings),
        epochs(findings),
        calibration(findings),
        ensemble(findings),
    )
    return [table for table in found if table is not None and table.rows]
