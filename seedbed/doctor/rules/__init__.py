"""The rules, by family. Importing this package registers them."""

from seedbed.doctor.rules import (
    sb1_seeds,
    sb2_leaks,
    sb2_splits,
    sb3_reported_epoch,
    sb3_state,
    sb4_outputs,
    sb4_training_choices,
    sb4_unused_layers,
    sb4_value_ranges,
    sb5_comparison,
    sb6_safety,
)

__all__ = [
    "sb1_seeds",
    "sb2_leaks",
    "sb2_splits",
    "sb3_reported_epoch",
    "sb3_state",
    "sb4_outputs",
    "sb4_training_choices",
    "sb4_unused_layers",
    "sb4_value_ranges",
    "sb5_comparison",
    "sb6_safety",
]
