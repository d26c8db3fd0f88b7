"""What the report says from predictions: classes, disputes, ensembles, epochs, sources."""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from sklearn.metrics import confusion_matrix, f1_score

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.findings.predictions.from_predictions import confusions, disputed
from seedbed.analysis.findings.predictions.stacked_predictions import (
    Stack,
    predicted_labels,
    stack_predictions,
)
from seedbed.analysis.report.all_tables import all_tables
from seedbed.analysis.report.figures.gallery import pictures
from seedbed.analysis.report.html import page
from seedbed.analysis.report.of_sources import largest_source, with_largest_source
from seedbed.analysis.report.text import plain
from seedbed.analysis.report.write import as_json
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.system.errors import InputError
from seedbed.tracking.records import PublishedFigure, SweepRecord
from tests.analysis.fake_sweep import Fake, Truth

ONE = Fake(configurations={"32": Truth(0.08)}, seeds=range(6), examples=600)


def stacked(fake: Fake) -> Stack:
    stack, notes = stack_predictions(fake.build().runs)
    assert not notes
    assert stack is not None
    return stack


def with_sources(
    sweep: SweepRecord, init: Sequence[object], order: Sequence[object]
) -> SweepRecord:
    runs = tuple(
        dataclasses.replace(run, options={**run.options, "init": i, "order": o})
        for run, i, o in zip(sweep.runs, init, order, strict=True)
    )
    return dataclasses.replace(sweep, runs=runs, sources=("init", "order"))


def test_confusions_and_f1_agree_with_scikit_learn() -> None:
    stack = stacked(ONE)
    counts = confusions(stack, 10)
    arm = collect(ONE.build()).arms[0]
    assert arm.f1 is not None
    for row, predicted in enumerate(stack.predicted):
        labels = list(range(10))
        np.testing.assert_array_equal(
            counts[row], confusion_matrix(stack.labels, predicted, labels=labels)
        )
        expected = f1_score(stack.labels, predicted, labels=labels, average=None)
        np.testing.assert_allclose(arm.f1[row], expected)


def test_confusion_is_normalised_by_run_then_averaged() -> None:
    stack = stacked(ONE)
    shares = [
        confusion_matrix(stack.labels, row, labels=list(range(10)), normalize="true")
        for row in stack.predicted
    ]
    found = collect(ONE.build()).arms[0].confusion
    assert found is not None
    np.testing.assert_allclose(found.mean, np.mean(shares, axis=0))
    np.testing.assert_allclose(found.sd, np.std(shares, axis=0, ddof=1))


def test_disputed_examples_are_those_with_split_votes() -> None:
    stack = stacked(ONE)
    found = disputed(stack, 10)
    assert all(sum(one.votes) == 6 for one in found)
    assert [one.disagreement for one in found] == sorted(
        (one.disagreement for one in found), reverse=True
    )
    chosen = {one.example for one in found}
    kinds = [len(set(stack.predicted[:, i].tolist())) for i in range(600)]
    assert all(kinds[example] > 1 for example in chosen)
    for one in found:
        column = stack.predicted[:, one.example]
        assert one.votes == tuple(np.bincount(column, minlength=10).tolist())
        assert one.label == stack.labels[one.example]


def test_no_disputes_among_runs_that_agree() -> None:
    stack = stacked(ONE)
    same = dataclasses.replace(stack, predicted=np.repeat(stack.predicted[:1], 6, axis=0))
    assert disputed(same, 10) == ()
    one = stack.predicted[:1].repeat(6, axis=0)
    one[0, 17] = (one[0, 17] + 1) % 10
    found = disputed(dataclasses.replace(stack, predicted=one), 10)
    assert [example.example for example in found] == [17]
    assert sorted(found[0].votes)[-2:] == [1, 5]


def test_pictures_of_examples_are_asked_for_by_index() -> None:
    asked: list[int] = []

    def images(ids: Sequence[int]) -> list[npt.NDArray[np.generic]]:
        asked.extend(ids)
        return [np.full((4, 4), i % 7, dtype=np.uint8) for i in ids]

    found = collect(ONE.build(), images=images)
    assert asked == [one.example for one in found.arms[0].disputed]
    assert set(found.images) == set(asked)
    figure = pictures(found)["disputed"].draw(7.2)
    drawn = figure.axes[0].images
    assert len(drawn) == 12
    assert int(np.asarray(drawn[0].get_array()).max()) == asked[0] % 7
    assert "images" not in as_json(found)


def test_the_last_epoch_that_is_best_has_no_optimism_to_speak_of() -> None:
    arm = collect(ONE.build()).arms[0]
    assert arm.epochs is not None
    assert arm.epochs.best.value == pytest.approx(arm.mean, abs=0.01)
    assert 0 <= arm.epochs.optimism.value < 0.01


def test_ensemble_of_all_runs_is_the_mean_of_their_probabilities() -> None:
    stack = stacked(ONE)
    arm = collect(ONE.build()).arms[0]
    assert arm.ensemble is not None
    mean = stack.probabilities.astype(float).mean(axis=0)
    truth = np.eye(10)[stack.labels]
    brier = float(((mean - truth) ** 2).sum(axis=1).mean())
    at = arm.ensemble.sizes.index(6)
    assert arm.ensemble.brier[at].value == pytest.approx(brier)
    assert arm.ensemble.accuracy == float((mean.argmax(axis=1) == stack.labels).mean())


def test_crossed_sources_get_their_shares_and_a_warning() -> None:
    sweep = Fake(configurations={"32": Truth()}, seeds=range(9), examples=600).build()
    crossed = with_sources(sweep, [i // 3 for i in range(9)], [i % 3 for i in range(9)])
    found = collect(crossed)
    assert found.arms[0].shares is not None
    assert [share.source for share in found.arms[0].shares.shares] == ["init", "order"]
    assert any("share seeds of init and order" in warning for warning in found.warnings)
    assert "treating runs that share seeds as independent (see the warning)" in found.headline
    assert "sources" in all_tables(found)
    assert "sources" in pictures(found)
    ids = re.findall(r'\bid="([^"]+)"', page(found))
    assert len(ids) == len(set(ids))


def test_the_source_that_does_most_stands_beside_the_verdict() -> None:
    sweep = Fake(configurations={"32": Truth()}, seeds=range(9), examples=600).build()
    found = collect(with_sources(sweep, [i // 3 for i in range(9)], [i % 3 for i in range(9)]))
    (arm,) = found.arms
    assert arm.shares is not None
    left = Estimate(0.89, 0.72, 1.0, 9, "jackknife")
    for name, words in (
        ("init", "The first weights do"),
        ("order", "The order of the examples does"),
    ):
        shares = [
            replace(one, left=left if one.source == name else None) for one in arm.shares.shares
        ]
        table = replace(arm.shares, shares=tuple(shares), largest=name)
        known = with_largest_source(replace(found, arms=(replace(arm, shares=table),)))
        alone = "they leave" if name == "init" else "it leaves"
        said = f"{words} more than any other source: alone, {alone} 89 % (72 to 100 %) of the"
        assert known.detail[0] == f"{said} disagreement between runs."
        assert said in page(known).replace("\N{NO-BREAK SPACE}", " ")
    assert largest_source(replace(arm, shares=replace(arm.shares, largest=None))) is None


def test_sources_that_vary_together_are_independent_runs() -> None:
    sweep = Fake(configurations={"32": Truth()}, seeds=range(4), examples=600).build()
    found = collect(with_sources(sweep, range(4), range(4)))
    assert not any("share seeds" in warning for warning in found.warnings)


def test_seeds_derived_from_the_runs_seed_differ_where_it_does() -> None:
    sweep = Fake(configurations={"32": Truth()}, seeds=range(4), examples=600).build()
    found = collect(with_sources(sweep, ["auto"] * 4, ["auto"] * 4))
    assert not any("share seeds" in warning for warning in found.warnings)
    part = collect(with_sources(sweep, ["auto"] * 4, [0, 0, 1, 1]))
    assert any("share seeds of order," in warning for warning in part.warnings)


def test_published_figure_is_the_prediction_interval() -> None:
    sweep = Fake(predictions=False).build()
    plain_findings = collect(sweep)
    spread = plain_findings.arms[0].spread
    assert spread is not None
    assert spread.next_run.high is not None
    inside = collect(sweep, published=PublishedFigure(spread.next_run.high - 1e-6))
    outside = collect(sweep, published=PublishedFigure(spread.next_run.high + 1e-6))
    for found, verdict in ((inside, "undecided"), (outside, "different")):
        against = found.arms[0].published
        assert against is not None
        assert against.verdict.verdict == verdict
        assert "published" in all_tables(found)
    assert "is consistent with a single run" in plain(inside).replace("\n", " ").replace("  ", " ")


def test_a_sweeps_own_published_figure_on_other_examples_is_judged_more_widely() -> None:
    sweep = Fake().build()
    same, other = (
        collect(dataclasses.replace(sweep, published=PublishedFigure(0.9, same_test_set=here)))
        for here in (True, False)
    )
    here, there = same.arms[0].published, other.arms[0].published
    assert here is not None
    assert there is not None
    assert here.test_set_sd == 0
    assert there.test_set_sd > 0
    assert here.p is not None
    assert there.p is not None
    assert there.p > here.p
    assert "scored on other examples" in plain(other).replace("\n", " ").replace("  ", " ")
    assert "scored on other examples" not in plain(same)


@pytest.mark.parametrize(("value", "runs"), [(95.0, 1), (-0.1, 1), (0.9, 0)])
def test_a_published_figure_out_of_range_is_refused(value: float, runs: int) -> None:
    with pytest.raises(InputError, match="published"):
        collect(Fake(predictions=False).build(), published=PublishedFigure(value, runs))


def test_classes_without_names_are_numbered() -> None:
    sweep = dataclasses.replace(ONE.build(), classes=())
    table = all_tables(collect(sweep))["classes"]
    assert [row[0] for row in table.rows] == [str(index) for index in range(10)]
    assert "confusion_matrices" in pictures(collect(sweep))


def test_labels_of_the_chosen_epoch_break_ties_of_rounded_probabilities() -> None:
    run = ONE.build().runs[0]
    assert run.load_predictions is not None
    found = run.load_predictions()
    example = int(np.flatnonzero(found.predicted > 0)[0])
    tied = found.probabilities.copy()
    tied[example] = 0
    tied[example, [0, found.predicted[example]]] = 0.5
    rounded = dataclasses.replace(found, probabilities=tied)
    last = len(found.labels_by_epoch)
    assert rounded.predicted[example] == 0
    np.testing.assert_array_equal(predicted_labels(rounded, last), found.labels_by_epoch[-1])
    np.testing.assert_array_equal(predicted_labels(rounded, None), rounded.predicted)
    np.testing.assert_array_equal(predicted_labels(rounded, 1), rounded.predicted)
