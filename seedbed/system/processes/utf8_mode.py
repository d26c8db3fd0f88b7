"""UTF-8 for paths, output and child processes, whatever the locale says."""

import os
import sys
from io import TextIOWrapper


def in_utf8() -> None:
    """Start this process again in Python's UTF-8 mode where its locale has another encoding.

    To be called before anything else. MLflow, SQLite and our own records write UTF-8. With
    ``LC_ALL=C PYTHONUTF8=0``, or in ISO 8859-1, Python reads a path's bytes as other characters, so
    a store in a folder ``größe`` would be looked for in one place and opened in another. What the
    output cannot show, as bytes of a file name that are not UTF-8, is shown as an escape.
    """
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 (ourselves)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
