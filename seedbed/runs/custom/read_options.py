"""Reads the options of a user's own file, for a sweep.

    python -m seedbed.runs.custom.read_options FILE ANSWER

A process of its own, because importing the file may import Keras.
"""

import pickle
import sys
import traceback
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

from seedbed.runs.custom.experiment_file import checked_options, digest, module_of, their_traceback
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import RunOptions
from seedbed.system.errors import InputError


def answer_with_options(path: Path, answer: Path) -> None:
    """Write the fields of the file's options for the process that asked."""
    tensorflow_setup.prepare(RunOptions())
    try:
        kind = checked_options(module_of(path, digest(path)), path)
        hints = get_type_hints(kind, include_extras=True)
        general = {item.name: item.default for item in fields(RunOptions)}
        own = [
            (item.name, hints[item.name], item.default)
            for item in fields(kind)
            if item.name not in general or item.default != general[item.name]
        ]
        content = pickle.dumps(("options", own))
    except InputError as error:
        content = pickle.dumps(("refused", str(error)))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        sentence = f"Options in {path.name} must have plain types and defaults, but {error}."
        content = pickle.dumps(("refused", sentence))
    except Exception as error:  # a user's file raises anything
        found = their_traceback(error, path)
        content = pickle.dumps(("raised", found[1] if found else traceback.format_exc()))
    answer.write_bytes(content)


if __name__ == "__main__":
    answer_with_options(Path(sys.argv[1]), Path(sys.argv[2]))
