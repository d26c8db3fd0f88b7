"""Seedbed's entry points, which only an installed copy has."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def entry_points_in(folder: Path, *groups: str) -> Path:
    """Write those of the groups; returns the folder for the PYTHONPATH of a process."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = folder / "site" / "seedbed-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: seedbed\nVersion: 0\n", encoding="utf-8")
    lines = []
    for group in groups:
        points = project["entry-points"][group]
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    return info.parent
