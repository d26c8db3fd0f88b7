"""Two arms compared, or many: the numbers, the words and the table of an answer."""

from collections.abc import Callable, Mapping, Sequence

from seedbed.analysis.answers.answer import Answer, interval, number, plain
from seedbed.analysis.statistics.anytime import e_value
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.compare import Comparison, compare_paired, compare_unpaired
from seedbed.analysis.statistics.many import Family, compare_many, holm
from seedbed.analysis.statistics.new_data import TTest
from seedbed.analysis.statistics.sequential import sequential_decision
from seedbed.system.errors import InputError

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
    mcnemar: float | None = None,
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
        mcnemar: P of McNemar's test, where each arm is one trained model.
    """
    one = compare_paired if paired else compare_unpaired
    found = one(a, b, margin=margin, level=level)
    fields: dict[str, object] = {"a": names[0], "b": names[1]}
    fields |= {key: value for key, value in vars(found).items() if key != "verdict"}
    fields["e_value"] = e_value(a - b) if paired and a.size > 1 else None
    fields["sequential"] = sequential_decision(a - b) if paired else None
    fields["new_data"], fields["resplits"], fields["mcnemar"] = new_data, resplits, mcnemar
    fields["verdict"] = found.verdict
    rows = ["difference", "t", "df", "p", "p_sign_flip", "p_rank", "p_superior", "equivalence"]
    table = [(name, fields[name]) for name in rows]
    if new_data is not None:
        table.append(("difference on new data", new_data.difference))
    if resplits is not None:
        table.append(("difference over re-splits", resplits.difference))
    if mcnemar is not None:
        table.append(("p of McNemar's test", mcnemar))
    table.append(("verdict", found.verdict))
    sentences = _sentences(found, names, new_data, resplits)
    if mcnemar is not None:
        sentences = (*sentences, _two_models(mcnemar, names))
    return Answer(sentences, fields, tuple(table), (found.verdict.verdict,))


def _named(text: str, names: tuple[str, str]) -> str:
    if names == NAMES:
        return text
    return text.replace("A is higher", f"{names[0]} is higher").replace(
        "B is higher", f"{names[1]} is higher"
    )


def _two_models(p: float, names: tuple[str, str]) -> str:
    told = "differ" if p < 0.05 else "have not been shown to differ"
    return (
        f"These two trained models {told} on such examples (McNemar, p={p:.3g}); that says nothing "
        f"about other seeds of {names[0]} and {names[1]}."
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
    mcnemar: Callable[[str, str], float | None] | None = None,
) -> Answer:
    """Compare two or more configurations, all pairs or each against a control.

    Args:
        arms: Name → ``[run]`` scores.
        paired: Same seeds in all arms, in the same order.
        control: Name of the control.
        margin: Largest difference that counts as equivalent.
        level: Confidence level.
        notes: What was left out while reading, in words.
        new_data: The names of two arms → their comparison on new data.
        mcnemar: The names of two arms → p of McNemar's test, where each is one trained model.
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
            mcnemar=mcnemar(first, second) if mcnemar is not None else None,
        )
        fields = {**answer.fields, "notes": list(notes)}
        return Answer((*answer.sentences, *notes), fields, answer.rows, answer.verdicts)
    family = compare_many(arms, paired=paired, control=control, margin=margin, level=level)
    new = [new_data(pair.a, pair.b) if new_data is not None else None for pair in family.pairs]
    return _family(family, new, notes)


def _family(family: Family, new_data: Sequence[TTest | None], notes: Sequence[str]) -> Answer:
    pairs = family.pairs
    # Dunnett's test needs one sd of all arms; the differences on new data have each their own.
    adjusted = holm([None if one is None else one.p for one in new_data])
    different = [pair for pair in pairs if pair.comparison.verdict.verdict == "different"]
    how = "Dunnett" if family.method == "dunnett" else "Holm"
    lines = [
        f"{len(different)} of {len(pairs)} comparisons show a difference ({how}); "
        f"raw p values would show about {number(family.expected_false)} if none were real."
    ]
    listed = []
    rows: list[tuple[str, object]] = []
    for pair, new, p_new in zip(pairs, new_data, adjusted, strict=True):
        single, name = pair.comparison, f"{pair.a} − {pair.b}"
        reason = _named(single.verdict.reason, (pair.a, pair.b))
        lines.append(f"{name}: {single.verdict.verdict}, {reason}.{_on_new_data(new, p_new)}")
        listed.append(
            {
                "a": pair.a,
                "b": pair.b,
                **{key: plain(value) for key, value in vars(single).items()},
                "p_adjusted": pair.p_adjusted,
                "equivalence_adjusted": pair.equivalence_adjusted,
                "new_data": plain(new),
                "new_data_adjusted": p_new,
            }
        )
        rows += [(name, single.difference), (f"{name}: p adjusted", pair.p_adjusted)]
        if new is not None:
            rows.append((f"{name}: difference on new data", new.difference))
            rows.append((f"{name}: p adjusted on new data", p_new))
        rows.append((f"{name}: verdict", single.verdict))
    if all(one is None for one in new_data):
        lines.append("On new data the intervals are wider; scores alone cannot say by how much.")
    fields = {
        "method": family.method,
        "control": family.control,
        "expected_false": family.expected_false,
        "comparisons": listed,
        "notes": list(notes),
    }
    verdicts = tuple(dict.fromkeys(pair.comparison.verdict.verdict for pair in pairs))
    return Answer((*lines, *notes), fields, tuple(rows), verdicts)


def _on_new_data(found: TTest | None, p: float | None) -> str:
    if found is None:
        return ""
    said = "no p" if p is None else f"p={p:.3g} after Holm"
    return f" On new data {number(found.difference.value)} ({interval(found.difference)}, {said})."
