"""Judge the nights that ended, write down what was found, and have those told who want to know."""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from seedbed.analysis.nights.judge import judge
from seedbed.analysis.nights.judgement import Before, Judgement
from seedbed.analysis.nights.night_facts import Facts, facts
from seedbed.sweeps.nightly.alerts.mail import send_mail
from seedbed.sweeps.nightly.alerts.outbox import Message, Outbox
from seedbed.sweeps.nightly.alerts.webhook import URL, send_webhook
from seedbed.sweeps.nightly.night_log import Entry, NightLog
from seedbed.sweeps.nightly.night_report import rewrite_report
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.fields.schedule_fields import Alarm, Schedule
from seedbed.system.errors import InputError, StoreError
from seedbed.tracking import schema
from seedbed.tracking.night_records import (
    NightPage,
    NightRecord,
    accept_night,
    mark_night,
    read_nights,
    read_page,
)
from seedbed.tracking.own_sweeps import parent_of, this_user
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.store import Store
from seedbed.tracking.ui_links import run_link

LOG = logging.getLogger("seedbed.nightly")
LAST_TRY = 6
"""After so many tries to reach the store, a night is given up, which is an alarm too."""


@dataclass(frozen=True)
class NightVerdict:
    """What a look at the nights gave.

    Attributes:
        judged: The nights that were judged by it.
        newest: The last judged night of each series.
        tried: The messages that it tried to send.
    """

    judged: tuple[Entry, ...]
    newest: tuple[Entry, ...]
    tried: tuple[Message, ...]

    @property
    def alarm(self) -> bool:
        """Whether the last night of some series raised an alarm."""
        return any(one.outcome == "alarm" for one in self.newest)


def outbox(night_log: NightLog, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Outbox:
    """The messages of a store, with the ways to send them."""
    return Outbox(night_log.folder, {"webhook": send_webhook, "email": send_mail}, now)


def check(night_log: NightLog, series: Sequence[str] = ()) -> NightVerdict:
    """Judge every night that ended and was not judged, oldest first, and send what waits.

    Args:
        night_log: The nights.
        series: Only these; default all.

    Raises:
        StoreError: MLflow cannot be reached; what was to be sent is sent all the same.
    """
    box = outbox(night_log)
    judged: list[Entry] = []
    try:
        waiting = [one for one in night_log.entries() if one.unjudged]
        judged.extend(
            _check(night_log, box, one) for one in waiting if not series or one.series in series
        )
    finally:
        tried = box.flush()
    newest = {
        one.series: one
        for one in night_log.entries()
        if one.outcome and (not series or one.series in series)
    }
    return NightVerdict(tuple(judged), tuple(newest.values()), tuple(tried))


def accept(series: str) -> str:
    """Take the level of a series since its open alarm for the new normal; returns that night.

    Raises:
        InputError: No alarm of its charts is open.
        StoreError: MLflow cannot be reached.
    """
    store = Store()
    store.check()
    nights = [one for one in _own(read_nights(store, series)) if one.outcome]
    first = None
    for one in reversed(nights):
        if not any(point.open for point in one.charts.values()) or one.accepted:
            break
        first = one
    if first is None:
        raise InputError(
            f"A series must have an alarm of mean, spread or run time that is open, but {series!r} "
            "has none: seedbed nights shows them."
        )
    accept_night(store, first.run_id)
    return first.night


def _check(night_log: NightLog, box: Outbox, entry: Entry) -> Entry:
    settings = _settings(Path(entry.file))
    try:
        store = Store()
        store.check()
        nights = _own(read_nights(store, entry.series))
        mine = next((one for one in reversed(nights) if one.night == entry.night), None)
        file = night_log.path(entry, ".yaml")
        judgement = _judged(
            *(store, entry, mine, nights),
            previous=_previous(night_log, entry),
            settings=settings,
            file=file,
        )
        _tell(box, entry, judgement, settings.alarm, night=mine, store=store)
        if mine is not None:
            _mark(store, mine, judgement)
            rewrite_report(mine.sweep, store)
    except StoreError as error:
        if entry.tries < LAST_TRY:
            raise
        known = _failing(_previous(night_log, entry))
        judgement = judge(Facts(), [Before("", True, {}, known)], 2, f"not judged: {error}")
        _tell(box, entry, judgement, settings.alarm, night=None, store=None)
    for line in judgement.text.splitlines():
        LOG.warning("%s: %s", entry.sweep, printable(line))
    return night_log.change(
        entry,
        outcome=judgement.outcome,
        changed=judgement.changed,
        failing=tuple(judgement.page["open_failures"]),
        mean=judgement.mean,
        text=judgement.text,
    )


def _own(nights: Sequence[NightRecord]) -> list[NightRecord]:
    """This user's nights: on a server, others may have a series of the same name.

    Of several records of one night, the one that was run from this store comes last.
    """
    own = [one for one in nights if one.user in ("", this_user())]
    return sorted(own, key=lambda one: (one.night, one.run_id == parent_of(one.sweep)))


def printable(text: str) -> str:
    """A text for the log: what a terminal might obey stands as an escape."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )


def _settings(path: Path) -> Schedule:
    """What the series' file says of its nights now; the defaults where it cannot be read."""
    try:
        fields = CheckedFile.read(path).fields
    except InputError as error:
        LOG.warning("%s", error)
        return Schedule()
    return fields.schedule or Schedule()


def _previous(night_log: NightLog, entry: Entry) -> Entry | None:
    """The night before that was judged."""
    before = [one for one in night_log.entries(entry.series) if one.planned < entry.planned]
    return next((one for one in reversed(before) if one.outcome), None)


def _failing(previous: Entry | None) -> NightPage:
    return {"open_failures": list(previous.failing)} if previous else {}


def _judged(
    store: Store,
    entry: Entry,
    mine: NightRecord | None,
    nights: Sequence[NightRecord],
    *,
    previous: Entry | None,
    settings: Schedule,
    file: Path,
) -> Judgement:
    judged = [one for one in nights if one.outcome and one is not mine]
    earlier = [one for one in judged if mine is None or one.started_ms < mine.started_ms]
    quiet = next((one.run_id for one in reversed(earlier) if one.outcome == "quiet"), None)
    last = earlier[-1].run_id if earlier else None
    before = [
        Before(
            one.night,
            one.outcome == "quiet",
            one.charts,
            _with_failing(store, one, previous, last) if one.run_id in (quiet, last) else {},
            one.accepted,
        )
        for one in earlier
    ]
    if not before and previous is not None:
        before = [Before(previous.night, False, {}, _failing(previous))]
    trouble = entry.reason if entry.code not in (0, None) else ""
    if mine is None:
        return judge(Facts(), before, settings.alarm.baseline, trouble or "it left no record")
    night = read_sweep(mine.sweep, store)
    fresh, repeatable = _design(file)
    found = facts(night, fresh, repeatable=repeatable)
    return judge(found, before, settings.alarm.baseline, trouble)


def _with_failing(
    store: Store, one: NightRecord, previous: Entry | None, last: str | None
) -> NightPage:
    """A night's page; the last one's with what failed in a night since that left no record."""
    page = read_page(store, one.run_id)
    return {**page, **_failing(previous)} if one.run_id == last else page


def _design(file: Path) -> tuple[tuple[int, ...], bool]:
    """A night's fresh seeds, and whether equal seeds must give equal bits."""
    fields = CheckedFile.read(file).fields
    repeats = fields.numeric == "fixed" and fields.options.get("op_determinism") is not False
    return tuple(fields.night.fresh) if fields.night else (), repeats


def _mark(store: Store, night: NightRecord, judgement: Judgement) -> None:
    metrics = {schema.NIGHT_CHANGED: float(judgement.changed_runs)}
    if judgement.mean is not None:
        metrics[schema.NIGHT_MEAN] = judgement.mean
    if judgement.seconds is not None:
        metrics[schema.NIGHT_SECONDS] = judgement.seconds
    mark_night(
        store,
        night.run_id,
        outcome=judgement.outcome,
        changed=judgement.changed,
        alarm=judgement.text if judgement.changes else "",
        charts=judgement.charts,
        metrics=metrics,
        page=judgement.page,
    )


def _tell(
    box: Outbox,
    entry: Entry,
    judgement: Judgement,
    alarm: Alarm,
    *,
    night: NightRecord | None,
    store: Store | None,
) -> None:
    """Put the alarm into the outbox, once for each way."""
    if judgement.outcome != "alarm":
        return
    text = f"{entry.sweep}\n\n{judgement.text}"
    body: dict[str, object] = {
        "event": "alarm",
        "series": entry.series,
        "night": entry.night,
        "sweep": entry.sweep,
        "changed": list(judgement.changed),
        "changes": [{"kind": one.kind, "text": one.text} for one in judgement.changes],
        "causes": judgement.causes,
        "text": text,
    }
    if night is not None and store is not None:
        body["run_id"] = night.run_id
        if store.is_served:
            link = run_link(store.uri, night.experiment_id, night.run_id)
            body |= {"link": link, "text": f"{text}\n\n{link}"}
    if os.environ.get(URL) or os.environ.get(f"{URL}_FILE"):
        box.put("webhook", {}, body)  # the address may be a secret: it stays where it is
    elif alarm.webhook:
        box.put("webhook", {"url": alarm.webhook}, body)
    if alarm.email:
        mail = alarm.email
        to = {**mail.model_dump(exclude={"port"}), "port": mail.at_port}
        box.put("email", to, body)
