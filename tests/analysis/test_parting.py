"""Where two runs that should be equal part."""

from typing import Any

from seedbed.analysis.answers.why.parting import different_draws, fits_to_compare, parting
from seedbed.tracking.random_records import DrawnBySource, FirstDifference, SideBySide


def moment(kind: str, what: str, line: str = "line 9", **digests: str) -> dict[str, Any]:
    return {"kind": kind, "what": what, "line": line, "digests": digests, "fit": 1}


def lockstep(kind: str, name: str, removed_by: str | None, *tried: str) -> SideBySide:
    first: FirstDifference = {"fit": 1, "epoch": 2, "step": 9, "kind": kind, "name": name}
    return {"difference": first, "steps": 8, "removed_by": removed_by, "tried": tried}


def drawn(draws: int) -> DrawnBySource:
    return {"draws": draws, "pinned_draws": 0, "lines": [], "pins": []}


def course(*moments: dict[str, Any], seed: str = "7", reads: tuple[str, ...] = ()) -> Any:
    pin = {"call": "np.random.seed", "line": "line 2", "value": seed}
    return {
        "pins": [pin],
        "moments": list(moments),
        "reads": [{"line": line, "call": "time.time"} for line in reads],
    }


def test_a_seed_with_another_value_comes_first() -> None:
    one, two = course(moment("data", "the data", x="a")), course(moment("data", "the data", x="b"))
    two["pins"] = [{**two["pins"][0], "value": "8"}]
    assert parting(one, two) == [
        "Two equal runs diverge in line 2: np.random.seed gets 7 in one and 8 in the other. Write "
        "a number there."
    ]


def test_files_in_another_order_are_to_be_sorted() -> None:
    one = course(moment("files", "the order of files", names="a"), reads=("line 3",))
    two = course(moment("files", "the order of files", names="b"))
    said, read = parting(one, two)
    assert said.startswith("Two equal runs diverge at the order of files (line 9).")
    assert "sort the names, with sorted(…) around the listing" in said
    assert read == "No seed sets what these lines read: line 3 (time.time)."


def test_of_a_step_the_layer_nearest_to_the_outputs_is_named() -> None:
    same = moment("weights", "the first weights of fit 1", conv="a", dense="a", out="a")
    one = course(same, moment("step", "step 3 of fit 1", conv="a", dense="a", out="a"))
    two = course(same, moment("step", "step 3 of fit 1", conv="b", dense="b", out="a"))
    (said,) = parting(one, two)
    assert "at step 3 of fit 1 (line 9): 2 of 3 layers" in said
    assert "the first in the backward pass dense" in said
    assert "--numeric fixed" in said


def test_the_loss_of_a_step_tells_the_forward_from_the_backward_pass() -> None:
    one = course(moment("step", "step 1 of fit 1", loss="a", dense="a", out="a"))
    two = course(moment("step", "step 1 of fit 1", loss="a", dense="b", out="a"))
    (said,) = parting(one, two)
    assert "1 of 2 layers" in said
    assert "the backward pass or the optimizer differs" in said
    two["moments"][0]["digests"].update(loss="b", out="b")
    (said,) = parting(one, two)
    assert "every layer gets another update" in said
    assert "the loss differs too, so the forward pass does" in said


def test_a_generator_without_a_seed_is_named() -> None:
    run = course(moment("data", "the data of fit 1", x="a"), seed="no seed")
    (said,) = parting(run, run)
    assert said == (
        "Two equal runs diverge in line 2 (np.random.seed): no seed is given there. Write a number."
    )


def test_equal_runs_part_nowhere() -> None:
    run = course(moment("data", "the data of fit 1", x="a"))
    assert parting(run, run) == []
    longer = course(*run["moments"], moment("data", "the data of fit 2", x="a"))
    assert "take different paths" in parting(run, longer)[0]


def test_sources_that_draw_another_number_of_times_are_named() -> None:
    one, two = {"line 4": drawn(3), "init": drawn(2)}, {"line 4": drawn(5), "init": drawn(2)}
    (said,) = different_draws(one, two)
    assert said.startswith("line 4 draws 3 times in one run and 5 in another")


def test_two_runs_side_by_side_name_the_operation_and_the_setting_that_removes_it() -> None:
    one = course(moment("step", "step 3 of fit 1", dense="a"))
    two = course(moment("step", "step 3 of fit 1", dense="b"))
    assert fits_to_compare(one, two) == 1
    found = lockstep("gradient", "conv/kernel", "threads", "op_determinism", "threads")
    part, tensor, cure = parting(one, two, found)
    assert part == "Two equal runs diverge at step 3 of fit 1 (line 9)."
    assert "is the gradient of conv/kernel, in step 9 of fit 1 (epoch 2)" in tensor
    assert "With one thread two further pairs agree" in cure
    assert "set_intra_op_parallelism_threads(1)" in cure


def test_no_setting_removes_what_a_layer_draws_by_itself() -> None:
    one = course(moment("step", "step 3 of fit 1", dense="a"))
    two = course(moment("step", "step 3 of fit 1", dense="b"))
    found = lockstep("output", "mine (Mine)", None, "op_determinism", "onednn")
    _, tensor, cure = parting(one, two, found)
    assert "is the output of mine (Mine)" in tensor
    assert cure.startswith(
        "They differ with deterministic operations and with TensorFlow's own operations too, so the"
    )
    assert "the layer's own code draws without a seed" in cure
    within: SideBySide = {**found, "operation": "PyFunc (net/mine/PyFunc) in mine (Mine)"}
    assert parting(one, two, within)[1].endswith(
        " Within that layer it is the operation PyFunc (net/mine/PyFunc) in mine (Mine)."
    )
    _, data = parting(one, two, lockstep("data", "the batch (1 of 2)", None))
    assert "they get different data first" in data
    chance: SideBySide = {"difference": None, "steps": 40, "removed_by": None, "tried": []}
    assert "agree in every tensor of 40 steps" in parting(one, two, chance)[1]
    (said,) = parting(one, two, {**chance, "steps": 0})
    assert "To remove it" in said


def test_runs_that_part_before_a_step_need_no_comparison_of_tensors() -> None:
    one, two = (course(moment("data", "the data of fit 1", x=digest)) for digest in "ab")
    assert fits_to_compare(one, two) is None
    two = course(moment("data", "the data of fit 1", x="a"), seed="8")
    assert fits_to_compare(one, two) is None


def test_what_removes_it_is_called_by_the_names_that_the_script_imports() -> None:
    calls = {
        "keras.utils.set_random_seed": "tf.keras.utils.set_random_seed",
        "tf.config.experimental.enable_op_determinism": "import tensorflow as tf; "
        "tf.config.experimental.enable_op_determinism",
        "tf.config.threading.set_intra_op_parallelism_threads": "threading.set_intra",
    }
    for kind, said in (
        ("weights", "tf.keras.utils.set_random_seed(7) before the model is built"),
        ("step", "or import tensorflow as tf; tf.config.experimental.enable_op_determinism()"),
    ):
        one, two = (course(moment(kind, "it", a=digest)) for digest in "ab")
        one["calls"] = calls
        assert parting(one, two)[0].endswith(f"{said}.")
    one, two = (course(moment("step", "it", a=digest)) for digest in "ab")
    one["calls"] = calls
    found = parting(one, two, lockstep("output", "dense", "threads"))
    assert found[-1].endswith("so that removes it: threading.set_intra(1).")
