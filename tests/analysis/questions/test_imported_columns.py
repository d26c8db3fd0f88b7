"""Which parameters number repeats, which metric is the score, and which way is better."""

import numpy as np
import pytest

from seedbed.analysis.answers.inputs.imported import run_labels
from seedbed.analysis.answers.inputs.imported.metric_choice import (
    choose_metric,
    lower_is_better,
    unit_of_metric,
)
from seedbed.analysis.answers.inputs.imported.seed_columns import (
    is_fold_name,
    is_seed_name,
    tell_columns,
)
from seedbed.analysis.answers.inputs.imported.where import matching
from seedbed.system.errors import InputError
from seedbed.tracking.importing.imported_runs import ImportedRun, parsed_value
from seedbed.tracking.importing.score_names import words_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("seed", True),
        ("train.random_seed", True),
        ("random_state", True),
        ("randomState", True),
        ("global_seed", True),
        ("run", True),
        ("run_id", True),
        ("trial", True),
        ("fold", True),
        ("cv_fold", True),
        ("repeat_2", True),
        ("seeds", True),
        ("seed0", True),
        ("jax_prng_key", True),
        ("kfold", True),
        ("k_fold", True),
        ("outer_fold", True),
        ("cross_val_fold", True),
        ("model_run", True),
        ("Rep.", True),
        ("model", False),
        ("inner_steps", False),
        ("n_folds", False),
        ("max_trials", False),
        ("batch_size", False),
        ("runner", False),
        ("run_length", False),
        ("learning_rate", False),
    ],
)
def test_a_parameter_numbers_repeats_by_its_name(name: str, expected: bool) -> None:
    assert is_seed_name(name) is expected


def test_a_fold_is_told_from_a_seed() -> None:
    assert is_fold_name("cv.fold")
    assert not is_fold_name("seed")
    assert not is_fold_name("n_folds")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("val_loss", True),
        ("testError", True),
        ("EER", True),
        ("perplexity", True),
        ("val_accuracy", False),
        ("f1", False),
        ("reward", False),
        ("terror", False),
        ("neg_mean_squared_error", False),
        ("neg_log_loss", False),
        ("negative_log_likelihood", True),
        ("log_likelihood", False),
        ("false_negative_rate", True),
        ("true_negative_rate", False),
        ("LPIPS", True),
    ],
)
def test_the_name_of_a_metric_says_which_way_is_better(name: str, expected: bool) -> None:
    assert lower_is_better(name) is expected


def finished(metrics: dict[str, float], **params: object) -> ImportedRun:
    return ImportedRun(str(id(metrics)), "a run", "finished", params, metrics)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("loss", "accuracy", "val_loss", "val_accuracy"), "val_accuracy"),
        (("val_accuracy", "test_accuracy"), "test_accuracy"),
        (("loss", "val_loss"), "val_loss"),
        (("train_accuracy", "val_loss"), "val_loss"),
        (("epoch", "hter"), "hter"),
        (("something",), "something"),
    ],
)
def test_the_metric_that_looks_most_like_a_final_score_is_taken(
    names: tuple[str, ...], expected: str
) -> None:
    assert choose_metric([finished(dict.fromkeys(names, 0.5))], None) == expected


def test_a_metric_of_few_runs_is_not_taken_by_itself() -> None:
    runs = [finished({"loss": 0.1}) for _ in range(9)] + [finished({"loss": 1, "test_acc": 1})]
    assert choose_metric(runs, None) == "loss"
    assert choose_metric(runs, "test_acc") == "test_acc"


@pytest.mark.parametrize(
    ("name", "scores", "written"),
    [
        ("val_accuracy", [0.5, 0.75], "75 %"),
        ("val_accuracy", [50, 75], "75 %"),
        ("eer", [0.5, 0.75], "75 %"),
        ("val_loss", [0.5, 0.75], "0.75"),
        ("reward", [-1.6, 0.75], "0.75"),
        ("accuracy_gain", [-0.1, 0.75], "0.75"),
    ],
)
def test_only_what_is_named_and_looks_like_a_share_is_written_in_percent(
    name: str, scores: list[float], written: str
) -> None:
    unit = unit_of_metric(name, np.array(scores, dtype=float), maximize=None)
    assert unit.level(scores[1]) == written


@pytest.mark.parametrize("scores", [[0.9, 94, 95], [0.9, 0.91, 0.9, 95]])
def test_percent_beside_fractions_is_refused(scores: list[float]) -> None:
    with pytest.raises(InputError, match=r"all percent or all fractions, got 0\.9 beside 95"):
        unit_of_metric("accuracy", np.array(scores), maximize=None)


@pytest.mark.parametrize("scores", [[0.9, 0.98, 1.02], [0.95, 1.0001], [0, 0.97, 1.5]])
def test_accuracies_a_little_above_1_beside_fractions_are_no_percent(scores: list[float]) -> None:
    least = min(score for score in scores if score)
    said = rf"fractions of at most 1 or percent, got {least:g} to {max(scores):g}, which may be"
    with pytest.raises(InputError, match=said):
        unit_of_metric("accuracy", np.array(scores), maximize=None)


def test_accuracies_near_chance_among_many_classes_are_percent() -> None:
    assert unit_of_metric("accuracy", np.array([0.9, 5.2]), maximize=None).level(5.2) == "5.2 %"
    assert unit_of_metric("eer", np.array([0.9, 1.02]), maximize=None).level(1.02) == "1.02 %"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ValAccuracy_1", ["val", "accuracy", "1"]),
        ("testF1", ["test", "f1"]),
        ("mIoU", ["miou"]),
        ("val_mAP", ["val", "map"]),
        ("valEER", ["val", "eer"]),
        ("nEpochs", ["n", "epochs"]),
    ],
)
def test_a_name_is_divided_into_words(name: str, words: list[str]) -> None:
    assert words_of(name) == words


TWO_ARMS = ["a"] * 5 + ["b"] * 5
APART = [0.90, 0.91, 0.905, 0.902, 0.908, 0.95, 0.96, 0.955, 0.952, 0.958]
"""Scores of two arms, run one after the other; the second is better."""
CODES = ["4wsjlbca", "rs18bf38", "4jdko3qd", "3dgig25u", "075s798c"]
CODES += ["zli9glx2", "qtsm8nxn", "8wy6u14i", "p58kevy1", "y2a3qswk"]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("job_id", list(range(100, 110))),
        ("s", list(range(10))),
        ("timestamp", [1.7e9 + 3600.5 * number for number in range(10)]),
        ("created_at", [f"2024-05-{day:02d} 10:00" for day in range(1, 11)]),
        ("run_key", CODES),
        ("commit", [f"{number:08X}" for number in range(10)]),
        ("train_time", [50.1, 49.2, 50.3, 51.2, 50.1, 60.7, 62.1, 61.1, 60.5, 63.2]),
        ("gpu_mem", [50, 49, 50, 51, 52, 60, 62, 61, 58, 63]),
        ("host", ["node1", "node2"] * 5),
    ],
)
def test_what_names_measures_or_places_a_run_makes_no_arm(name: str, column: list[object]) -> None:
    found = tell_columns({"arm": TWO_ARMS, name: column}, APART)
    assert (found.varied, found.labels) == (("arm",), (name,))


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("network", ["resnet18", "resnet34", "resnet50"] * 2),
        ("time_limit", [10, 20, 30, 40, 50, 60]),
        ("host", ["node1", "node2"] * 3),
        ("n", [1, 2, 3, 4, 5, 6]),
        ("tau", [0.1, 0.23, 0.31, 0.47, 0.5, 0.61]),
    ],
)
def test_settings_make_arms_even_if_all_of_them_differ(name: str, column: list[object]) -> None:
    found = tell_columns({name: column}, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert found.varied == (name,)


@pytest.mark.parametrize("name", ["split", "attempt", "restart", "init", "folds", "split_id"])
def test_words_that_may_number_repeats_do_if_they_count_on(name: str) -> None:
    arms = ["a"] * 3 + ["b"] * 3
    assert tell_columns({"arm": arms, name: [0, 1, 2] * 2}, [0.9] * 6).seeds == (name,)
    for other in ([10, 20, 30] * 2, ["random", "scaffold", "time"] * 2, [0, 1, 2, 0, 1, 3]):
        assert tell_columns({"arm": arms, name: other}, [0.9] * 6).seeds == ()
    seeds = [1, 1, 1, 2, 2, 2]
    assert tell_columns({name: [0, 1, 2] * 2, "seed": seeds}, [0.9] * 6).seeds == ("seed",)


def test_parameters_are_divided_into_seeds_arms_names_and_constants() -> None:
    found = tell_columns(
        {
            "seed": [1, 2, 3, 1, 2, 3],
            "batch_size": [32, 32, 32, 64, 64, 64],
            "output_dir": [f"runs/{number}" for number in range(6)],
            "job": [11, 15, 12, 13, 10, 14],
            "epochs": [5] * 6,
        },
        [0.9, 0.8, 0.9, 0.7, 0.9, 0.8],
    )
    assert found.seeds == ("seed",)
    assert found.varied == ("batch_size",)
    assert found.labels == ("output_dir", "job")
    assert found.constant == ("epochs",)


@pytest.mark.parametrize(
    ("above", "numbers", "seeds"),
    [
        (["a", "a", "b", "b", "b"], ["0", "1", "0", "1", "2"], ("folder 2",)),
        (["a", "a", "b", "b", "b"], ["32", "64", "32", "64", "128"], ()),
        (["layers"] * 5, ["1", "2", "3", "4", "5"], ()),
        (["a", "a", "b", "b", "c"], ["0", "1", "x", "1", "2"], ()),
    ],
)
def test_a_folder_that_counts_the_runs_within_another_numbers_repeats(
    above: list[str], numbers: list[str], seeds: tuple[str, ...]
) -> None:
    found = tell_columns({"folder 1": above, "folder 2": numbers}, [0.9, 0.8, 0.7, 0.6, 0.5])
    assert found.seeds == seeds


def test_a_group_that_repeats_the_parameters_makes_no_arm() -> None:
    values: dict[str, list[object]] = {
        "Group": list("aabb"),
        "lr": [1, 1, 2, 2],
        "seed": [1, 2] * 2,
    }
    found = tell_columns(values, [0.9, 0.8, 0.7, 0.6])
    assert (found.varied, found.labels) == (("lr",), ("Group",))
    assert tell_columns({**values, "lr": [1] * 4}, [0.9, 0.8, 0.7, 0.6]).varied == ("Group",)


def test_ten_thousand_parameters_that_vary_are_each_looked_at_a_few_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def counted(name: str) -> list[str]:
        asked.append(name)
        return words_of(name)

    monkeypatch.setattr(run_labels, "words_of", counted)
    values: dict[str, list[object]] = {f"p{at}": [at % 2, 1, 2, at % 3] for at in range(10_000)}
    found = tell_columns(values, [0.9, 0.8, 0.7, 0.6])
    assert len(found.varied) == len(values)
    assert len(asked) < 10 * len(values)


def test_values_of_a_search_are_no_names_of_runs() -> None:
    scores = [0.1, 0.5, 0.3, 0.2, 0.6, 0.4]
    found = tell_columns(
        {
            "units": [8, 16, 24, 32, 40, 48],
            "learning_rate": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
            "optimizer": ["adam", "sgd", "rmsprop", "adagrad", "lion", "lamb"],
            "ordered": [1, 5, 3, 2, 6, 4],
        },
        list(scores),
    )
    assert found.varied == ("units", "learning_rate", "optimizer", "ordered")


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 0.001), ("32", 32), ("True", True), ("nan", "nan"), ("1_0", "1_0"), ("adam", "adam")],
)
def test_parameters_are_parsed(text: str, value: object) -> None:
    assert parsed_value(text) == value


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("optimizer=adam", 1),
        ("optimizer!=adam", 1),
        ("epochs>=10", 1),
        ("epochs<10", 1),
        ("accuracy>0.5", 2),
    ],
)
def test_conditions_keep_the_runs_that_meet_them(condition: str, kept: int) -> None:
    runs = [
        finished({"accuracy": 0.9}, optimizer="adam", epochs=5),
        finished({"accuracy": 0.8}, optimizer="sgd", epochs=10),
    ]
    assert len(matching(runs, [condition])) == kept


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("optimizer", "--where must be a name"),
        ("optimiser=adam", "did you mean 'optimizer'"),
        ("optimizer=lion", "no run meets --where optimizer=lion: optimizer is adam"),
        ("optimizer>adam", "its value must be a number"),
    ],
)
def test_a_wrong_condition_is_told(condition: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        matching([finished({"accuracy": 0.9}, optimizer="adam")], [condition])
