"""Stand-ins for ``IPython`` and ``google.colab`` where they are not installed."""

import importlib.util
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

DISPLAYED = ("Audio", "FileLink", "HTML", "IFrame", "Image", "JSON", "Javascript", "Latex",
             "Markdown", "Math", "Pretty", "SVG", "Video", "YouTubeVideo")  # fmt: skip


class UploadError(Exception):
    """The script asks a person for files."""


class _Shown:
    """Something that a notebook would display."""

    def __init__(self, *_: object, **__: object) -> None: ...


class StandIns:
    """Modules that exist only in an interactive session.

    Args:
        shell: What ``get_ipython()`` gives.
        say: Called with what the reader must know.
    """

    def __init__(self, shell: Any, say: Callable[[str], None]) -> None:
        self._shell = shell
        self._say = say

    def begin(self) -> None:
        """Add those that are not installed."""
        if importlib.util.find_spec("IPython") is None:
            self._ipython()
        if not _has_colab():
            self._colab()

    def _ipython(self) -> None:
        display: Any = _module("IPython.display")
        display.display = print
        display.clear_output = lambda *_, **__: None
        display.set_matplotlib_formats = display.clear_output
        for name in DISPLAYED:
            setattr(display, name, _Shown)
        top: Any = _module("IPython")
        top.display, top.get_ipython, top.version_info = display, lambda: self._shell, (9, 0, 0)
        core: Any = _module("IPython.core")
        top.core, core.display = core, display
        sys.modules["IPython.core.display"] = display
        get: Any = _module("IPython.core.getipython")
        get.get_ipython = lambda: self._shell

    def _colab(self) -> None:
        colab: Any = _module("google.colab")
        colab.__path__ = []
        for name in ("drive", "files", "output", "userdata", "auth", "patches", "widgets"):
            setattr(colab, name, _module(f"google.colab.{name}"))
        colab.drive.mount, colab.drive.flush_and_unmount = self._mount, lambda *_, **__: None
        colab.files.upload, colab.files.download = self._upload, lambda *_, **__: None
        colab.output.clear = colab.output.eval_js = lambda *_, **__: None
        colab.auth.authenticate_user = lambda *_, **__: None
        colab.patches.cv2_imshow = lambda *_, **__: None
        colab.userdata.get = lambda *_: ""
        if "google" in sys.modules or importlib.util.find_spec("google"):
            __import__("google").colab = colab  # type: ignore[attr-defined]
        else:
            google: Any = _module("google")
            google.__path__, google.colab = [], colab

    def _mount(self, place: str = "/content/drive", *_: object, **__: object) -> None:
        if not Path(place).is_dir():
            self._say(
                f"it mounts Google Drive at {place}, which is not here: put the files that it "
                "reads from there beside it, and read them relative to its own folder"
            )

    def _upload(self, *_: object, **__: object) -> NoReturn:
        raise UploadError(
            "it asks for your files (google.colab.files.upload), and nobody can choose them: "
            "put them beside the script and read them from there"
        )


def _module(name: str) -> ModuleType:
    """A module that the import system knows, so that it may be looked for again."""
    made = ModuleType(name)
    made.__spec__ = ModuleSpec(name, None)
    sys.modules[name] = made
    return made


def _has_colab() -> bool:
    try:
        return importlib.util.find_spec("google.colab") is not None
    except ModuleNotFoundError:
        return False
