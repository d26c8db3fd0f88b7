"""The tests about bits, within every limit of oneDNN that is not this processor's own."""

import subprocess
import sys

import pytest

from seedbed.system.paths import IMPORT_ROOT as ROOT
from tests.support.processor_limits import LIMITS, without_limit

ABOUT_BITS = (
    "tests/runs/training/test_halves.py",
    "tests/runs/training/test_loop.py",
    "tests/runs/training/test_training.py",
    "tests/runs/training/test_class_balance.py",
)
OTHERS = [name for name in LIMITS if name != "all the processor has"]
"""Without a limit these tests are part of ``make test``."""


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("limit", OTHERS)
def test_the_tests_about_bits_pass_within_every_limit(limit: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ABOUT_BITS],
        env={**without_limit(), **LIMITS[limit]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
