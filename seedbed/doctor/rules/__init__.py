"""The rules, by family. Importing this package registers them."""

from seedbed.doctor.rules import (
    sb4_training_choices,
    sb5_comparison,
    sb4_unused_layers,
    sb3_reported_epoch,
    sb2_leaks,
    sb4_outputs,
    sb4_value_ranges,
    sb6_safety,
    sb1_seeds,
    sb2_splits,
    sb3_state,
)

__all__ = [
    "choices",
    "comparison",
    "connections",
    "history",
    "leaks",
    "outputs",
    "ranges",
    "safety",
    "seeds",
    "splits",
    "state",
]
