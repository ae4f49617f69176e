"""``python -m anyio_tls``."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

from ._commands import main

if __name__ == "__main__":
    # Control-C ends the program at once, and without the traceback of whichever event loop is running.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        status = main()
    except OSError as error:  # such as a full disk, to which the output is redirected
        with suppress(OSError):
            sys.stderr.write(f"python -m anyio_tls: {error}\n")
            sys.stderr.flush()
        # The exit would try once more to write what is left, and end with another status.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        status = 2
    sys.exit(status)
