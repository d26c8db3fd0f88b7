"""Bits on several processors: oneDNN's limits make one machine stand for others."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from seedbed.runs.settings.processor import (
    INSTRUCTION_SETS,
    instruction_set,
    onednn_version,
    processor,
)
from seedbed.system.paths import IMPORT_ROOT as ROOT
from tests.support.processor_limits import LIMITS, without_limit

ALL = set.union(*INSTRUCTION_SETS.values())


@pytest.mark.parametrize(
    ("flags", "limit", "expected"),
    [
        ({"sse4_1"}, "", "SSE41"),
        ({"sse4_1", "avx", "avx2", "fma"}, "", "AVX2"),
        ({"sse4_1", "avx", "avx2"}, "AVX512_CORE", "AVX2"),
        ({"sse4_1", "avx", "avx2"}, "avx", "AVX"),
        (ALL, "", "AVX512_CORE_AMX_FP16"),
        (ALL, "AVX512_CORE", "AVX512_CORE"),
        (ALL, "SSE41", "SSE41"),
        (ALL, "no such name", "AVX512_CORE_AMX_FP16"),
        (set(), "", ""),
    ],
)
def test_the_instruction_set_is_the_largest_within_the_limit(
    flags: set[str], limit: str, expected: str
) -> None:
    assert instruction_set(flags, {"ONEDNN_MAX_CPU_ISA": limit}) == expected


ONEDNNS_OWN_WORDS = {
    "SSE41": "Intel SSE4.1",
    "AVX": "Intel AVX",
    "AVX2": "Intel AVX2",
    "AVX2_VNNI": "Intel AVX2 with Intel DL Boost",
    "AVX512_CORE": "Intel AVX-512 with AVX512BW, AVX512VL, and AVX512DQ extensions",
    "AVX512_CORE_VNNI": "Intel AVX-512 with Intel DL Boost",
    "AVX512_CORE_BF16": "Intel AVX-512 with Intel DL Boost and bfloat16 support",
}


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["SSE41", "AVX2", ""])
def test_onednn_says_the_same_of_itself(limit: str) -> None:
    """A contract with TensorFlow's package, which tells neither by a function."""
    program = (
        "import tensorflow as tf; "
        "tf.nn.conv2d(tf.ones((4, 8, 8, 3)), tf.ones((3, 3, 3, 8)), 1, 'SAME')"
    )
    variables = {"ONEDNN_VERBOSE": "1", "TF_ENABLE_ONEDNN_OPTS": "1", "ONEDNN_MAX_CPU_ISA": limit}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**without_limit(), "CUDA_VISIBLE_DEVICES": "-1", **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    version = re.search(r"info,oneDNN v([\d.]+)", done.stdout)
    used = re.search(r"info,cpu,isa:(.+)", done.stdout)
    assert version is not None
    assert version[1] == onednn_version()
    assert used is not None
    flags = set(re.findall(r"\w+", Path("/proc/cpuinfo").read_text()))
    name = instruction_set(flags, {"ONEDNN_MAX_CPU_ISA": limit})
    assert used[1].strip() == ONEDNNS_OWN_WORDS.get(name, used[1].strip())


def test_the_processor_is_known_here() -> None:
    if not Path("/proc/cpuinfo").exists():
        pytest.skip("only Linux tells")
    found = processor()
    assert found.name
    assert found.onednn.count(".") == 2


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("limit", LIMITS)
def test_a_cell_has_the_same_bits_alone_in_a_sweep_and_resumed_within_every_limit(
    limit: str, store_path: Path
) -> None:
    """Its second convolution is large: 300 examples in batches of 32, the last of 12."""
    del store_path
    given = [
        "--seed",
        "7",
        "--dataset",
        "mnist5k",
        "--train-size",
        "300",
        "--epochs",
        "2",
    ]
    onednn = ["--onednn=false"] if limit == "no oneDNN" else []
    done = subprocess.run(
        [sys.executable, "-m", "seedbed", "verify", "mnist_cnn", *given, *onednn],
        env={**without_limit(), **LIMITS[limit]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-2] == "identical"
