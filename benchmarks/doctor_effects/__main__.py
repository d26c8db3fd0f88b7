"""What the doctor's findings do to the numbers: the measurements quoted in docs/doctor/.

    python -m benchmarks.doctor_effects [SB101 SB303 …]

Small networks on scikit-learn's digits (1,797 images of 8×8): 600 rows to train, 300 as the test
set, 897 never looked at ("fresh"). One thread, CPU; about ten minutes, or only the rules that are
named. Each line names its rule, its n, and what was compared; accuracies are in points (percent).
"""

import sys
from collections.abc import Callable

import keras
import tensorflow as tf

from benchmarks.doctor_effects import (
    comparison,
    curves,
    draws,
    estimators,
    graph,
    leaks,
    operations,
    overlap,
    removed_names,
    scoring,
    searching,
    seeds,
    state,
    unpickling,
)

EFFECTS: dict[str, Callable[[], None]] = {
    "SB202 SB204 SB205 SB206 SB207 SB407": leaks.splits,
    "SB203": leaks.augmented_test_rows,
    "SB101 SB109": seeds.ways_of_seeding,
    "SB103": seeds.once_before_the_loop,
    "SB105": seeds.after_the_model,
    "SB106": seeds.from_the_clock,
    "SB107": seeds.made_and_thrown_away,
    "SB108": seeds.hash_seed_too_late,
    "SB110": draws.own_generator,
    "SB112": estimators.without_random_state,
    "SB111 SB204": draws.drawn_before_the_seed,
    "SB208": draws.order_from_outside,
    "SB209": overlap.copied_before_the_split,
    "SB210": overlap.trained_on_all_rows,
    "SB702": overlap.default_of_adadelta,
    "SB104": operations.without_determinism,
    "SB506": comparison.pretrained_in_one_arm,
    "SB802": scoring.monitor_that_does_not_exist,
    "SB803": scoring.metric_that_does_not_fit,
    "SB804": scoring.scaled_on_one_side,
    "SB410": scoring.weights_alike,
    "SB801": scoring.predictions_in_another_order,
    "SB401": graph.line_of_its_own,
    "SB402": graph.softmax_of_one_unit,
    "SB403": graph.sigmoid_with_a_categorical_loss,
    "SB404": graph.logits_taken_for_probabilities,
    "SB406": graph.argument_of_another_callback,
    "SB408": graph.reversed_zoom,
    "SB409": graph.steps_as_a_fraction,
    "SB301": state.second_fit,
    "SB302": state.one_model_for_all_folds,
    "SB303": state.cleared_but_not_rebuilt,
    "SB304": state.compiled_again,
    "SB306": searching.old_search_taken_up,
    "SB601": unpickling.files_that_seed,
    "SB701": removed_names.imports_that_stop,
    "SB502": comparison.different_seeds,
    "SB504": comparison.few_test_rows,
    "SB505": comparison.different_amounts_of_data,
    "SB102 SB201 SB305 SB307 SB405 SB501 SB503": curves.from_curves,
}


def main(wanted: list[str]) -> None:
    """Measure the rules that are named, or all."""
    known = {code for codes in EFFECTS for code in codes.split()}
    unknown = sorted(set(wanted) - known)
    if unknown:
        sys.exit(f"rules must be of {', '.join(sorted(known))}, got {', '.join(unknown)}")
    print(f"TensorFlow {tf.__version__}, Keras {keras.__version__}")
    for codes, effect in EFFECTS.items():
        if not wanted or set(codes.split()) & set(wanted):
            effect()


if __name__ == "__main__":
    main(sys.argv[1:])
