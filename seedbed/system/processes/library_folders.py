"""Folders for libraries that keep files in the user's home folder, if that cannot be written.

A container's user often has no home folder. MLflow then fails when it is imported, matplotlib
prints a warning, and Keras shares ``/tmp/.keras`` with every user of the machine, settings
included.
"""

import os

from seedbed.system.errors import StoreError
from seedbed.system.paths import store_path, tracking_uri, user_home


def replace_missing_home() -> None:
    """Name folders of the store for this process and its children."""
    user = user_home()
    if user is not None and os.access(user, os.W_OK):
        return
    import logging

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it says that it uses another folder
    try:
        cache = store_path() / "cache" / "libraries"
        tracking_uri()
    except StoreError:  # the command says so if it needs the store
        return
    os.environ.setdefault("KERAS_HOME", str(cache / "keras"))
    os.environ.setdefault("MPLCONFIGDIR", str(cache / "matplotlib"))
    if user is None:
        os.environ["HOME"] = str(cache)
