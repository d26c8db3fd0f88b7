"""How a run stands or ended."""

from typing import Literal

State = Literal["running", "finished", "pruned", "failed", "stopped", "killed"]
"""finished: all epochs done and recorded. failed: an exception, or a loss that is not a number.
pruned: not worth finishing, by the sweep's own rule.
stopped: ended on request (Ctrl-C, SIGTERM). killed: the process vanished (SIGKILL, no memory)."""
