"""The package from the outside: its public modules, and fresh interpreters that import it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

PUBLIC_MODULES = [
    "anyio_tls",
    "anyio_tls.pyopenssl",
    "anyio_tls.trio",
    "anyio_tls.testing",
    "anyio_tls.testing.trio",
]


def python(code: str) -> str:
    """Run code in a fresh interpreter, and return what it printed."""
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
