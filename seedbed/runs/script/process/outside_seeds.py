"""Sources that are set before a script begins: the hash seed, and the numeric environment."""

import dataclasses
import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from seedbed.doctor.source.module import Module
from seedbed.runs.script.keras_backend import JAX, VARIABLE
from seedbed.runs.script.options import Options
from seedbed.runs.script.process.torch_first import VARIABLE as TORCH_FIRST, uses_torch
from seedbed.runs.script.randomness.outside_lines import hash_lines
from seedbed.runs.script.script_files import imported_modules
from seedbed.runs.settings.tensorflow_setup import HASH_SEED, HASH_SEED_BEFORE, usable_cores

SHELL = "your shell"
ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
MOST_THREADS = 4


@dataclass(frozen=True)
class OutsideSeeds:
    """What a run starts with.

    Attributes:
        options: The run's options, with the numeric environment of its seed.
        variables: Environment variables that must be set before Python starts; empty if this
            process has them.
        hash_lines: Row of the script → lines that depend on hashes of text.
    """

    options: Options
    variables: dict[str, str]
    hash_lines: dict[str, list[int]]


def outside_seeds(options: Options, module: Module) -> OutsideSeeds:
    """What a run with these options starts with.

    A script that makes no set and no hash keeps the hash seed of this process, as does every script
    whose seeds are to follow the run's; so does one whose hash seed the user's shell sets. The
    environment varies if ``vary_environment`` says so.
    """
    modules = (module, *imported_modules(module))
    wanted: dict[str, str] = {VARIABLE: JAX} if options.backend == JAX else {}
    if uses_torch(modules):
        wanted[TORCH_FIRST] = "1"
    if not (options.separate or options.keep_seeds):
        return OutsideSeeds(options, _missing(wanted), {})
    lines = {str(one.path): hash_lines(one.source) for one in modules}
    lines = {path: found for path, found in lines.items() if found}
    seed_of = partial(_seed_of, options)
    settings = _environment(options, seed_of("environment"))
    if options.vary_environment:
        wanted[ONEDNN] = str(int(settings.onednn))
    if lines:
        wanted[HASH_SEED] = pinned_hash_seed(options) or str(seed_of("hash") % 2**32)
    return OutsideSeeds(settings, _missing(wanted), lines)


def hash_seed_of_shell() -> str:
    """The hash seed that the user's shell sets; empty if it sets none."""
    return HASH_SEED_BEFORE if HASH_SEED_BEFORE.isdecimal() else ""


def pinned_hash_seed(options: Options) -> str:
    """The hash seed of every run; empty where it follows the runs' seeds."""
    return "" if options.vary_pinned else options.shell_hash


def _missing(wanted: Mapping[str, str]) -> dict[str, str]:
    """The variables that this process did not start with."""
    return {name: value for name, value in wanted.items() if os.environ.get(name) != value}


def _seed_of(options: Options, source: str) -> int:
    return options.own_seeds.get(source, options.seed)


def _environment(options: Options, seed: int) -> Options:
    """The settings that stand for a seed; 0 is the run's own."""
    if not options.vary_environment:
        return options
    numbers = sorted({options.threads, min(max(usable_cores(), 2), MOST_THREADS)})
    own = (options.threads, options.op_determinism, options.onednn)
    every = [own]
    every += [one for one in itertools.product(numbers, (True, False), (True, False)) if one != own]
    chosen = every[seed % len(every)]
    threads, determinism, onednn = chosen
    return dataclasses.replace(options, threads=threads, op_determinism=determinism, onednn=onednn)
