"""``python -m anyio_tls``."""

from __future__ import annotations

import signal
import sys

from ._commands import run_program

if __name__ == "__main__":
    # Control-C ends the program at once, and without the traceback of whichever event loop is running.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(run_program())
