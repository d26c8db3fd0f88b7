"""A night against those before it: each change is told once, with what it may come from."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from seedbed.analysis.nights.judge import judge
from seedbed.analysis.nights.judgement import Before, Judgement
from seedbed.analysis.nights.night_facts import Facts

ENVIRONMENT = {"git_commit": "a" * 40, "tensorflow": "2.21.0", "host": "one", "python": "3.11.2"}
PRINTS = {f"run{k}": f"{k:064x}" for k in range(5)}
Pages = list[Before]


def a_night(
    rng: np.random.Generator,
    *,
    prints: Mapping[str, str] = PRINTS,
    mean: float = 0.95,
    sd: float = 0.005,
    seconds: float = 10.0,
    **more: object,
) -> Facts:
    fresh = tuple(float(v) for v in np.round(rng.normal(mean, sd, 5), 4))
    plain = Facts(
        fixed={"every run": {run: 0.95 + k / 1000 for k, run in enumerate(prints)}},
        fresh={"every run": fresh},
        fingerprints=dict(prints),
        names={run: f"seed={k}" for k, run in enumerate(prints)},
        cells={run: f"cell of {run}" for run in prints},
        seconds=float(seconds * np.exp(rng.normal(0, 0.02))),
        environment=ENVIRONMENT,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def follow(nights: Sequence[Facts], accepted: Sequence[int] = ()) -> list[Judgement]:
    """Judge night after night, as the scheduler does."""
    before: Pages = []
    found = []
    for number, night in enumerate(nights):
        one = judge(night, before, baseline=5)
        found.append(one)
        quiet = one.outcome == "quiet"
        name = f"2030-01-{number + 1:02d}"
        before.append(Before(name, quiet, one.charts, one.page, number in accepted))
    return found


def stable(count: int, seed: int = 100) -> list[Facts]:
    rng = np.random.default_rng(seed)
    return [a_night(rng) for _ in range(count)]


def alarms(found: Sequence[Judgement]) -> dict[int, tuple[str, ...]]:
    return {number: one.changed for number, one in enumerate(found) if one.changes}


def test_equal_nights_are_quiet_and_have_their_points() -> None:
    found = follow(stable(12))
    assert alarms(found) == {}
    assert set(found[-1].charts) == {"mean", "spread", "run time"}
    assert found[4].charts["mean"].q is None
    assert found[5].charts["mean"].q is not None
    assert found[-1].charts["spread"].n == 5
    assert found[-1].mean == pytest.approx(0.95, abs=0.01)


def test_other_weights_alarm_once_with_the_likely_cause() -> None:
    rng = np.random.default_rng(1)
    other = {**PRINTS, "run1": "f" * 64, "run3": "e" * 64}
    upgraded = {**ENVIRONMENT, "tensorflow": "2.22.0", "host": "two"}
    nights = [*stable(6), *(a_night(rng, prints=other, environment=upgraded) for _ in range(3))]
    found = follow(nights)
    assert alarms(found) == {6: ("fingerprint",)}
    text = found[6].text
    assert (
        "2 of 5 runs with the same seeds have different weights than before (seed=1, seed=3)"
        in text
    )
    assert "Since 2030-01-06" in text
    assert "tensorflow 2.21.0 → 2.22.0; machine one → two" in text
    assert found[6].changed_runs == 2
    assert found[7].changed_runs == 0


def test_a_second_change_of_weights_alarms_again_and_endless_change_does_not() -> None:
    rng = np.random.default_rng(2)
    committed = {**ENVIRONMENT, "git_commit": "b" * 40}
    first = a_night(rng, prints={**PRINTS, "run0": "1" * 64}, environment=committed)
    again = {**ENVIRONMENT, "git_commit": "c" * 40}
    second = a_night(rng, prints={**PRINTS, "run0": "2" * 64}, environment=again)
    found = follow([*stable(6), first, second])
    assert alarms(found) == {6: ("fingerprint",), 7: ("fingerprint",)}
    assert f"commit {'a' * 12} → {'c' * 12}" in found[7].text
    restless = [a_night(rng, prints={**PRINTS, "run0": f"{k + 1:064d}"}) for k in range(4)]
    found = follow([*stable(6), *restless])
    assert alarms(found) == {6: ("fingerprint",)}
    assert "Nothing that is recorded" in found[6].text


AMD = {
    "processor": "AMD EPYC",
    "processor_vendor": "AuthenticAMD",
    "processor_family": "25.1",
    "instruction_set": "AVX2",
    "onednn_version": "3.7.3",
}
INTEL = {**AMD, "processor": "Xeon", "processor_vendor": "GenuineIntel"}


def test_weights_on_another_processor_are_no_alarm_but_a_note_that_names_it() -> None:
    rng = np.random.default_rng(1)
    other = {**PRINTS, "run1": "f" * 64}
    here, there = {**ENVIRONMENT, **AMD}, {**ENVIRONMENT, **INTEL}
    found = follow(
        [
            *(replace(one, environment=here) for one in stable(6)),
            a_night(rng, prints=other, environment=there),
            a_night(rng, prints=other, environment=there),
            a_night(rng, environment=here),
        ]
    )
    assert alarms(found) == {}
    assert found[6].changed_runs == 0
    assert "1 runs with the same seeds have different weights" in found[6].text
    assert "AMD EPYC, AuthenticAMD family 25.1, AVX2, oneDNN 3.7.3 → Xeon" in found[6].text
    assert not found[7].text
    assert not found[8].text


def test_weights_that_changed_since_the_last_night_on_the_same_processor_alarm() -> None:
    rng = np.random.default_rng(1)
    here, there = {**ENVIRONMENT, **AMD}, {**ENVIRONMENT, **INTEL}
    changed = {**PRINTS, "run3": "e" * 64}
    found = follow(
        [
            *(replace(one, environment=here) for one in stable(6)),
            a_night(rng, prints={**PRINTS, "run1": "f" * 64}, environment=there),
            a_night(rng, prints=changed, environment=here),
        ]
    )
    assert alarms(found) == {7: ("fingerprint",)}


def test_a_new_version_of_onednn_on_the_same_processor_alarms() -> None:
    rng = np.random.default_rng(1)
    here = {**ENVIRONMENT, **AMD}
    newer = a_night(
        rng, prints={**PRINTS, "run1": "f" * 64}, environment={**here, "onednn_version": "3.8.0"}
    )
    found = follow([*(replace(one, environment=here) for one in stable(6)), newer])
    assert alarms(found) == {6: ("fingerprint",)}
    assert "onednn_version 3.7.3 → 3.8.0" in found[6].text


def test_an_own_file_that_was_edited_is_named() -> None:
    rng = np.random.default_rng(3)
    edited = a_night(
        rng, prints={**PRINTS, "run0": "1" * 64}, cells=dict.fromkeys(PRINTS, "another")
    )
    assert "the experiment's own file" in follow([*stable(6), edited])[-1].text


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("mean", {"mean": 0.93}, "mean accuracy has moved"),
        ("spread", {"sd": 0.05}, "standard deviation of a run has moved"),
        ("run time", {"seconds": 14.0}, "time of a run has moved"),
    ],
)
def test_each_chart_alarms_once_and_names_itself(
    kind: str, fields: Mapping[str, float], words: str
) -> None:
    rng = np.random.default_rng(4)
    nights = [*stable(15), *(a_night(rng, **fields) for _ in range(12))]  # type: ignore[arg-type]
    found = follow(nights)
    mine = [number for number, kinds in alarms(found).items() if kind in kinds]
    assert len(mine) == 1
    assert 15 <= mine[0] <= 20
    assert words in found[mine[0]].text
    assert found[-1].charts[kind].open
    assert kind == "spread" or alarms(found).keys() == {mine[0]}  # wide runs move means too


def test_a_level_that_comes_back_closes_the_alarm_and_a_new_fall_alarms_again() -> None:
    rng = np.random.default_rng(5)
    nights = [
        *stable(15),
        *(a_night(rng, mean=0.93) for _ in range(4)),
        *(a_night(rng) for _ in range(25)),
        *(a_night(rng, mean=0.93) for _ in range(6)),
    ]
    found = follow(nights)
    mine = [number for number, kinds in alarms(found).items() if "mean" in kinds]
    assert [15 <= mine[0] <= 18, 44 <= mine[1] <= 48, len(mine)] == [True, True, 2]
    assert not found[43].charts["mean"].open


def test_an_accepted_level_is_the_new_normal() -> None:
    rng = np.random.default_rng(6)
    nights = [*stable(15), *(a_night(rng, mean=0.93) for _ in range(15))]
    first = next(iter(alarms(follow(nights))))
    found = follow(nights, accepted=[first])
    assert alarms(found) == {first: ("mean",)}
    assert not found[-1].charts["mean"].open
    lower = [*nights, *(a_night(rng, mean=0.91) for _ in range(6))]
    assert len(alarms(follow(lower, accepted=[first]))) == 2


def test_failures_alarm_once_for_each_reason() -> None:
    rng = np.random.default_rng(7)
    lost = a_night(rng, failures={"seed=4": "it ran longer than the limit of 60 s per run"})
    later = a_night(rng, failures={"seed=4": "it ran longer than the limit of 61 s per run"})
    other = a_night(rng, failures={"seed=4": "the loss is not a number"})
    found = follow([*stable(6), lost, later, other, *stable(1), lost])
    kinds = {number: kinds for number, kinds in alarms(found).items() if "failures" in kinds}
    assert sorted(kinds) == [6, 8, 10]
    assert "seed=4: it ran longer" in found[6].text
    crashed = judge(Facts(), [], 5, "its process ended by signal 9")
    assert crashed.changed == ("failures",)
    assert "signal 9" in crashed.text
    missing = judge(a_night(rng, missing=3), [], 5)
    assert "3 runs are missing" in missing.text


def test_a_night_without_results_leaves_the_charts_and_what_is_known_alone() -> None:
    rng = np.random.default_rng(8)
    empty = Facts(failures={"seed=0": "no memory"}, environment={})
    found = follow([*stable(8), empty, *(a_night(rng) for _ in range(3))])
    assert alarms(found) == {8: ("failures",)}
    assert found[8].charts == {}
    assert found[9].charts["mean"].q is not None
    changed = {**PRINTS, "run2": "9" * 64}
    found = follow([*stable(8), empty, a_night(rng, prints=changed)])
    assert alarms(found)[9] == ("fingerprint",)


def test_equal_accuracies_of_all_fresh_runs_are_a_small_spread_not_none() -> None:
    rng = np.random.default_rng(9)
    nights = [a_night(rng, sd=0.0002) for _ in range(10)]
    same = replace(nights[-1], fresh={"every run": (0.95,) * 5})
    found = follow([*nights, same])
    assert alarms(found) == {}
    assert found[-1].charts["spread"].value > 0


def test_several_configurations_have_charts_of_their_own() -> None:
    rng = np.random.default_rng(10)

    def night(low: float) -> Facts:
        one = a_night(rng)
        fresh = {
            "batch_size=32": tuple(rng.normal(0.95, 0.005, 5)),
            "batch_size=256": tuple(rng.normal(low, 0.005, 5)),
        }
        return replace(one, fresh=fresh)

    found = follow([*(night(0.9) for _ in range(12)), *(night(0.87) for _ in range(4))])
    ((_, kinds),) = alarms(found).items()
    assert kinds == ("mean",)
    text = "\n".join(one.text for one in found)
    assert "the mean accuracy of batch_size=256 has moved" in text
    assert len(found[-1].charts) == 5
