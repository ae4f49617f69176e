"""Checks the results of AnyIO's and Trio's own tests of TLS, run against ours, with the table in ``differences.py``.

What the table names has to fail, in the way that it says; everything else has to pass. A plugin for pytest: ``-p judge
--replacing LIBRARY``, with ``-p swap`` before it.
"""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Generator, Iterator

import pytest
from differences import DIFFERENCES, Difference

import anyio_tls.trio

EXPECTED = pytest.StashKey[tuple[Difference, str]]()  # the row, and the test's id in it
SEEN = pytest.StashKey[bool]()

# Trio's tests ask its stream whether an argument of the listener's has arrived. Ours has another name for it.
anyio_tls.trio.TLSStream._https_compatible = property(  # type: ignore[attr-defined]
    lambda stream: not stream._driver._standard_compatible
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--replacing", choices=DIFFERENCES, required=True, help="whose tests these are")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.name == "test_sockets.py":  # AnyIO's: it leaves sockets of its own behind
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))
    for difference in DIFFERENCES[config.getoption("--replacing")]:
        for test in difference.tests:
            wanted = re.compile(re.escape(test).replace(r"\*", ".*"))
            found = [item for item in items if wanted.fullmatch(item.nodeid.partition("::")[2])]
            if not found:
                raise pytest.UsageError(f"differences.py: there is no test {test}")
            for item in found:
                item.stash[EXPECTED] = difference, test


@pytest.fixture(autouse=True)
def collect_garbage() -> Iterator[None]:
    """What a test leaves behind is found in its own time, not in that of a later one."""
    yield
    for name in ("last_exc", "last_value", "last_traceback"):  # where pytest keeps the frames of a failed test
        if hasattr(sys, name):
            delattr(sys, name)
    gc.collect()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if EXPECTED not in item.stash:
        return report
    difference, test = item.stash[EXPECTED]
    seen = SEEN in item.stash
    # An interrupted test leaks resources, which is no additional failure.
    if report.failed and (seen or re.search(difference.tests[test], report.longreprtext)):
        item.stash[SEEN] = True
        report.outcome = "skipped"
        report.wasxfail = difference.ours
    elif report.when == "teardown" and not seen and test not in difference.sometimes:
        report.outcome = "failed"
        report.longrepr = f"differences.py says that this fails, with {difference.tests[test]!r}"
    return report
