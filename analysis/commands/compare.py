"""``compare``: A against B, or many configurations."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt

from analysis.commands.arms import Arms, read_arms
from analysis.commands.inputs import numbers, read_correct, same_unit
from analysis.commands.options import ListCommand, fail_option, output_options
from analysis.commands.output import Answer, Format, emit, interval, number, plain
from analysis.commands.recorded import Recorded, read, told
from analysis.commands.sweep_arms import sweep_arms
from analysis.statistics.checks import Floats, check_level
from analysis.statistics.compare import Comparison, compare_paired, compare_unpaired
from analysis.statistics.many import Family, compare_many
from analysis.statistics.new_data import TTest, compare_on_new_data, compare_resplits
from analysis.statistics.plan import e_value, sequential_decision
from tracking.errors import InputError

NAMES = ("A", "B")


def compare_scores(
    a: Floats,
    b: Floats,
    *,
    paired: bool,
    margin: float | None = None,
    level: float = 0.95,
    names: tuple[str, str] = NAMES,
    new_data: TTest | None = None,
    resplits: TTest | None = None,
) -> Answer:
    """Compare two arms.

    Args:
        a: ``[run]`` scores of A.
        b: ``[run]`` scores of B; the same order of seeds when paired.
        paired: Same seeds in both arms.
        margin: Largest difference that counts as equivalent.
        level: Confidence level.
        names: What the arms are called.
        new_data: The comparison on new data, in the unit of the scores, where predictions allow it.
        resplits: The corrected comparison over random re-splits, where that is the design.
    """
    one = compare_paired if paired else compare_unpaired
    found = one(a, b, margin=margin, level=level)
    fields: dict[str, object] = {"a": names[0], "b": names[1]}
    fields |= {key: value for key, value in vars(found).items() if key != "verdict"}
    fields["e_value"] = e_value(a - b) if paired and a.size > 1 else None
    fields["sequential"] = sequential_decision(a - b) if paired else None
    fields["new_data"], fields["resplits"] = new_data, resplits
    fields["verdict"] = found.verdict
    rows = ["difference", "t", "df", "p", "p_sign_flip", "p_rank", "p_superior", "equivalence"]
    table = [(name, fields[name]) for name in rows]
    if new_data is not None:
        table.append(("difference on new data", new_data.difference))
    if resplits is not None:
        table.append(("difference over re-splits", resplits.difference))
    table.append(("verdict", found.verdict))
    sentences = _sentences(found, names, new_data, resplits)
    return Answer(sentences, fields, tuple(table), (found.verdict.verdict,))


def _named(text: str, names: tuple[str, str]) -> str:
    if names == NAMES:
        return text
    return text.replace("A is higher", f"{names[0]} is higher").replace(
        "B is higher", f"{names[1]} is higher"
    )


def _sentences(
    found: Comparison,
    names: tuple[str, str],
    new_data: TTest | None,
    resplits: TTest | None,
) -> tuple[str, ...]:
    verdict = found.verdict
    lines = [f"{verdict.verdict.capitalize()}: {_named(verdict.reason, names)}."]
    lines.append(
        f"On this test set, {names[0]} − {names[1]} is {number(found.difference.value)} "
        f"({interval(found.difference)}; {found.difference.method})."
    )
    if new_data is not None:
        p = "no p" if new_data.p is None else f"p={new_data.p:.3g}"
        lines.append(
            f"On new data it is {number(new_data.difference.value)} "
            f"({interval(new_data.difference)}, {p})."
        )
    elif found.t is not None:
        lines.append("On new data the interval is wider; scores alone cannot say by how much.")
    if resplits is not None and resplits.p is not None:
        lines.append(
            f"Over random re-splits the corrected p is {resplits.p:.3g} "
            f"({interval(resplits.difference)}); the others take the splits for independent."
        )
    if found.p_superior is not None:
        lines.append(
            f"A run of {names[0]} beats one of {names[1]} with chance "
            f"{number(found.p_superior.value)} ({interval(found.p_superior)})."
        )
    if found.cannot_reach is not None:
        lines.append(found.cannot_reach[0].upper() + found.cannot_reach[1:] + ".")
    if verdict.settles is not None:
        lines.append(f"What would settle it: {verdict.settles}.")
    return tuple(lines)


def compare_configurations(
    arms: Mapping[str, Floats],
    *,
    paired: bool,
    control: str | None = None,
    margin: float | None = None,
    level: float = 0.95,
    notes: Sequence[str] = (),
    new_data: Callable[[str, str], TTest | None] | None = None,
) -> Answer:
    """Compare two or more configurations, all pairs or each against a control.

    Args:
        arms: Name → ``[run]`` scores.
        paired: Same seeds in all arms, in the same order.
        control: Name of the control.
        margin: Largest difference that counts as equivalent.
        level: Confidence level.
        notes: What was left out while reading, in words.
        new_data: Of two arms, their names → the comparison on new data.
    """
    if len(arms) == 2:
        first, second = arms
        if control == first:
            first, second = second, first
        elif control is not None and control not in arms:
            raise InputError(f"no configuration is called {control!r}: there are {', '.join(arms)}")
        answer = compare_scores(
            arms[first],
            arms[second],
            paired=paired,
            margin=margin,
            level=level,
            names=(first, second),
            new_data=new_data(first, second) if new_data is not None else None,
        )
        fields = {**answer.fields, "notes": list(notes)}
        return Answer((*answer.sentences, *notes), fields, answer.rows, answer.verdicts)
    family = compare_many(arms, paired=paired, control=control, margin=margin, level=level)
    return _family(family, notes)


def _family(family: Family, notes: Sequence[str]) -> Answer:
    pairs = family.pairs
    different = [pair for pair in pairs if pair.comparison.verdict.verdict == "different"]
    how = "Dunnett" if family.method == "dunnett" else "Holm"
    lines = [
        f"{len(different)} of {len(pairs)} comparisons show a difference ({how}); "
        f"raw p values would show about {number(family.expected_false)} if none were real."
    ]
    listed = []
    rows: list[tuple[str, object]] = []
    for pair in pairs:
        single, name = pair.comparison, f"{pair.a} − {pair.b}"
        reason = _named(single.verdict.reason, (pair.a, pair.b))
        lines.append(f"{name}: {single.verdict.verdict}, {reason}.")
        listed.append(
            {
                "a": pair.a,
                "b": pair.b,
                **{key: plain(value) for key, value in vars(single).items()},
                "p_adjusted": pair.p_adjusted,
                "equivalence_adjusted": pair.equivalence_adjusted,
            }
        )
        rows += [(name, single.difference), (f"{name}: p adjusted", pair.p_adjusted)]
        rows.append((f"{name}: verdict", single.verdict))
    fields = {
        "method": family.method,
        "control": family.control,
        "expected_false": family.expected_false,
        "comparisons": listed,
        "notes": list(notes),
    }
    verdicts = tuple(dict.fromkeys(pair.comparison.verdict.verdict for pair in pairs))
    return Answer((*lines, *notes), fields, tuple(rows), verdicts)


def compare_answers(
    correct_a: npt.ArrayLike,
    correct_b: npt.ArrayLike,
    *,
    paired: bool,
    clusters: npt.ArrayLike | None = None,
    margin: float | None = None,
    level: float = 0.95,
    names: tuple[str, str] = NAMES,
) -> Answer:
    """Compare two arms by their answers: on this test set and on new data.

    Args:
        correct_a: ``[run, example]`` of 0/1 of A.
        correct_b: ``[run, example]`` of 0/1 of B, same examples.
        paired: Same seeds in the same rows.
        clusters: ``[example]`` subject of each example.
        margin: Largest difference in accuracy (a fraction) that counts as equivalent.
        level: Confidence level.
        names: What the arms are called.
    """
    first = np.asarray(correct_a, dtype=np.float64)
    second = np.asarray(correct_b, dtype=np.float64)
    # Accuracies A − B are errors B − A; the comparison of errors is the same but for its sign.
    new = compare_on_new_data(first, second, paired=paired, clusters=clusters, level=level)
    return compare_scores(
        first.mean(axis=1),
        second.mean(axis=1),
        paired=paired,
        margin=margin,
        level=level,
        names=names,
        new_data=new,
    )


def compare_sweep(
    found: Recorded,
    *,
    by: str | None = None,
    control: str | None = None,
    paired: bool | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> Answer:
    """Compare the configurations of a recorded sweep.

    Args:
        found: The sweep.
        by: Option whose values are compared; the one that varies, or else every configuration.
        control: Value (or name) of the configuration that the others are compared with.
        paired: As in ``sweep_arms``.
        margin: Largest difference in accuracy (a fraction) that counts as equivalent.
        level: Confidence level.

    Raises:
        InputError: Nothing to compare, or no such option or control.
    """
    arms = sweep_arms(found, by, paired)
    named = next((name for name in arms.runs if control and name.split("=", 1)[-1] == control), "")
    answer = compare_configurations(
        arms.scores,
        paired=arms.paired,
        control=named or control,
        margin=margin,
        level=level,
        notes=arms.notes,
        new_data=lambda a, b: arms.on_new_data(a, b, level),
    )
    return told(found, answer)


@click.command(cls=ListCommand)
@click.argument("sweep", required=False)
@click.option("--a", multiple=True, help="Scores of A, one per run.")
@click.option("--b", multiple=True, help="Scores of B, one per run.")
@click.option(
    "--correct-a", type=click.Path(path_type=Path), help="CSV, A: runs × examples of 0/1."
)
@click.option(
    "--correct-b", type=click.Path(path_type=Path), help="CSV, B: runs × examples of 0/1."
)
@click.option(
    "--from-csv",
    type=click.Path(path_type=Path),
    help="CSV with a row per run; `--csv FILE` is the same.",
)
@click.option("--by", help="Option of the sweep, or column, that makes the arms.")
@click.option("--metric", help="Column of scores.")
@click.option("--seed", "seed_column", help="Column of seeds; runs with equal seeds are paired.")
@click.option("--control", help="Configuration to compare the others with.")
@click.option(
    "--paired/--unpaired", default=None, help="Whether the arms' runs share seeds, in order."
)
@click.option("--margin", type=float, help="Largest difference that counts as equivalent.")
@click.option("--train-size", type=int, help="The runs are random re-splits: examples trained on.")
@click.option("--test-size", type=int, help="The runs are random re-splits: examples tested on.")
@fail_option
@output_options
def compare(
    *,
    sweep: str | None,
    a: tuple[str, ...],
    b: tuple[str, ...],
    correct_a: Path | None,
    correct_b: Path | None,
    from_csv: Path | None,
    by: str | None,
    metric: str | None,
    seed_column: str | None,
    control: str | None,
    paired: bool | None,
    margin: float | None,
    train_size: int | None,
    test_size: int | None,
    fail_on: tuple[str, ...],
    level: float,
    form: Format,
) -> None:
    """Compare A with B: a SWEEP --by batch_size, --a 75.5 75.9 --b 74.8 75.1, or a CSV file."""
    check_level(level)
    given = [bool(a or b), bool(correct_a or correct_b), from_csv is not None, sweep is not None]
    if sum(given) != 1:
        raise InputError(
            "give the runs one way: a sweep's name, --a and --b, --correct-a and --correct-b, "
            "or --csv"
        )
    if sweep is not None:
        answer = compare_sweep(
            read(sweep), by=by, control=control, paired=paired, margin=margin, level=level
        )
    elif from_csv is not None:
        table = _arms(from_csv, by, metric, seed_column, paired)
        answer = compare_configurations(
            table.scores,
            paired=table.paired,
            control=f"{by}={control}" if f"{by}={control}" in table.scores else control,
            margin=margin,
            level=level,
            notes=table.notes,
        )
    elif correct_a or correct_b:
        if correct_a is None or correct_b is None:
            raise InputError("--correct-a and --correct-b belong together: give both")
        answer = compare_answers(
            read_correct(correct_a),
            read_correct(correct_b),
            paired=bool(paired),
            margin=margin,
            level=level,
        )
    else:
        answer = _plain_numbers(
            a, b, paired=bool(paired), margin=margin, level=level, sizes=(train_size, test_size)
        )
    emit(answer, form, fail_on)


def _arms(
    path: Path, by: str | None, metric: str | None, seed: str | None, paired: bool | None
) -> Arms:
    if by is None or metric is None:
        raise InputError("--csv needs --by and --metric, the columns of configuration and score")
    return read_arms(path, by=by, metric=metric, seed=seed, paired=paired)


def _plain_numbers(
    a: Sequence[str],
    b: Sequence[str],
    *,
    paired: bool,
    margin: float | None,
    level: float,
    sizes: tuple[int | None, int | None],
) -> Answer:
    for name, words in (("A", a), ("B", b)):
        if not words:
            raise InputError(f"arm {name} is empty: give its runs with --{name.lower()}")
    first, second = numbers(a, "scores of A"), numbers(b, "scores of B")
    same_unit(np.concatenate([first, second]))
    resplits = None
    if sizes != (None, None):
        train, test = sizes
        if train is None or test is None or not paired:
            raise InputError("re-splits need --train-size, --test-size and --paired together")
        if first.size != second.size:
            compare_paired(first, second)  # says which arm is longer
        resplits = compare_resplits(first - second, train, test, level)
    return compare_scores(
        first, second, paired=paired, margin=margin, level=level, resplits=resplits
    )
