"""The sweep files that come with Seedbed: ``seedbed sweep first`` needs no clone and no path."""

from pathlib import Path

from seedbed.runs.execution.catalog import NAMES
from seedbed.system.paths import SHIPPED
from seedbed.system.text.did_you_mean import nearest

SWEEPS = SHIPPED / "sweeps"


def locate(path: Path) -> Path:
    """The file at ``path``; if there is none, the one that comes with Seedbed under this name."""
    shipped = SWEEPS / f"{path.name}.yaml"
    is_name = path == Path(path.name)
    return shipped if is_name and not path.exists() and shipped.is_file() else path


def hint(path: Path) -> str:
    """What to give in place of a file that cannot be read; ends the sentence."""
    for beside in (path.with_name(path.name + ending) for ending in (".yaml", ".yml")):
        if beside.is_file():
            return f"did you mean {beside}?"
    names = sorted(file.stem for file in SWEEPS.glob("*.yaml"))
    if path.stem in names:
        return f"to take the one that comes with Seedbed, give {path.stem} alone."
    near = nearest(path.stem, [*names, *NAMES])
    return (
        f"give its path{near}, the name of a sweep that comes with Seedbed ({', '.join(names)}), "
        f"or an experiment ({', '.join(NAMES)})."
    )
