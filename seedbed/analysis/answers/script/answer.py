"""The answer about a script's runs: its first sentence is what the person asks."""

from collections.abc import Mapping
from dataclasses import replace

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.chosen_number import choose_number
from seedbed.analysis.answers.compare import compare_sweep
from seedbed.analysis.answers.comparison.comparison_answer import Terms
from seedbed.analysis.answers.configuration_answers import each
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded, recorded
from seedbed.analysis.answers.paper import Published, paper_of_runs
from seedbed.analysis.answers.script.asked import DEFAULT, AskedOfScript
from seedbed.analysis.answers.script.first_sentence import first_sentence, of_its_rows
from seedbed.analysis.answers.spread import spread_of_runs
from seedbed.analysis.findings.chosen_arms import with_chosen_arms
from seedbed.analysis.findings.script.script_runs import timeline_of
from seedbed.system.errors import InputError
from seedbed.tracking.records import SweepRecord


def script_answer(
    sweep: SweepRecord, asked: AskedOfScript = DEFAULT, *, level: float = 0.95
) -> Answer:
    """Say what the runs of a script say, the decisive sentence first.

    Args:
        sweep: The sweep as recorded, arms not yet parted.
        asked: The number and the arms that are asked about.
        level: Confidence level.

    Raises:
        InputError: There is no such number, there are no such arms, or a published number is to be
            set against several.
    """
    sweep, number = choose_number(sweep, asked.metric)
    if asked.arms:
        sweep = with_chosen_arms(sweep, asked.arms, number.metric)
    if not number.is_score:  # predictions tell of the accuracy alone
        sweep = replace(
            sweep, runs=tuple(replace(run, load_predictions=None) for run in sweep.runs)
        )
    found = recorded(sweep, metric=number.metric, unit=number.unit)
    if len(found.groups) > 1:
        answer = compare_sweep(found, Terms(level=level, unit=number.unit))
    else:
        answer = each(found, lambda group: spread_of_runs(found, group, level=level))
    own = first_sentence(sweep, found, number, answer)
    against = _against(found, asked.published) if asked.published is not None else ()
    lead = against[0] if against else own
    fields: Mapping[str, object] = {
        **answer.fields,
        "answer": lead,
        "number": {"metric": number.metric, "is": number.words},
        "timeline": timeline_of(sweep),
    }
    rest = [*against[1:], *([own] if against else [])]
    told = (of_its_rows(one, sweep.finished, number) for one in answer.sentences)
    rest += [one for one in told if not is_within(one, own)]
    return replace(
        answer, sentences=(lead, *rest), fields=fields, headline=lead, metric=number.metric
    )


def _against(found: Recorded, published: float) -> tuple[str, ...]:
    """The published number beside the runs, the verdict first.

    Raises:
        InputError: The script has several arms.
    """
    if len(found.having) != 1:
        raise InputError(
            f"--published must be set against one number, but the script has {len(found.having)} "
            "arms: leave it out, or repeat a script that trains one of them."
        )
    return paper_of_runs(found, found.having[0], Published(published)).sentences


def is_within(sentence: str, lead: str) -> bool:
    """Whether the first sentence says what a later one says."""
    return sentence.removesuffix(".").lower() in lead.lower()


def is_of_script(sweep: SweepRecord) -> bool:
    """Whether a sweep's runs are those of scripts that said which number stands for them."""
    return any(run.script.get("number", {}).get("is") for run in sweep.finished)
