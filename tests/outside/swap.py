"""Replaces AnyIO's and Trio's TLS with ours, and counts the connections that are made with it.

Importing this module does it, so it has to be imported first. It is a plugin for pytest too, ``-p swap``, which prints
the count at the end: a run without a connection of ours proves nothing, and fails.
"""

from __future__ import annotations

import sys
from typing import Any

import anyio.streams.tls
import pytest
import trio

import anyio_tls
import anyio_tls.trio
from anyio_tls._driver import TLSDriver

REPLACEMENTS = {
    **{getattr(anyio.streams.tls, name): getattr(anyio_tls, name) for name in anyio.streams.tls.__all__},
    trio.NeedHandshakeError: anyio_tls.trio.NeedHandshakeError,
    trio.SSLListener: anyio_tls.trio.TLSListener,
    trio.SSLStream: anyio_tls.trio.TLSStream,
    trio.open_ssl_over_tcp_listeners: anyio_tls.trio.open_tls_over_tcp_listeners,
    trio.open_ssl_over_tcp_stream: anyio_tls.trio.open_tls_over_tcp_stream,
    trio.serve_ssl_over_tcp: anyio_tls.trio.serve_tls_over_tcp,
}

connections = 0


def replace(package: str) -> None:
    """Exchange these names in every module of a package that has imported them. What comes later finds ours."""
    for module in [module for name, module in sys.modules.items() if name.partition(".")[0] == package]:
        for name, value in list(vars(module).items()):
            if callable(value) and value in REPLACEMENTS:
                setattr(module, name, REPLACEMENTS[value])


def count(driver: TLSDriver, *args: Any, **kwargs: Any) -> None:
    global connections  # noqa: PLW0603  # there is one process to count in
    connections += 1
    initialise(driver, *args, **kwargs)


replace("anyio")
replace("trio")
initialise = TLSDriver.__init__
TLSDriver.__init__ = count  # type: ignore[assignment,method-assign]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"TLS connections of ours: {connections}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if not connections:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
