"""What an experiment file imports; see docs/guides/own-experiment.md.

The four experiments in ``experiments/`` use this and nothing else of Seedbed.
"""

from seedbed.runs.data import image_folders, safe_pickle, simulated_trajectories
from seedbed.runs.data.array_cache import Arrays, kept
from seedbed.runs.data.arrays import divided, splits_from_arrays
from seedbed.runs.data.augmentation import affine
from seedbed.runs.data.small_images import (
    ImageOptions,
    augment as augment_images,
    check as check_images,
    load as load_images,
)
from seedbed.runs.data.splits import Examples, Splits, check_train_size
from seedbed.runs.recording.error_rates import verification_scores, write_pictures, write_trials
from seedbed.runs.settings.options import RunOptions
from seedbed.runs.settings.seeds import Seeds, derive
from seedbed.runs.training.metrics import Scored
from seedbed.runs.training.preconditions import check_splits
from seedbed.system.errors import InputError
from seedbed.system.paths import store_folder

__all__ = [
    "Arrays",
    "Examples",
    "ImageOptions",
    "InputError",
    "RunOptions",
    "Scored",
    "Seeds",
    "Splits",
    "affine",
    "augment_images",
    "check_images",
    "check_splits",
    "check_train_size",
    "derive",
    "divided",
    "image_folders",
    "kept",
    "load_images",
    "safe_pickle",
    "simulated_trajectories",
    "splits_from_arrays",
    "store_folder",
    "verification_scores",
    "write_pictures",
    "write_trials",
]
