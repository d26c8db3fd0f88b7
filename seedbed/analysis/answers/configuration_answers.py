"""Answers about the configurations of a sweep, joined."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.findings.configurations import Group
from seedbed.system.errors import InputError
from seedbed.system.text.sentence_case import sentence_case

Shown = TypeVar("Shown")


def with_unread(answer: Answer, said: Sequence[str]) -> Answer:
    """The answer, with a line on the predictions that could not be used.

    Args:
        answer: What the others say.
        said: What could not be used, as ``Recorded.stack`` says it.
    """
    if not said:
        return answer
    line = "; ".join(said)
    return answer.with_note(f"{sentence_case(line)}.")


def with_repeats(answer: Answer, group: Group) -> Answer:
    """The answer, with a line on the runs of the configuration that repeat a model."""
    said = group.repeated
    return answer if said is None else answer.with_note(f"{said}.")


def each_by_models(found: Recorded, one: Callable[[Group], Answer]) -> Answer:
    """As ``each``, of answers that count each model once and say how many runs repeat one."""
    return each(found, lambda group: with_repeats(one(group), group))


def _notes(answer: Answer) -> list[str]:
    notes = answer.fields.get("notes")
    return [str(note) for note in notes] if isinstance(notes, list) else []


def no_predictions(group: Group, said: Sequence[str], wanted: str) -> InputError:
    """Why something that needs predictions cannot be said of a configuration."""
    why = said[0] if said else "its runs recorded no predictions"
    return InputError(
        f"{wanted} needs predictions, but {why} ({group.label}): record them and run "
        "again, or ask `spread`, which needs the scores only"
    )


def each(found: Recorded, one: Callable[[Group], Answer]) -> Answer:
    """One answer per configuration, joined.

    Args:
        found: The sweep.
        one: Group → answer; an InputError is a note on that configuration, unless all raise.

    Returns:
        With one configuration its own fields, with several ``configurations`` (name → fields, None
        where nothing can be said); and ``sweep`` and ``notes`` with both.

    Raises:
        InputError: Nothing can be said of any configuration.
    """
    answers: dict[str, Answer] = {}
    silent: dict[str, str] = {}
    for group in found.having:
        try:
            answers[group.label] = one(group)
        except InputError as error:
            silent[group.label] = str(error)
    if not answers:
        raise InputError(next(iter(silent.values())))
    what = found.metric if found.is_imported else "an accuracy"
    nothing = f"no finished run has {what}: nothing can be said"
    empty = {g.label: nothing for g in found.groups if not g.runs}
    lines = tuple(f"{label}: {why}." for label, why in {**silent, **empty}.items())
    if len(found.groups) == 1:
        (answer,) = answers.values()
        named = _with_pictures(answer, {found.sweep.name: answer})
        return told(found, replace(named, measure=found.unit.measure), lines)
    sentences: list[str] = []
    rows: list[tuple[str, object]] = []
    verdicts: list[str] = []
    for label, answer in answers.items():
        sentences += [f"{label}: {answer.sentences[0]}", *answer.sentences[1:]]
        rows += [(f"{label}: {name}", value) for name, value in answer.rows]
        verdicts += answer.verdicts
    fields = {
        label: {key: value for key, value in answer.fields.items() if key != "notes"}
        for label, answer in answers.items()
    }
    first = next(iter(answers.values()))
    joined = Answer(
        tuple(sentences),
        {
            "configurations": {g.label: fields.get(g.label) for g in found.groups},
            "notes": [note for answer in answers.values() for note in _notes(answer)],
        },
        tuple(rows),
        tuple(dict.fromkeys(verdicts)),
        headline=" ".join(f"{label}: {a.sentences[0]}" for label, a in answers.items()),
        measure=found.unit.measure,
        marked=first.marked,
        classes=first.classes,
    )
    return told(found, _with_pictures(joined, answers), lines)


def _with_pictures(answer: Answer, answers: Mapping[str, Answer]) -> Answer:
    """The answer with what the picture shows of each configuration, by its name."""

    def named(part: Callable[[Answer], Mapping[str, Shown]]) -> dict[str, Shown]:
        return {name: one for name, answer in answers.items() for one in part(answer).values()}

    return replace(
        answer,
        scores=named(lambda one: one.scores),
        plans=named(lambda one: one.plans),
        matrices=named(lambda one: one.matrices),
    )


def told(found: Recorded, answer: Answer, lines: Sequence[str] = ()) -> Answer:
    """The answer with what must be known of the sweep: before it, after it, and in its fields."""
    fields: Mapping[str, object] = {
        **answer.fields,
        "sweep": about(found),
        "notes": [*found.first, *_notes(answer), *lines, *found.notes],
    }
    sentences = (*answer.sentences, *lines, *found.notes)
    return replace(answer, sentences=sentences, fields=fields, before=found.first)


def about(found: Recorded) -> dict[str, object]:
    """Which sweep it was, and the states of its cells."""
    sweep = found.sweep
    return {
        "name": sweep.name,
        "run_id": sweep.run_id,
        "experiment": sweep.experiment,
        "metric": found.metric,
        "counts": found.counts,
    }
