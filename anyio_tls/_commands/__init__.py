"""``python -m anyio_tls``: the command line and its commands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

__all__ = ["main", "run_program"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    :param arguments: what follows the program's name; default: ``sys.argv[1:]``
    """
    parser = argparse.ArgumentParser(
        prog="python -m anyio_tls", description="TLS streams for AnyIO and Trio that can be cancelled."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="send a file through TLS while cancelling all the time, and see whether it arrives whole",
        description="Send FILE to an echo server on this machine and back, on every backend that is installed,"
        " with TLS 1.2 and 1.3, while sends and receives are cancelled at random points. Then do the same with"
        " the TLS streams of AnyIO and Trio. The exit status is 0 if every byte of ours came back, 1 if not,"
        " 2 if FILE cannot be used or the result cannot be written.",
    )
    demo.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: this Python's own binary")
    demo.add_argument("--seed", type=int, metavar="N", help="cancel where an earlier run did (it told its seed)")
    options = parser.parse_args(arguments)

    try:
        from ._demo import run_demo
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "rich":
            raise
        parser.exit(2, "python -m anyio_tls needs rich, which is not installed: pip install 'anyio_tls[cli]'\n")
    return run_demo(options.file or Path(sys.executable), options.seed)


def run_program() -> int:
    """:func:`main` for a whole process, which ends afterwards with the status that this returns."""
    try:
        return main()
    except OSError as error:  # such as a full disk, to which the output is redirected
        with suppress(OSError):
            sys.stderr.write(f"python -m anyio_tls: {error}\n")
            sys.stderr.flush()
        # At its end, Python would try once more to write what is left, and change the status.
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 -- it is not a path of anybody's
            os.dup2(nowhere.fileno(), 1)
        return 2
