"""The processor, as far as the bits of a run depend on it."""

import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from seedbed.tracking import schema

CPUINFO = Path("/proc/cpuinfo")
LIMIT = "ONEDNN_MAX_CPU_ISA"
"""The variable that keeps oneDNN from using all that the processor can."""

ONEDNN_HEADER = "tensorflow/include/external/onednn/include/oneapi/dnnl/dnnl_version.h"
"""In TensorFlow's package: the version of the oneDNN it was built with. No function tells it."""

_AVX512 = {"avx512f", "avx512bw", "avx512vl", "avx512dq"}
_VNNI = _AVX512 | {"avx512_vnni"}
_BF16 = _VNNI | {"avx512_bf16"}
_FP16 = _BF16 | {"avx512_fp16", "avx_vnni"}
_AMX = _FP16 | {"amx_tile", "amx_int8", "amx_bf16"}
INSTRUCTION_SETS = {
    "SSE41": {"sse4_1"},
    "AVX": {"avx"},
    "AVX2": {"avx2"},
    "AVX2_VNNI": {"avx2", "avx_vnni"},
    "AVX2_VNNI_2": {"avx2", "avx_vnni", "avx_vnni_int8", "avx_ne_convert"},
    "AVX512_CORE": _AVX512,
    "AVX512_CORE_VNNI": _VNNI,
    "AVX512_CORE_BF16": _BF16,
    "AVX512_CORE_FP16": _FP16,
    "AVX512_CORE_AMX": _AMX,
    "AVX512_CORE_AMX_FP16": _AMX | {"amx_fp16"},
}
"""oneDNN's names, least first → the flags (as Linux names them) that a processor needs."""


@dataclass(frozen=True)
class Processor:
    """What tells two processors apart that may give different bits.

    Attributes:
        name: As the system gives it, e.g. ``AMD EPYC``.
        vendor: E.g. ``AuthenticAMD``; empty where the system does not tell.
        family: Family and model, e.g. ``25.1``; empty likewise.
        instruction_set: The largest that oneDNN uses, by its own name; empty likewise.
        onednn: Version of oneDNN; empty where TensorFlow is not installed.
    """

    name: str
    vendor: str
    family: str
    instruction_set: str
    onednn: str

    @property
    def record(self) -> dict[str, str]:
        """For the record of a run's environment."""
        return {
            schema.PROCESSOR: self.name,
            schema.PROCESSOR_VENDOR: self.vendor,
            schema.PROCESSOR_FAMILY: self.family,
            schema.INSTRUCTION_SET: self.instruction_set,
            schema.ONEDNN_VERSION: self.onednn,
        }


@cache
def processor() -> Processor:
    """The processor of this machine, with what oneDNN uses of it."""
    fields = _first_core()
    return Processor(
        name=fields.get("model name") or platform.processor() or platform.machine(),
        vendor=fields.get("vendor_id") or fields.get("CPU implementer", ""),
        family=_family(fields),
        instruction_set=instruction_set(set(fields.get("flags", "").split()), os.environ),
        onednn=onednn_version(),
    )


def instruction_set(flags: set[str], environment: Mapping[str, str]) -> str:
    """The largest instruction set that oneDNN uses; empty where it knows none of them.

    Args:
        flags: Of the processor, as Linux names them.
        environment: Variables; ``ONEDNN_MAX_CPU_ISA`` sets a limit.
    """
    names = list(INSTRUCTION_SETS)
    limit = environment.get(LIMIT, "").upper()
    if limit in names:
        names = names[: names.index(limit) + 1]
    return next((name for name in reversed(names) if INSTRUCTION_SETS[name] <= flags), "")


@cache
def onednn_version() -> str:
    """Version of the oneDNN in TensorFlow, as its header says; empty where there is none."""
    try:
        text = Path(str(metadata.distribution("tensorflow").locate_file(ONEDNN_HEADER))).read_text()
    except (metadata.PackageNotFoundError, OSError):
        return ""
    found = dict(re.findall(r"#define DNNL_VERSION_(MAJOR|MINOR|PATCH) (\d+)", text))
    return ".".join(found.get(part, "?") for part in ("MAJOR", "MINOR", "PATCH"))


def details() -> str:
    """Everything the system tells of the processor that can change bits, for a cache's key."""
    fields = _first_core()
    kept = ("vendor_id", "cpu family", "model", "model name", "stepping", "cache size", "flags")
    return repr([processor(), *(fields.get(key, "") for key in kept)])


@cache
def _first_core() -> dict[str, str]:
    """Fields of the first processor in ``/proc/cpuinfo``; empty where there is none."""
    try:
        block = CPUINFO.read_text().partition("\n\n")[0]
    except OSError:
        return {}
    lines = (line.partition(":") for line in block.splitlines())
    return {key.strip(): value.strip() for key, _, value in lines}


def _family(fields: Mapping[str, str]) -> str:
    family = fields.get("cpu family") or fields.get("CPU architecture", "")
    model = fields.get("model") or fields.get("CPU part", "")
    return f"{family}.{model}" if family and model else family
