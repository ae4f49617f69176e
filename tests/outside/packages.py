"""The packages that use AnyIO's and Trio's TLS and are tested with ours: ``nox -s downstream``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["PACKAGES", "Package"]


@dataclass(frozen=True)
class Package:
    """How the tests of a package are had and run."""

    version: str
    extras: str = ""
    requirements: tuple[str, ...] = ()
    """What they need from PyPI besides the package and pytest."""
    tests: tuple[str, ...] = ()
    """What to run in its sdist."""
    own: str | None = None
    """A file here with tests of ours, where the sdist has none, or none with TLS."""
    setting: str | None = None
    """What its repository configures pytest with, where the sdist does not have that."""
    options: tuple[str, ...] = ()
    """More arguments for pytest."""
    resolved: bool = True
    """Whether to install what it asks for. If that contradicts ours, the requirements above have to do."""
    deselected: Mapping[str, str] = field(default_factory=dict)
    """Tests to leave out, by their ids, and why."""
    programs: tuple[str, ...] = ()
    """What has to be on the machine."""


PACKAGES = {
    "httpcore": Package(
        version="1.0.9",
        extras="asyncio,http2,socks,trio",
        requirements=("pytest-httpbin", "pytest-trio", "werkzeug<2.1"),
        tests=("tests",),
    ),
    "httpx2": Package(version="2.16.2", extras="http2", requirements=("hypercorn",), own="httpx2_client.py"),
    "anycorn": Package(version="0.20.1", own="asgi_servers.py"),
    "hypercorn": Package(version="0.18.0", extras="trio", own="asgi_servers.py"),
    "trio-websocket": Package(
        version="0.12.2",
        requirements=("pytest-trio", "trustme"),
        tests=("tests",),
        setting="trio_mode = true",
    ),
    "coredis": Package(version="6.9.0", own="coredis_client.py", programs=("redis-server",)),
    "asks": Package(
        version="3.0.0",
        requirements=("hypercorn", "async_generator", "h11", "python-dateutil"),
        resolved=False,  # it asks for AnyIO 3, and works with 4
        own="asks_client.py",
    ),
    "smtpproto": Package(version="2.0.0", extras="test", tests=("tests",)),
    "anyldap": Package(
        version="0.2.0",
        requirements=("pytest-cov", "trustme"),
        tests=("test",),
        options=("--no-cov",),
        deselected={
            "test/test_ldiftree.py::TestDir2LDIF::testNoAccess": "to root nothing is unreadable",
            "test/test_ldiftree.py::TestLDIFTreeEntry::test_children_noAccess_dir_noRead": "the same",
            "test/test_ldiftree.py::TestLDIFTreeEntry::test_children_noAccess_dir_noExec": "the same",
            "test/test_ldiftree.py::TestLDIFTreeEntry::test_children_noAccess_file": "the same",
        },
    ),
}
