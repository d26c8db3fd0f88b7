"""``python -m analysis``, as earlier versions were called: names the command of today."""

import sys

from seedbed.cli.mistakes import moved_room

if __name__ == "__main__":
    sys.exit(moved_room("analysis", sys.argv[1:]))
