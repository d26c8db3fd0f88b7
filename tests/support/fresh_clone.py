"""A clone of this one, as it is now."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def fresh_clone(to: Path) -> None:
    """Clone this clone, with the tracked files as they are now, committed or not."""
    subprocess.run(["git", "clone", "--quiet", ROOT, to], check=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to / name)
        else:
            (to / name).unlink(missing_ok=True)
