"""``python -m experiments``, as earlier versions were called: names the command of today."""

import sys

from seedbed.cli.mistakes import moved_room

if __name__ == "__main__":
    sys.exit(moved_room("experiments", sys.argv[1:]))
