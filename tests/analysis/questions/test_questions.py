"""Each command prints what its function returns, and a result shows itself in a notebook."""

import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import seedbed
from seedbed.analysis.questions.results.result import Result
from seedbed.system.errors import InputError
from tests.analysis.asking import answers, fields, run, write

THREE = [75.57, 75.85, 76.39]
Asked = Callable[[], Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("files")
    write(place / "m.csv", "45,3,2\n4,24,2\n2,3,15\n")
    write(place / "trials.csv", "score,label\n.1,0\n.4,0\n.3,1\n.9,1\n")
    write(
        place / "runs.csv",
        "arm,seed,acc\na,1,.71\na,2,.72\nb,1,.73\nb,2,.75\nc,1,.7\nc,2,.74\n",
    )
    write(
        place / "seeds.csv", "init,order,acc\n1,1,.7\n1,2,.71\n2,1,.8\n2,2,.81\n3,1,.75\n3,2,.77\n"
    )
    write(place / "labels.csv", "a,b,a\na,b,b\na,a,b\n")
    write(place / "nights.csv", "easy,hard\n75,60\n76,61\n75,60\n74,62\n")
    write(place / "curves.csv", ".7,.8,.85\n.72,.81,.83\n.69,.8,.86\n")
    rng = np.random.default_rng(0)
    rows = [f"{sure:.3f},{int(rng.random() < sure)}" for sure in rng.uniform(0.5, 1, 60)]
    write(place / "sure.csv", "confidence,correct\n" + "\n".join(rows))
    votes = [
        f"{r},{i % 2},{p:.2f},{1 - p:.2f}" for r in "ab" for i, p in enumerate((0.8, 0.3, 0.6))
    ]
    write(place / "votes.csv", "run,label,0,1\n" + "\n".join(votes))
    answers(place / "right_a.csv", seed=1)
    answers(place / "right_b.csv", seed=2)
    return place


def asked(name: str, folder: Path) -> tuple[str, Asked]:
    """The command and the call that ask one question."""
    right, other = folder / "right_a.csv", folder / "right_b.csv"
    trials, runs, curves = (folder / f"{stem}.csv" for stem in ("trials", "runs", "curves"))
    table: dict[str, tuple[str, Asked]] = {
        "spread": (
            "spread 75.57 75.85 76.39 --test-size 6488 --between 75.57 76.39",
            lambda: seedbed.spread(THREE, test_size=6488, between=(75.57, 76.39)),
        ),
        "spread of answers": (f"spread --correct {right}", lambda: seedbed.spread(correct=right)),
        "paper": (
            "paper 75.57 75.85 76.39 --published 74.5 --different-test-set --test-size 6488",
            lambda: seedbed.paper(THREE, published=74.5, different_test_set=True, test_size=6488),
        ),
        "compare": (
            "compare --a 75.57 75.85 76.39 --b 74 75 75.5 --paired --margin 2",
            lambda: seedbed.compare(a=THREE, b=[74, 75, 75.5], paired=True, margin=2),
        ),
        "compare a table": (
            f"compare --from {runs} --by arm --metric acc --seed seed --control b",
            lambda: seedbed.compare(
                from_file=runs, by="arm", metric="acc", seed="seed", control="b"
            ),
        ),
        "compare answers": (
            f"compare --correct {right} {other} --level .9",
            lambda: seedbed.compare(correct=[right, other], level=0.9),
        ),
        "seeds": (
            "seeds --difference 1 --sd 1 --paired",
            lambda: seedbed.seeds(difference=1, sd=1, paired=True),
        ),
        "seeds so far": ("seeds 75.57 75.85 76.39", lambda: seedbed.seeds(THREE)),
        "sources": (
            f"sources --from {folder / 'seeds.csv'} --metric acc",
            lambda: seedbed.sources(from_file=folder / "seeds.csv", metric="acc"),
        ),
        "epochs": (f"epochs --from {curves}", lambda: seedbed.epochs(from_file=curves)),
        "confusion": (
            f"confusion {folder / 'm.csv'} {folder / 'm.csv'}",
            lambda: seedbed.confusion(from_file=[folder / "m.csv"] * 2),
        ),
        "calibration": (
            f"calibration --from {folder / 'sure.csv'}",
            lambda: seedbed.calibration(from_file=folder / "sure.csv"),
        ),
        "verification": (
            f"verification --dev {trials} --test {trials}",
            lambda: seedbed.verification(dev=trials, test=trials),
        ),
        "drift": ("drift 75 76 75 74", lambda: seedbed.drift([75, 76, 75, 74])),
        "drift of series": (
            f"drift --from {folder / 'nights.csv'} --weight .3",
            lambda: seedbed.drift(from_file=folder / "nights.csv", weight=0.3),
        ),
        "ensemble": (
            f"ensemble --from {folder / 'votes.csv'}",
            lambda: seedbed.ensemble(from_file=folder / "votes.csv"),
        ),
        "churn": (
            f"churn --from {folder / 'labels.csv'}",
            lambda: seedbed.churn(from_file=folder / "labels.csv"),
        ),
        "search": (
            "search .7 .72 .74 .75 .8 --noise-sd .01",
            lambda: seedbed.search([0.7, 0.72, 0.74, 0.75, 0.8], noise_sd=0.01),
        ),
        "search a table": (
            f"search --from {runs} --by arm --metric acc",
            lambda: seedbed.search(from_file=runs, by=["arm"], metric="acc"),
        ),
    }
    return table[name]


QUESTIONS = (
    "spread", "spread of answers", "paper", "compare", "compare a table", "compare answers",
    "seeds", "seeds so far", "sources", "epochs", "confusion", "calibration", "verification",
    "drift", "drift of series", "ensemble", "churn", "search", "search a table",
)  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_command_prints_what_its_function_returns(name: str, folder: Path) -> None:
    command, ask = asked(name, folder)
    words, result = command.split(), ask()
    assert fields(*words) == result.to_dict()
    assert run(*words).stdout == f"{result.text}\n"
    for form, text in (("csv", result.to_csv()), ("markdown", result.to_markdown())):
        assert run(*words, "--format", form).stdout == f"{text}\n"


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_result_shows_itself(name: str, folder: Path) -> None:
    result = asked(name, folder)[1]()
    frame = result.to_frame()
    assert list(frame.columns[:4]) == ["quantity", "value", "low", "high"]
    assert len(frame) == len(result.to_csv().splitlines()) - 1
    assert result.figure().axes
    shown = result._repr_html_()
    assert shown.startswith('<div class="seedbed">')
    assert "<table>" in shown
    assert 'src="data:image/png;base64,' in shown
    assert result.answer in repr(result)
    with pytest.raises(FrozenInstanceError):
        result.found = result.found  # type: ignore[misc]


def test_a_verdict_is_the_one_of_the_json() -> None:
    result = seedbed.compare(a=[90, 91, 92.5], b=[80, 81, 82])
    verdict: Any = result.to_dict()["verdict"]
    assert result.verdict == verdict["verdict"] == "different"
    assert seedbed.spread(THREE).verdict is None
    assert seedbed.drift([75, 76, 75, 74]).verdict == "undecided"


def test_several_comparisons_are_different_if_one_is(tmp_path: Path) -> None:
    rows = [f"{arm},{mean + step}" for arm, mean in (("a", 70), ("b", 70.1), ("c", 90))
            for step in (0, 0.5, 1, 1.5)]  # fmt: skip
    table = write(tmp_path / "t.csv", "arm,acc\n" + "\n".join(rows))
    result = seedbed.compare(from_file=table, by="arm", metric="acc")
    assert result.verdict == "different"
    assert set(result.verdicts) > {"different"}


def test_names_of_files_and_arms_are_escaped(tmp_path: Path) -> None:
    table = write(tmp_path / "t.csv", "arm,acc\n<b>,71\n<b>,72\nx,73\nx,74.5\n")
    shown = seedbed.compare(from_file=table, by="arm", metric="acc")._repr_html_()
    assert "arm=&lt;b&gt;" in shown
    assert "<b>" not in shown


def test_what_is_said_of_several_configurations_names_each(tmp_path: Path) -> None:
    table = write(tmp_path / "t.csv", "arm,seed,acc\na,1,71\na,2,72\nb,1,73\nb,2,74.5\n")
    shown = seedbed.spread(str(table))._repr_html_()
    for arm, mean in (("a", "71.50"), ("b", "73.75")):
        sentence = shown.split(f"<br>arm={arm}: The runs vary")[1].split("<br>")[1]
        assert sentence.startswith(f"The mean is {mean} %")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (seedbed.spread, "accuracies are missing"),
        (lambda: seedbed.spread([]), "accuracies are missing"),
        (lambda: seedbed.spread(75.5), "must be a list, got 75.5: write [75.5]"),  # type: ignore[arg-type]
        (lambda: seedbed.compare(a=75.5, b=74.8), "scores of A must be a list"),  # type: ignore[arg-type]
        (lambda: seedbed.compare(a=[75.5], b=[]), "or in Python b=[74.8, 75.1]"),
        (lambda: seedbed.spread([75, 0.7]), "all percent or all fractions"),
        (lambda: seedbed.spread([75, float("nan")]), "must be finite"),
        (lambda: seedbed.spread([75, "x"]), "must be numbers"),  # type: ignore[list-item]
        (lambda: seedbed.spread(correct=[[1, 2], [0, 1]]), "1 (right) and 0 (wrong) only"),
        (lambda: seedbed.compare(a=[1, 2]), "arm B is empty"),
        (lambda: seedbed.spread([745, 74.5]), "got 745: write them as 75.57 or 0.7557"),
        (seedbed.compare, "one way"),
        (seedbed.epochs, "got neither of the two"),
        (lambda: seedbed.sweep("frist"), "did you mean 'first'"),
    ],
)
def test_a_mistake_is_one_sentence(ask: Asked, said: str) -> None:
    with pytest.raises(InputError) as error:
        ask()
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["churn", "sources", "compare", "report", "epochs", "read"])
@pytest.mark.parametrize(
    ("given", "shown"), [(3, "3"), ([THREE] * 5, "an object of type list")], ids=["int", "list"]
)
def test_runs_that_are_neither_named_nor_read(name: str, given: object, shown: str) -> None:
    with pytest.raises(InputError, match=f"the sweep's name .* got {shown}$"):
        getattr(seedbed, name)(given)


def test_arrays_and_tuples_are_numbers_too() -> None:
    found = seedbed.spread(np.array(THREE)).to_dict()
    assert found == seedbed.spread(tuple(THREE)).to_dict()
    assert json.dumps(found)


def test_every_public_name_is_there() -> None:
    assert {name for name in seedbed.__all__ if not hasattr(seedbed, name)} == set()
    assert set(seedbed.__all__) <= set(dir(seedbed))
    with pytest.raises(AttributeError, match="no attribute 'sperad'"):
        seedbed.sperad  # noqa: B018
