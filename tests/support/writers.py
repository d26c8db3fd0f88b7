"""Deliver all folders from processes that are killed at any moment: `python -m …  URI FOLDER`.

One process imports MLflow and forks the writers, two at a time, so that each takes no time to
start. Prints how many were killed.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver_all

KILLS = 6
LONGEST_S = 0.1


def main(uri: str, folder: Path) -> None:
    """Go on until no folder is left."""
    import mlflow.tracking  # noqa: F401 (once, for all writers)

    generator, killed = random.Random(11), 0
    while any(folder.glob("*/run.json")):
        ready, opened = os.pipe()
        wait, go = os.pipe()
        writers = [_forked(uri, folder, opened, wait) for _ in range(2)]
        for _ in writers:
            os.read(ready, 1)
        os.write(go, b"12")
        if killed < KILLS:
            for pid in writers:
                time.sleep(generator.uniform(0, LONGEST_S))
                os.kill(pid, signal.SIGKILL)
        ends = [os.waitpid(pid, 0)[1] for pid in writers]
        killed += sum(os.WIFSIGNALED(end) for end in ends)
        for end in (ready, opened, wait, go):
            os.close(end)
    print(killed)  # noqa: T201 (its answer)


def _forked(uri: str, folder: Path, opened: int, wait: int) -> int:
    """A process that opens the store, says so, and delivers once it is told to."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        store = Store(uri)
        store.check()
        os.write(opened, b"1")
        os.read(wait, 1)
        deliver_all(folder, store)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
