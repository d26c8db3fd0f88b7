"""The GPUs of this machine, asked of NVIDIA's driver without loading TensorFlow."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DRIVER = Path("/dev/nvidiactl")
VISIBLE = "CUDA_VISIBLE_DEVICES"
QUERY = ("nvidia-smi", "--query-gpu=index,uuid,memory.free", "--format=csv,noheader,nounits")
QUERY_S = 20.0


@dataclass(frozen=True)
class Gpu:
    """A GPU that this process may use.

    Attributes:
        name: How ``CUDA_VISIBLE_DEVICES`` names it: an index, or a UUID.
        free_mib: Memory that no process holds, MiB; None where the driver does not tell.
    """

    name: str
    free_mib: int | None


def usable_gpus() -> tuple[Gpu, ...]:
    """The GPUs that this process may use; none where NVIDIA's driver is not loaded."""
    if not DRIVER.exists():
        return ()
    try:
        done = subprocess.run(  # noqa: S603
            QUERY, capture_output=True, text=True, check=True, timeout=QUERY_S
        )
    except (OSError, subprocess.SubprocessError):
        return chosen((), os.environ)
    return chosen(listed(done.stdout), os.environ)


def listed(answer: str) -> tuple[tuple[str, Gpu], ...]:
    """Index and GPU of each line that ``nvidia-smi`` prints; other lines are left out."""
    found = []
    for line in answer.splitlines():
        fields = [field.strip() for field in line.split(",")]
        if len(fields) == len(("index", "uuid", "memory")) and fields[0].isdecimal():
            free = int(fields[2]) if fields[2].isdecimal() else None
            found.append((fields[0], Gpu(fields[1], free)))
    return tuple(found)


def chosen(gpus: tuple[tuple[str, Gpu], ...], environment: Mapping[str, str]) -> tuple[Gpu, ...]:
    """The GPUs that ``CUDA_VISIBLE_DEVICES`` leaves, by its rules, in its order.

    An index keeps its name, because CUDA may count in another order than ``nvidia-smi``; its
    memory is then that of the GPU with the least. As CUDA does, a name that is not there ends the
    list.

    Args:
        gpus: What the machine has, with each one's index; empty where that is not known.
        environment: Variables.
    """
    given = environment.get(VISIBLE)
    if given is None:
        return tuple(gpu for _, gpu in gpus)
    known = [gpu.free_mib for _, gpu in gpus if gpu.free_mib is not None]
    least = min(known, default=None)
    found: list[Gpu] = []
    for name in (text.strip() for text in given.split(",")):
        by_name = [gpu for _, gpu in gpus if name and gpu.name.startswith(name)]
        if name.isdecimal() and (not gpus or any(index == name for index, _ in gpus)):
            found.append(Gpu(name, least))
        elif name.startswith("MIG-"):
            found.append(Gpu(name, None))
        elif len(by_name) == 1 and name.startswith("GPU-"):
            found.append(by_name[0])
        else:
            break
    return tuple(found)
