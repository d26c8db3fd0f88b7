"""Packages that a script imports and that are not installed, all of them, before the first run."""

import ast
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from seedbed.doctor.keras3.outdated_code import guarded_lines
from seedbed.doctor.source.module import Module

PIP_NAMES = {
    "Bio": "biopython",
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "kerastuner": "keras-tuner",
    "keras_tuner": "keras-tuner",
    "keras_cv": "keras-cv",
    "keras_nlp": "keras-nlp",
    "keras_preprocessing": "keras-preprocessing",
    "mpl_toolkits": "matplotlib",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "tensorflow_datasets": "tensorflow-datasets",
    "tensorflow_addons": "tensorflow-addons",
    "tensorflow_hub": "tensorflow-hub",
    "yaml": "pyyaml",
}
"""Name in an import → name in the package index, where they differ."""

PYTHON_2 = {"cPickle", "cStringIO", "ConfigParser", "Queue", "StringIO", "Tkinter", "urllib2"}
"""Modules of Python 2, which no package brings back: the run says with its line what it lacks."""


def missing_packages(modules: Sequence[Module], folders: Sequence[Path]) -> str:
    """One sentence about all packages that are missing; empty if none is.

    Imports within functions count; those in ``try``, and of files that the script writes itself,
    do not.

    Args:
        modules: The script, and the files beside it that it imports.
        folders: Where its own modules may stand.
    """
    places: dict[str, list[str]] = {}
    for module in modules:
        tried = guarded_lines(module.tree)
        for root, row in _imported(module):
            if row not in tried and not _is_there(root, module, folders):
                where = module.line(row).words
                if module is not modules[0]:
                    where = f"{module.path.name} {where}"
                places.setdefault(root, []).append(where)
    if not places:
        return ""
    told = ", ".join(f"{name} ({', '.join(where[:3])})" for name, where in places.items())
    names = " ".join(dict.fromkeys(PIP_NAMES.get(name, name) for name in places))
    package = "a package" if len(places) == 1 else "packages"
    return (
        f"script must have its packages installed, but {modules[0].path.name} needs {package} that "
        f"{'is' if len(places) == 1 else 'are'} not installed: {told}. Install with "
        f"pip install {names}, and repeat it."
    )


def _imported(module: Module) -> Iterator[tuple[str, int]]:
    for node in module.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0], node.lineno


def _is_there(root: str, module: Module, folders: Sequence[Path]) -> bool:
    if root in sys.builtin_module_names or root in sys.stdlib_module_names or root in PYTHON_2:
        return True
    if root == "IPython" or any(root == one.path.stem for one in module.written):
        return True  # IPython has a stand-in; the other a cell writes
    if any((folder / f"{root}.py").exists() or (folder / root).is_dir() for folder in folders):
        return True
    if f"{root}.py" in module.source or "sys.path" in module.source:
        return True  # written by the script, or found where it says
    try:
        return find_spec(root) is not None
    except (ImportError, ValueError):
        return root in sys.modules
