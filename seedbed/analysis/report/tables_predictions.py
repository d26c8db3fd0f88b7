"""The tables of what predictions say: classes, churn, epochs, calibration, sources, ensembles."""

from collections.abc import Callable

from seedbed.analysis.findings.arm_findings import Arm
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.predictions.classes import class_name
from seedbed.analysis.report.tables import NONE, Table, interval, p_cell
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.wording import fixed, one_line

Cells = tuple[str, ...] | None


def _value(estimate: Estimate | None, digits: int = 2) -> str:
    return NONE if estimate is None else fixed(100 * estimate.value, digits)


def _share_ends(estimate: Estimate | None) -> str:
    return interval(None if estimate is None else estimate.within(0, 1), digits=1)


def _by_arm(
    findings: Findings,
    name: str,
    caption: str,
    head: tuple[str, ...],
    cells: Callable[[Arm], Cells],
    *,
    words: tuple[int, ...] = (0,),
) -> Table:
    """A table with a row for each configuration that has such cells."""
    rows = [(arm.label, *row) for arm in findings.arms if (row := cells(arm)) is not None]
    return Table(name, caption, ("configuration", *head), tuple(rows), words)


def churn(findings: Findings) -> Table:
    """One row per configuration: the share of examples on which two runs disagree."""

    def cells(arm: Arm) -> Cells:
        found = arm.churn
        return (
            None
            if found is None
            else (f"{found.n}", f"{arm.examples:,}", _value(found), interval(found))
        )

    return _by_arm(
        findings,
        "churn",
        "Churn: share of the test examples to which two runs of one configuration give different "
        "labels, mean over all pairs of runs, with its 95 % interval.",
        ("runs", "test examples", "churn (%)", "interval (%)"),
        cells,
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
    macro = found.macro_f1.within(0, 1)
    ends = f" ({interval(macro, digits=1)})" if macro.low is not None else ""
    return Table(
        "classes",
        f"{one_line(arm.label, 80)}: recall, precision and F1 by class, percent, {over}. Macro-F1 "
        f"{fixed(100 * macro.value, 1)} %{ends}.",
        ("class", "recall", "interval", "precision", "interval", "F1"),
        tuple(rows),
    )


def epochs(findings: Findings) -> Table:
    """How optimistic the best epoch on the test set would have been."""

    def cells(arm: Arm) -> Cells:
        found = arm.epochs
        return (
            None
            if found is None
            else (
                f"{found.optimism.n}",
                _value(found.best),
                _value(found.honest),
                _value(found.optimism),
                interval(found.optimism),
            )
        )

    return _by_arm(
        findings,
        "best_epoch",
        "Accuracy of the epoch that is best on the test set, as seen and as cross-fitted (chosen "
        "and scored on different examples); optimism is their difference in points, with its 95 % "
        "interval over runs.",
        ("runs", "as seen (%)", "cross-fitted (%)", "optimism", "interval"),
        cells,
    )


def calibration(findings: Findings) -> Table:
    """Whether the probabilities can be trusted."""

    def cells(arm: Arm) -> Cells:
        found = arm.calibration
        return (
            None
            if found is None
            else (
                f"{found.l2.n}",
                _value(found.l2),
                interval(found.l2),
                _value(found.ece),
                fixed(100 * found.ece_if_calibrated),
            )
        )

    return _by_arm(
        findings,
        "calibration",
        "Calibration of the predicted class, percentage points. Debiased L2 error: near 0 if the "
        "confidences are right, negative by chance. ECE is never 0: the next column is its value "
        "if the confidences were right.",
        ("runs", "L2 error", "interval", "ECE", "ECE if calibrated"),
        cells,
    )


def ensemble(findings: Findings) -> Table:
    """What averaging all runs would give, by configuration."""

    def cells(arm: Arm) -> Cells:
        found = arm.ensemble
        return (
            None
            if found is None
            else (
                f"{found.member.n}",
                _value(found.member_accuracy),
                fixed(100 * found.accuracy),
                fixed(found.member.value, 4),
                fixed(found.limit.value, 4),
            )
        )

    return _by_arm(
        findings,
        "ensemble",
        "One run on average against all runs with their probabilities averaged: accuracy, and the "
        "Brier score of one run and of infinitely many.",
        ("runs", "one run (%)", "all runs (%)", "Brier of one", "Brier of many"),
        cells,
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


def why(findings: Findings) -> Table | None:
    """What ``why`` says of each source."""
    if not findings.why_table:
        return None
    head, *rows = findings.why_table
    return Table(
        "why",
        "Each source: its share if it alone varies, with the 95 % interval, the standard deviation "
        "that it makes, the lines that draw, and what pins it.",
        head,
        tuple(rows),
        words=(0, 1, 2, 3, 4),
    )


def published(findings: Findings) -> Table:
    """Each configuration against the published figure."""

    def cells(arm: Arm) -> Cells:
        found = arm.published
        return (
            None
            if found is None
            else (
                found.verdict.verdict,
                fixed(100 * found.difference.value),
                interval(found.difference, sign=True),
                p_cell(found.p),
                NONE if found.exposable_gap is None else fixed(100 * found.exposable_gap),
            )
        )

    found = [arm.published for arm in findings.arms if arm.published is not None]
    other = any(one.test_set_sd for one in found)
    test_set = "what other test examples add included" if other else "on the same test set"
    return _by_arm(
        findings,
        "published",
        "Published figure minus mean, percentage points, with its 95 % interval (Crawford and "
        f"Howell), {test_set}. Smallest gap: what these runs could have exposed.",
        ("verdict", "difference", "interval", "p", "smallest gap"),
        cells,
        words=(0, 1),
    )


def prediction_tables(findings: Findings) -> list[Table]:
    """All of them that the findings support."""
    found = (
        published(findings),
        sources(findings),
        why(findings),
        churn(findings),
        disputed(findings),
        classes(findings),
        epochs(findings),
        calibration(findings),
        ensemble(findings),
    )
    return [table for table in found if table is not None and table.rows]
