"""Run the nights that wait in the night log, one at a time: first the sweep, then its judgement."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from seedbed.sweeps.nightly.alerts.outbox import Outbox
from seedbed.sweeps.nightly.night_log import Entry, NightLog
from seedbed.sweeps.nightly.night_process import GONE, Adopted, Child, kill
from seedbed.sweeps.nightly.series import Series, night_file
from seedbed.system.errors import SeedbedError
from seedbed.system.processes.process_identity import Owner

LOG = logging.getLogger("seedbed.nightly")
TRIES = 3
"""Of a night whose process vanishes."""
JUDGE_TRIES = 6
JUDGE_AGAIN_S = 5.0
"""Before a night is judged again that could not be; doubled each time."""
STOPPED = 130
Step = Literal["run", "check", "send"]
Start = Callable[[Step, Sequence[str], Path], Child]
"""Starts ``seedbed`` with arguments and a log; the step says which secrets it may know."""


class Runner:
    """One night at a time.

    Args:
        night_log: The nights.
        series: Those that may be run here, by name.
        start: Starts a process.
        more: Further arguments of ``seedbed sweep``.
        now: The time, in UTC.
    """

    def __init__(
        self,
        night_log: NightLog,
        series: dict[str, Series],
        start: Start,
        more: Sequence[str] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._night_log = night_log
        self._series = series
        self._start = start
        self._more = tuple(more)
        self._now = now
        self._child: Child | None = None
        self._step: Step = "run"
        self._again = 0.0
        self.entry: Entry | None = None

    @property
    def busy(self) -> bool:
        """Whether a night runs, or is being judged."""
        return self._child is not None

    @property
    def ended(self) -> int | None:
        """Exit status of what ran last and was not yet taken; 0 where nothing runs."""
        return self._child.poll() if self._child is not None else 0

    def recover(self, due: Callable[[Entry], bool]) -> None:
        """Settle what an earlier scheduler left: go on with it, wait for it, or leave it.

        Args:
            due: Tells whether the series' next night is due already.
        """
        for entry in self._night_log.entries():
            if entry.standing != "running" or entry.series not in self._series:
                continue
            if entry.owner and not _has_ended(entry.owner):
                LOG.info("%s still runs as process %s", entry.sweep, entry.owner["pid"])
                self._child, self._step, self.entry = Adopted(entry.owner), "run", entry
            elif due(entry):
                LOG.warning("%s was interrupted, and the next one is due: it is left", entry.sweep)
                self._end(entry, STOPPED, "it was interrupted, and the next night was due")
            else:
                self._night_log.change(entry, standing="waiting", owner=None)

    def look(self) -> bool:
        """Start what waits, and take what ended; True while there is something to do."""
        if self._child is None:
            self._next()
        if self._child is not None and (code := self._child.poll()) is not None:
            self._took(code)
        return self._child is not None or bool(self._waiting()) or bool(self._unjudged())

    def stop(self, number: int) -> None:
        """Send a signal to the running process."""
        if self._child is not None:
            self._child.send(number)

    def give_up(self) -> None:
        """Kill the running process; the night goes on when a scheduler starts again."""
        if self._child is not None:
            kill(self._child)

    def leave(self) -> None:
        """Note that what ran was stopped, after it has ended."""
        if self.entry is not None and self._step == "run" and self._child is not None:
            code = self._child.poll()
            if code == 0:
                self._end(self.entry, 0)
            else:
                self._night_log.change(
                    self.entry, standing="waiting", owner=None, reason="it was interrupted"
                )
        self._child = self.entry = None

    def _waiting(self) -> list[Entry]:
        return [
            one
            for one in self._night_log.entries()
            if one.standing == "waiting" and one.series in self._series
        ]

    def _unjudged(self) -> list[Entry]:
        """Ended nights that are to be judged, now or after a while."""
        return [
            one
            for one in self._night_log.entries()
            if one.unjudged and one.series in self._series and one.tries < JUDGE_TRIES
        ]

    def _next(self) -> None:
        waiting = self._waiting()
        unjudged = [one for one in self._unjudged() if time.monotonic() >= self._again]
        if unjudged:
            self._judge(unjudged[0])
        elif waiting:
            self._run(waiting[0])
        elif self._messages_due():
            self._step = "send"
            log = self._night_log.folder / "outbox" / "sending.log"
            self._child = self._start("send", ["nights", "--check"], log)

    def _messages_due(self) -> bool:
        """Whether an alarm waits that was not taken and is to be tried again now."""
        moment = self._now().astimezone(UTC).isoformat()
        return any(one.due <= moment for one in Outbox(self._night_log.folder, {}).waiting())

    def _run(self, entry: Entry) -> None:
        series = self._series[entry.series]
        log = self._night_log.path(entry, ".log")
        try:
            file = self._night_log.path(entry, ".yaml")
            if not file.exists():
                file = night_file(series, entry.night, self._night_log.series(series.name))
        except SeedbedError as error:
            LOG.error("%s cannot be run: %s", entry.sweep, error)
            self._end(entry, 2, str(error))
            return
        self._child = self._start("run", ["sweep", str(file), "--format", "json", *self._more], log)
        self._step = "run"
        self.entry = self._night_log.change(
            entry,
            standing="running",
            reason="",
            owner=self._child.owner.asdict(),
            started=entry.started or self._moment(),
            tries=entry.tries + 1,
        )
        LOG.info("%s begins; what it prints is in %s", entry.sweep, log)

    def _judge(self, entry: Entry) -> None:
        self._step = "check"
        self.entry = self._night_log.change(entry, tries=entry.tries + 1)
        arguments = ["nights", "--check", "--series", entry.series]
        self._child = self._start("check", arguments, self._night_log.path(entry, ".log"))

    def _took(self, code: int) -> None:
        entry, self._child, self.entry = self.entry, None, None
        if self._step == "send":
            return
        assert entry is not None  # noqa: S101 (set with the child)
        if self._step == "check":
            self._judged(entry, code)
        elif code == GONE:
            self._night_log.change(entry, standing="waiting", owner=None)
        elif code == STOPPED:
            self._end(entry, code, "it was stopped before it was complete")
        elif code < 0 and entry.tries < TRIES:
            LOG.warning("%s: its process ended by signal %d; again", entry.sweep, -code)
            self._night_log.change(entry, standing="waiting", owner=None)
        else:
            self._end(entry, code, _reason(code, self._night_log.path(entry, ".log")))

    def _end(self, entry: Entry, code: int, reason: str = "") -> None:
        fresh = replace(entry, tries=0)
        self._night_log.change(
            fresh, standing="ended", code=code, reason=reason, owner=None, ended=self._moment()
        )

    def _judged(self, entry: Entry, code: int) -> None:
        """Log the outcome, which the judging process wrote into the night log."""
        found = next(
            one for one in self._night_log.entries(entry.series) if one.night == entry.night
        )
        if found.unjudged:
            log = self._night_log.path(entry, ".log")
            LOG.error("%s could not be judged (exit status %d); see %s", entry.sweep, code, log)
            self._again = time.monotonic() + JUDGE_AGAIN_S * 2**found.tries
        elif found.outcome == "alarm":
            LOG.warning("%s: ALARM: %s changed", entry.sweep, ", ".join(found.changed))
        else:
            LOG.info("%s: %s", entry.sweep, found.outcome)

    def _moment(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="seconds")


def _reason(code: int, log: Path) -> str:
    """Why a sweep's process ended with that status, in one sentence."""
    if code == 0:
        return ""
    if code < 0:
        return f"its process ended by signal {-code}"
    last = [
        line.removeprefix("Error: ").strip()
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.strip() and not line.startswith("{")
    ]
    return last[-1][:500] if last else f"its process ended with status {code}"


def _has_ended(fields: Mapping[str, object]) -> bool:
    """Whether a night's process has ended; nights have no lease, so a reboot ends it."""
    owner = Owner.parse(fields)
    return owner.is_gone() or owner.is_of_earlier_boot()
