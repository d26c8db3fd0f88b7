"""oneDNN's limits, by which one machine stands for several processors."""

import os

LIMITS = {
    "SSE4.1": {"ONEDNN_MAX_CPU_ISA": "SSE41"},
    "AVX2": {"ONEDNN_MAX_CPU_ISA": "AVX2"},
    "AVX-512": {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE"},
    "all the processor has": {},
    "no oneDNN": {"TF_ENABLE_ONEDNN_OPTS": "0", "SEEDBED_TESTS_ONEDNN": "0"},
}


def without_limit() -> dict[str, str]:
    """The environment of this process without any limit of oneDNN."""
    return {k: v for k, v in os.environ.items() if k != "ONEDNN_MAX_CPU_ISA"}
