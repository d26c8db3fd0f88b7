"""Weights carried over from earlier seeds, as a loop that reuses its model does."""

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.settings.options import RunOptions
from seedbed.runs.settings.seeds import derive
from seedbed.system.errors import InputError

if TYPE_CHECKING:
    import keras

from seedbed.runs.execution.seeded import load_seeded

CARRY_OVER_MAX = 200


def fit_earlier_seeds(model: "keras.Model", experiment: Experiment, options: RunOptions) -> None:
    """Fit the model with seeds 0 up to the run's own, as a loop over seeds around ``fit`` does.

    That is the accident which ``--carry-over`` is there to show: the weights and the optimiser's
    state of one seed are the start of the next.
    """
    from seedbed.runs.training.epoch_loop import Loop

    # Each seed has a loop of its own, compiled anew: TensorFlow takes that for a mistake.
    logging.getLogger("tensorflow").addFilter(lambda said: "retracing" not in said.getMessage())
    for seed in range(options.seed):
        earlier = replace(options, seed=seed)
        seeds = derive(earlier)
        splits = load_seeded(experiment, earlier, seeds)
        loop = Loop(model, splits.train, earlier, seeds, experiment.augmentation(earlier))
        for epoch in range(1, options.epochs + 1):
            loop.run(epoch)


def check_carry_over(options: RunOptions) -> None:
    """Refuse a chain of fits that would hardly end.

    Raises:
        InputError: ``carry_over`` with a seed beyond ``CARRY_OVER_MAX``.
    """
    if options.carry_over and options.seed > CARRY_OVER_MAX:
        raise InputError(
            f"seed must be at most {CARRY_OVER_MAX} with carry_over, which fits every seed from 0 "
            f"up to it, got {options.seed}: give a smaller --seed."
        )
