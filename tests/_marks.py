"""Marks that several modules give to tests."""

from __future__ import annotations

import socket

import OpenSSL
import pytest

with socket.socket(socket.AF_INET6) as probe:
    try:
        probe.bind(("::1", 0))
        HAS_IPV6 = True
    except OSError:
        HAS_IPV6 = False

on_trio = pytest.mark.parametrize("anyio_backend", ["trio"])
needs_ipv6 = pytest.mark.skipif(not HAS_IPV6, reason="this machine has no IPv6")
needs_pyopenssl = pytest.mark.skipif(
    tuple(map(int, OpenSSL.__version__.split(".")[:2])) < (26, 3), reason="pyOpenSSL 26.3 or later is not installed"
)
