"""A driver of a sweep on a cluster, as ``seedbed sweep`` makes one, that notes its claims' times.

python -m benchmarks.simulated_workers.driver FILE LEDGER SCHEDULER SLOTS
"""

import json
import os
import sys
import time
from pathlib import Path

from benchmarks.simulated_workers import record
from seedbed.sweeps.design.design import load
from seedbed.sweeps.driver.run_sweep import run_sweep
from seedbed.sweeps.driver.settings import SweepSettings
from seedbed.sweeps.ledger.ledger import Claim, Ledger

AGAIN_S = 3.0
"""How long to wait before a sweep that ended too early is resumed."""

MOST_STARTS = 40


def timed_claims(path: Path) -> None:
    """Note the milliseconds of every claim of this process, a line each."""
    claim = Ledger.claim
    stream = path.open("a", buffering=1)

    def timed(self: Ledger) -> Claim | None:
        began = time.perf_counter()
        claimed = claim(self)
        if claimed is not None:
            stream.write(f"{1000 * (time.perf_counter() - began):.3f}\n")
        return claimed

    Ledger.claim = timed  # type: ignore[method-assign]


def main(file: str, ledger: str, cluster: str, slots: int) -> int:
    """Run the sweep to its end, and resume it whenever it had to give up; counts the starts."""
    folder = Path(os.environ[record.LOG])
    timed_claims(folder / f"claims-{os.getpid()}.txt")
    settings = SweepSettings(ledger=ledger, cluster=cluster, style="quiet")
    for starts in range(1, MOST_STARTS + 1):
        trouble = ""
        try:
            result = run_sweep(load(Path(file)), slots, settings)
            if not result.left and result.undelivered is None:
                break
            trouble = result.undelivered or f"{result.left} left"
        except Exception as error:  # noted, and the sweep is resumed as a person would
            trouble = f"{type(error).__name__}: {error}"
        with (folder / f"starts-{os.getpid()}.jsonl").open("a") as stream:
            line = {"start": starts, "at": time.time(), "trouble": trouble}
            stream.write(json.dumps(line) + "\n")
        time.sleep(AGAIN_S)
    else:
        return 1
    spent = time.process_time()
    (folder / f"driver-{os.getpid()}.json").write_text(
        json.dumps({"starts": starts, "processor_s": spent})
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
