"""How the runs of a pool share the machine's GPUs."""

from dataclasses import dataclass
from typing import Literal

from seedbed.runs.settings.gpu_share import variables
from seedbed.system.errors import InputError
from seedbed.system.processes.gpus import Gpu

RunsPerGpu = int | Literal["auto"]
ENOUGH_MIB = 4096
"""Memory that a run gets at least where it is not said how many share a GPU, MiB."""

KEPT_MIB = 512
"""What CUDA and its libraries take for each process beside TensorFlow's own memory, MiB."""


@dataclass(frozen=True)
class Share:
    """What one run may use of one GPU.

    Attributes:
        gpu: Its name, for ``CUDA_VISIBLE_DEVICES``.
        limit_mib: Memory that TensorFlow may take of it, MiB; None for all that is free.
        runs: Runs that share the GPU.
    """

    gpu: str
    limit_mib: int | None
    runs: int

    @property
    def variables(self) -> dict[str, str]:
        """For the run's process, before it first asks for a GPU."""
        return variables(self.gpu, self.limit_mib, self.runs)


def shares(
    gpus: tuple[Gpu, ...], runs_per_gpu: RunsPerGpu, workers: int | None, cores: int
) -> tuple[Share, ...]:
    """A share for each run that may train at once; GPUs are taken in turn.

    Args:
        gpus: Those that this process may use.
        runs_per_gpu: How many runs share one; ``auto``: as many as ``workers`` asks for, or else
            as there are cores for and as each leaves 4 GiB.
        workers: Runs at once as the user gave it, or None.
        cores: Cores that all runs together may keep busy.

    Raises:
        InputError: There is no GPU although a number of runs per GPU was given, or more workers
            were asked for than the GPUs have places.
    """
    if not gpus:
        if runs_per_gpu != "auto":
            raise InputError(
                f"--runs-per-gpu {runs_per_gpu} needs a GPU, but this machine shows none to this "
                "process: leave it out, or see that nvidia-smi lists one."
            )
        return ()
    most = runs_per_gpu if runs_per_gpu != "auto" else None
    if most is not None and workers is not None and workers > most * len(gpus):
        raise InputError(
            f"--workers must be at most --runs-per-gpu × GPUs = {most} × {len(gpus)}, got "
            f"{workers}: give fewer workers, or more runs per GPU."
        )
    at_once = workers or min(cores, sum(most or _fitting(gpu, cores) for gpu in gpus))
    on_each = [len(range(place, at_once, len(gpus))) for place in range(len(gpus))]
    return tuple(
        Share(gpus[place].name, _limit(gpus[place], on_each[place]), on_each[place])
        for place in (number % len(gpus) for number in range(at_once))
    )


def _fitting(gpu: Gpu, cores: int) -> int:
    """Runs that fit on a GPU; one where its memory is not known."""
    if gpu.free_mib is None:
        return 1
    return max(1, min(cores, gpu.free_mib // (ENOUGH_MIB + KEPT_MIB)))


def _limit(gpu: Gpu, runs: int) -> int | None:
    """Memory of one run, MiB; None where it has the GPU alone, or its memory is not known."""
    if runs == 1 or gpu.free_mib is None:
        return None
    return max(1, gpu.free_mib // runs - KEPT_MIB)
