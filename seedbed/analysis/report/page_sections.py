"""The sections of the report's page, in reading order."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from seedbed.analysis.findings.attribution_parts import bits_sentence
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.findings.night_series import NightSeries
from seedbed.analysis.report.inline_picture import Inline
from seedbed.analysis.report.of_sources import largest_source
from seedbed.analysis.report.run_words import seed_words
from seedbed.analysis.report.tables import Table
from seedbed.analysis.wording import gathered, listed, one_line, percent
from seedbed.system.text.error_words import alike
from seedbed.tracking.records import OwnFile

FOLD = 40
"""Rows beyond which a table of runs is folded."""


MOST_LOGS = 5
"""Logs of failed runs that are shown."""


CHANGED = "Files were changed on top of this commit, so the commit alone may not repeat it."


SEARCH_PICTURES = (
    *("search", "expected_best"),
    *("search_race", "search_history", "search_parallel", "search_importance"),
)


WHY_OPEN = (
    "These runs cannot tell which source of randomness makes them vary: all seeds change together. "
    "This command tells, with a picture of the sources and their intervals:"
)


WORDS = (
    ("Run", "One training of one network."),
    ("Cell", "One configuration with one set of seeds: what the sweep finishes exactly once."),
    ("Source", "A cause of run-to-run change, such as the initial weights or the order of "
     "examples; each has its own seed."),
    ("Verdict", "Different, equivalent or undecided, with the interval, the test and n."),
    ("95 % interval", "Computed so that 95 of 100 such intervals contain the true value. "
     "For a mean: Student's t. For a standard deviation: chi-square. For a difference on common "
     "seeds: paired t; without common seeds: Welch's t."),
    ("Different, equivalent", "Different: the test says so at 5 %, after Holm's correction where "
     "there are several pairs. Equivalent: two one-sided tests put the difference within "
     "a margin that was named, or the runs are equal bit for bit."),
    ("On new data", "As above for new seeds and new examples of the same kind. It borrows "
     "strength from the examples, so with few seeds its interval can be narrower."),
    ("Genuine change", "The run component of a crossed analysis of variance of runs and examples "
     "(Jordan 2024): how much the accuracy on an infinite test set would change from run to run."),
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """One part of the page."""

    name: str
    title: str
    notes: tuple[str, ...] = ()
    pictures: tuple[Inline, ...] = ()
    tables: tuple[Table, ...] = ()
    folded: tuple[Table, ...] = ()
    folded_title: str = ""
    commands: tuple[str, ...] = ()
    logs: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, str], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (
            self.notes or self.pictures or self.tables or self.folded or self.commands or self.logs
        )


def sections(
    findings: Findings,
    drawn: Mapping[str, Inline],
    tables: Mapping[str, Table],
    most_rows: int,
) -> list[Section]:
    """The parts of the report that have something to say, in reading order."""
    tables = {name: table.shown for name, table in tables.items()}
    said = gathered((arm.label, note) for arm in findings.arms for note in arm.notes)
    notes = tuple(f"{note}." for note in said)

    def picked(*names: str) -> tuple[Inline, ...]:
        return tuple(drawn[name] for name in names if name in drawn)

    def chosen(*names: str) -> tuple[Table, ...]:
        return tuple(tables[name] for name in names if name in tables)

    scored = any(arm.dots or arm.lost for arm in findings.arms)  # a script may give another number
    parts = [
        Section("scores", "How much the runs vary", notes, picked("runs"),
                chosen(*(["configurations", "published"] if scored else []))),
        Section("comparison", "Is there a difference?", findings.caveats,
                picked("differences"), chosen("differences")),
        _nights(findings.nights, picked("nights"), chosen("nights")),
        Section("story", "What the script did", tuple(f"{step}." for step in findings.timeline)),
        _search(findings, picked(*SEARCH_PICTURES), tables.get("search")),
        Section("plan", "How many seeds", (), picked("seeds")),
        Section("parts", "Where the spread comes from", findings.spread_words,
                picked("spread_split"), chosen("spread_split")),
        Section("which-source", "Which source does what", _source_words(findings),
                picked("sources"), chosen(*(["why"] if findings.why_table else ["sources"])),
                commands=tuple(filter(None, [findings.why_command]))),
        Section("churn", "Which examples change their label", (), picked("disputed"),
                chosen("churn")),
        Section("curves", "Learning curves", (), picked("learning_curves")),
        Section("best-epoch", "Choosing the best epoch", (), picked("best_epoch"),
                chosen("best_epoch")),
        Section("confusion", "Which classes are confused", (),
                picked("confusion_matrices", "class_f1"), chosen("classes")),
        Section("probabilities", "Averaging the runs, and trusting their probabilities", (),
                picked("ensemble"), chosen("ensemble", "calibration")),
        _runs(findings, tables, most_rows),
        _environment(findings, chosen("environment", "options")),
        _repeat(findings),
        Section("words", "Words", ("What the terms mean in this report.",), words=WORDS),
    ]  # fmt: skip
    return [section for section in parts if not section.empty]


def _search(findings: Findings, drawn: tuple[Inline, ...], table: Table | None) -> Section:
    """The search, the optimism of its best, and which option mattered."""
    found = findings.searched
    if found is None or table is None:
        return Section("the-search", "The search")
    notes = []
    if found.importances:
        ranked = sorted(found.importances.items(), key=lambda pair: -pair[1])
        said = ", ".join(f"{one_line(name, 24)} {percent(share, 0)}" for name, share in ranked)
        notes.append(f"What mattered, of what the options explain: {said}.")
    if len(table.rows) <= FOLD:
        return Section("the-search", "The search", tuple(notes), drawn, (table,))
    title = f"All {len(table.rows)} configurations"
    cut = cut_table(table, 5 * FOLD)
    return Section(
        "the-search", "The search", tuple(notes), drawn, folded=(cut,), folded_title=title
    )


def _nights(
    series: NightSeries | None, drawn: tuple[Inline, ...], tables: tuple[Table, ...]
) -> Section:
    """The series of nights up to this sweep: its last alarm with its causes, and its chart."""
    title = "Nights"
    if series is None:
        return Section("nights-before", title)
    alarms = [night for night in series.nights if night.alarm]
    notes = [f"Alarm in the night {alarms[-1].day}: {alarms[-1].alarm}" if alarms else series.words]
    if len(alarms) > 1:
        earlier = listed(f"{night.day} ({night.changed or 'mean'})" for night in alarms[-2::-1])
        notes.append(f"Earlier alarms: {earlier}.")
    if alarms and not series.nights[-1].judged:
        notes.append(f"The night {series.nights[-1].day} is not judged yet.")
    folded = f"All {len(series.nights)} nights"
    return Section("nights-before", title, tuple(notes), drawn, folded=tables, folded_title=folded)


def _source_words(findings: Findings) -> tuple[str, ...]:
    """What the sources' shares allow to say, and what would tell more."""
    if findings.why_table:
        return ()  # its sentences stand beside the verdict
    arm = findings.sourced
    if arm is None or arm.shares is None:
        return (WHY_OPEN,) if findings.why_command else ()
    bits = bits_sentence(arm.same_bits)
    said = [bits] if bits else []
    if largest := largest_source(arm):
        said.append(largest)
    if arm.shares.plan is not None:
        said.append(f"Some shares are unresolved. A plan that could tell: {arm.shares.plan}.")
    return tuple(said)


def _runs(findings: Findings, tables: Mapping[str, Table], most_rows: int) -> Section:
    """The runs, folded when there are many, cut when there are too many."""
    every = tables.get("runs")
    lost = tables.get("runs_without_result")
    shown = tuple(cut_table(table, most_rows) for table in (lost,) if table is not None)
    logs = _logs(findings)
    if every is None:
        return Section("runs-list", "The runs", tables=shown, logs=logs)
    if every.runs and {arm.options for arm in findings.arms} == {()}:
        every = without_first(every)  # there is one configuration
    cut = cut_table(every, most_rows)
    if len(every.rows) <= FOLD:
        return Section("runs-list", "The runs", tables=(*shown, cut), logs=logs)
    title = f"All {len(every.rows)} runs with a result"
    if len(cut.rows) < len(every.rows):
        title = f"The first {len(cut.rows)} of {len(every.rows)} runs; all are in runs.csv"
    return Section(
        "runs-list", "The runs", tables=shown, folded=(cut,), folded_title=title, logs=logs
    )


def _logs(findings: Findings) -> tuple[tuple[str, str], ...]:
    """Title and text of the logs of runs without a result, of each kind of error one."""
    found: dict[str, tuple[str, str]] = {}
    for run in (run for arm in findings.arms for run in arm.lost):
        if run.log and not any(alike(known, run.reason or "") for known in found):
            found[run.reason or ""] = (f"The log of {one_line(run.name, 60)}", run.log)
    return tuple(found.values())[:MOST_LOGS]


def cut_table(table: Table, most: int) -> Table:
    """A table's first rows; its caption says of how many.

    Args:
        table: The table.
        most: Rows that stay.
    """
    if len(table.rows) <= most:
        return table
    caption = f"{table.caption} The first {most} of {len(table.rows)}."
    return replace(table, caption=caption, rows=table.rows[:most])


def without_first(table: Table) -> Table:
    """A table without its first column."""
    return replace(
        table,
        head=table.head[1:],
        rows=tuple(row[1:] for row in table.rows),
        words=tuple(column - 1 for column in table.words if column),
    )


def _environment(findings: Findings, both: tuple[Table, ...]) -> Section:
    """What differs in the open; what is one for all runs, and shared options, folded."""
    differing = [setting.name for setting in findings.environment if setting.differs]
    if not both:
        return Section("environment", "Environment")
    said = (
        f"The runs do not agree in {listed(one_line(name, 40) for name in differing)}."
        if differing
        else "All runs that count had the same environment."
    )
    title = "Versions, threads, flags, commit and the options that all runs share"
    return Section("environment", "Environment", (said,), folded=both, folded_title=title)


def _worst(findings: Findings) -> tuple[str, ...]:
    """The command for the run with the lowest score."""
    if findings.worst is None or findings.worst_command is None:
        return ()
    arm, dot = findings.worst
    label = arm.label if arm.options else ""
    words = one_line(f"{label} {seed_words(findings, dot)}", 120)
    return (f"# the {findings.number.worst_run}: {words}\n{findings.worst_command}",)


def _repeat(findings: Findings) -> Section:
    """How to run it again."""
    commit, notes = _code(findings)
    where = "" if findings.files is None else "  # in the repository of your file"
    lines = [f"git checkout {shlex.quote(one_line(commit, 64))}{where}"] if commit else []
    name = shlex.quote(one_line(findings.sweep, 80))
    command = findings.repeat_command or f"seedbed sweep design.yaml --name {name}"
    lines += [command, *([] if _is_of_script(command) else [f"seedbed report {name}"])]
    return Section(
        "repeat",
        "How to repeat it",
        (
            f"{_file(findings)}The same cell in the same environment gives the same "
            "fingerprint. A store with this sweep runs only the missing cells; to run all of them "
            "again, give another name.",
            *notes,
        ),
        commands=("\n".join(lines), *_worst(findings)),
    )


def _is_of_script(command: str) -> bool:
    """Whether a command is about a script, and ends with the report by itself."""
    return command.startswith(("seedbed repeat ", "seedbed why "))


def _file(findings: Findings) -> str:
    """Where the sweep's file is; empty if the command needs none."""
    if findings.repeat_command is None:
        run = one_line(findings.run_id, 40)
        return f"design.yaml, an artifact of the MLflow run {run}, is the sweep's file, as run. "
    if _is_of_script(findings.repeat_command):
        return ""
    return "design.yaml, beside this page, is the sweep's file, as run. "


def _code(findings: Findings) -> tuple[str, list[str]]:
    """The commit that has the code, empty where none is known; and what to know of it."""
    if findings.files is not None:
        return _own_code(findings.files)
    commits = [s for s in findings.environment if s.name.lower() in {"commit", "git_commit"}]
    dirty = [s for s in findings.environment if s.name.lower() in {"dirty", "git_dirty"}]
    changed = any(value.lower() in {"true", "yes"} for s in dirty for value, _ in s.values)
    commit = "" if not commits or commits[0].differs else commits[0].values[0][0]
    return commit, [CHANGED] if changed else []


def _own_code(files: Sequence[OwnFile]) -> tuple[str, list[str]]:
    """The same of a user's own files; Seedbed's commit, which the environment has, is another."""
    known = [one for one in files if one.sha256]
    notes = [f"{_digest(one)}{_commit(one)}." for one in known]
    commits = {one.commit for one in known}
    commit = commits.pop() if len(commits) == 1 else ""
    changed = any(one.changed for one in known)
    return commit, [*notes, *([CHANGED] if changed else [])]


def _digest(file: OwnFile) -> str:
    return f"{one_line(file.name, 60)} has the SHA-256 {one_line(file.sha256, 64)}"


def _commit(file: OwnFile) -> str:
    if not file.commit:
        return " and is in no git repository"
    return f", at commit {one_line(file.commit, 12)} of its own repository"
