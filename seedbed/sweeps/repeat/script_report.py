"""What a sweep of scripts says before and after its runs, beside what every sweep says."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from seedbed.analysis.answers.script.asked import AskedOfScript
from seedbed.analysis.wording import listed
from seedbed.doctor.examine import examine
from seedbed.doctor.report.json_sarif import as_json as doctor_json
from seedbed.doctor.report.terminal import print_report
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.driver.display import Style
from seedbed.sweeps.driver.script_findings import scripts_of
from seedbed.sweeps.json_events import Examined, NumbersKnown, Warned
from seedbed.sweeps.repeat.kept_seeds import kept_seeds_parting
from seedbed.sweeps.repeat.script_design import FolderSnapshot, refuse_changed, remarks
from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_as_is, print_text
from seedbed.system.text.typed_path import typed_path
from seedbed.tracking.records import SweepRecord

MOST_NAMED = 5
MOST_NUMBERS = 12
VERBS = {
    "other": ("has changed", "have changed"),
    "gone": ("is gone", "are gone"),
    "new": ("is new", "are new"),
}
"""What happened to a file, and to several."""


class ScriptReport:
    """Around the runs of a sweep of scripts.

    Args:
        design: The sweep.
        style: How to show what happens.

    Raises:
        InputError: A script was changed since the sweep began.
    """

    def __init__(self, design: Design, style: Style) -> None:
        self._design = design
        self._style = style
        refuse_changed(design)
        for sentence in remarks(design):
            self._warn(sentence)
        self._untouched = FolderSnapshot(design)

    def has_runs(self) -> bool:
        """Whether a run of the sweep is recorded as finished."""
        return self._recorded() is not None

    def _recorded(self) -> SweepRecord | None:
        """The sweep, if a run of it is recorded as finished."""
        from seedbed.analysis.answers.inputs.recorded_sweep import read

        with suppress(InputError):  # no such sweep yet
            sweep = read(self._design.name, arms=False).sweep
            return sweep if sweep.finished else None
        return None

    def check(self, asked: AskedOfScript) -> None:
        """Refuse a number or arms that the runs so far do not have.

        Raises:
            InputError: They are not there.
        """
        from seedbed.analysis.answers.script.answer import script_answer

        if sweep := self._recorded():
            script_answer(sweep, asked)

    def warn_of_folder(self) -> None:
        """Say which files of the scripts' folders changed while they ran."""
        if changed := self._untouched.changed():
            self._warn(_folder_words(changed))

    def numbers(self, asked: AskedOfScript) -> bool:
        """Say of each number how much it varies.

        Returns:
            Whether the answer about the script was printed as text.
        """
        if self._style == "quiet":
            return False
        from seedbed.analysis.answers.inputs.recorded_sweep import read
        from seedbed.analysis.answers.numbers import numbers_of_runs
        from seedbed.analysis.answers.script.answer import is_of_script, script_answer

        with suppress(InputError):  # no run finished: that is said elsewhere
            found = read(self._design.name, arms=False)
            about_script = script_answer(found.sweep, asked) if is_of_script(found.sweep) else None
            answer = numbers_of_runs(found, about_script=about_script, most=MOST_NUMBERS)
            if self._style == "json":
                print_as_is(NumbersKnown(dict(answer.fields)).line())
                return False
            print_text(f"\n{answer.text}")
            for sentence in kept_seeds_parting(self._design, found.sweep.finished, _say):
                print_text(sentence)
            return about_script is not None
        return False

    def doctor(self) -> None:
        """Say what in the scripts makes their numbers vary."""
        found = examine(scripts_of(self._design))
        if self._style == "json":
            print_as_is(Examined(json.loads(doctor_json(found))).line())
            return
        names = ", ".join(path.name for path in scripts_of(self._design))
        print_text(f"\nWhat in {names} makes these numbers vary, or flatter (doctor):\n")
        print_report(found, Console(), brief=False)

    def _warn(self, text: str) -> None:
        if self._style == "json":
            print_as_is(Warned(text).line())
        else:
            print_text(f"warning: {text}.", error=True, colour="yellow")


def _folder_words(changed: Mapping[str, Sequence[Path]]) -> str:
    """Which files of the script's folder changed, what that means and what to do."""
    parts = []
    for kind, verbs in VERBS.items():
        files = [typed_path(file) for file in changed.get(kind, ())]
        if files:
            parts.append(f"{listed(files, limit=MOST_NAMED)} {verbs[len(files) > 1]}")
    valid = "the runs are valid unless the script reads what is new"
    if changed.keys() != {"new"}:
        valid = (
            "if the script reads what changed, runs had different data, so repeat them under "
            "another --name; otherwise they are valid"
        )
    return (
        f"files in the script's folder changed while it ran: {'; '.join(parts)}. Runs write into "
        "copies of the folder, so this came from another program, or from a library or command of "
        f"the script that writes to a full path: {valid}"
    )


def _say(sentence: str) -> None:
    print_text(f"{sentence} …", error=True)
