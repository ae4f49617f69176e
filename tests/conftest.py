"""Fixtures, guards and options for every test of this project.

* **Backends and TLS versions.** A coroutine function is a test on asyncio, uvloop and Trio; one that takes
  ``tls_version`` or one of the contexts is a test with TLS 1.2 and 1.3 as well. ``--backend NAME`` runs one backend
  only; the tests that need none run along with asyncio's. ``--loop NAME`` replaces asyncio's own event loop with
  another one.
* **Guards.** No test may leave a task, a descriptor or an unclosed resource behind, block the event loop (watched on
  asyncio and uvloop), or hang.
* **Guarantees.** A test names what it proves, ``@pytest.mark.guarantee("G2")``. The run ends with the number of tests
  that prove each, and a full run fails if there are none for one.
* **Seeds.** Randomness comes from ``rng``. A test that fails prints how to repeat it.
"""

from __future__ import annotations

import functools
import gc
import inspect
import random
import shlex
import ssl
from collections import Counter
from collections.abc import Callable, Coroutine, Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import anyio
import hypothesis
import pytest
from blockbuster import blockbuster_ctx

from anyio_tls import _closing, _contexts
from anyio_tls._closing import SILENCE_SECONDS
from anyio_tls.testing import Certificate, CertificateAuthority
from tests._loops import LEAVE_DESCRIPTORS, LOOPS, fault, new_event_loop, warm_up

BACKENDS: dict[str, tuple[str, dict[str, Any]]] = {
    "asyncio": ("asyncio", {"use_uvloop": False}),
    "uvloop": ("asyncio", {"use_uvloop": True}),
    "trio": ("trio", {}),
}

TLS_VERSIONS = {"TLS1.2": ssl.TLSVersion.TLSv1_2, "TLS1.3": ssl.TLSVersion.TLSv1_3}

GUARANTEES = [f"G{number}" for number in range(1, 17)]

# Seconds that a test may take in the event loop. Far more than any needs, on a slow and busy machine too, and less
# than faulthandler_timeout, which stops what does not even get back to the event loop.
TIME_LIMIT = 60
KNOWN_TO_FAIL_LIMIT = 5

# The same examples in every run, and no verdict on their speed: the machine may be busy with other things.
# The fixtures of this project may be shared by the examples of a test.
hypothesis.settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("anyio_tls")
    group.addoption("--backend", action="append", choices=BACKENDS, help="run on this backend only (repeatable)")
    group.addoption("--loop", choices=LOOPS, help="run asyncio's tests, and no others, on this event loop")
    group.addoption("--transfer-mib", type=int, default=64, help="how much the large transfers carry (default: 64)")
    group.addoption(
        "--model-examples", type=int, default=50, help="how many conversations each model has (default: 50)"
    )
    group.addoption(
        "--sweeps", choices=["all", "most", "few"], default="few", help="how many sweeps to make (default: few)"
    )
    group.addoption(
        "--peers",
        choices=["all", "few"],
        default="few",
        help="which programs of others to close connections with (default: few)",
    )
    group.addoption("--close-runs", type=int, default=1, help="how often to do so with each (default: 1)")
    group.addoption("--seed", default="0", help="what all randomness is derived from, with the test's id (default: 0)")


# ---- backends and TLS versions ----


def pytest_configure(config: pytest.Config) -> None:
    if loop := config.getoption("--loop"):
        config.option.backend = ["asyncio"]
        BACKENDS["asyncio"][1]["loop_factory"] = functools.partial(new_event_loop, loop)
        for warning in ("ignore:unclosed:ResourceWarning", "ignore:'asyncio.iscoroutinefunction':DeprecationWarning"):
            config.addinivalue_line("filterwarnings", f"{warning}:rloop.loop")  # its own, not ours


@pytest.fixture(scope="module", params=BACKENDS.values(), ids=list(BACKENDS))
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    backend: tuple[str, dict[str, Any]] = request.param
    return backend


def backend_of(item: pytest.Item) -> str | None:
    """Name the backend that a test runs on, however it was chosen."""
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    backend = item.callspec.params.get("anyio_backend")
    name, options = backend if isinstance(backend, tuple) else (backend, {})
    return "uvloop" if options.get("use_uvloop") else name


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--backend") or BACKENDS
    loop = config.getoption("--loop")
    selected, deselected = [], []
    for item in items:
        backend = backend_of(item)
        if (backend or "asyncio") not in wanted:
            deselected.append(item)
            continue
        selected.append(item)
        if backend is not None and find_spec(backend) is None:
            item.add_marker(pytest.mark.skip(reason=f"{backend} is not installed"))
        if loop and find_spec(LOOPS[loop]) is None:
            item.add_marker(pytest.mark.skip(reason=f"{loop} is not installed"))
        if loop and (reason := fault(loop, item.name)):
            item.add_marker(pytest.mark.xfail(reason=f"{loop}: {reason}", strict=True))
        for marker in item.iter_markers("guarantee"):
            item.user_properties += [("guarantee", name) for name in marker.args]
    config.hook.pytest_deselected(items=deselected)
    items[:] = selected


@pytest.fixture(scope="module", params=TLS_VERSIONS.values(), ids=list(TLS_VERSIONS))
def tls_version(request: pytest.FixtureRequest) -> ssl.TLSVersion:
    version: ssl.TLSVersion = request.param
    return version


@pytest.fixture(scope="session")
def ca() -> CertificateAuthority:
    return CertificateAuthority()


@pytest.fixture(scope="session")
def server_certificate(ca: CertificateAuthority) -> Certificate:
    """For localhost and 127.0.0.1."""
    return ca.issue()


@pytest.fixture
def trusted(
    ca: CertificateAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CertificateAuthority]:
    """The authority that this machine trusts during the test. The default context is made anew for it."""
    (tmp_path / "trusted.pem").write_bytes(ca.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    _contexts._default_client_context.cache_clear()
    yield ca
    _contexts._default_client_context.cache_clear()


@pytest.fixture
def server_context(
    ca: CertificateAuthority, server_certificate: Certificate, tls_version: ssl.TLSVersion
) -> ssl.SSLContext:
    """A server's context for one TLS version, the test's own."""
    context = ca.server_context(server_certificate)
    context.minimum_version = context.maximum_version = tls_version
    return context


@pytest.fixture
def client_context(ca: CertificateAuthority, tls_version: ssl.TLSVersion) -> ssl.SSLContext:
    """A client's context for one TLS version, the test's own."""
    context = ca.client_context()
    context.minimum_version = context.maximum_version = tls_version
    return context


# ---- guards ----


def guarded(test: Callable[..., Coroutine[Any, Any, None]], seconds: float) -> Callable[..., Coroutine[Any, Any, None]]:
    """Make a test fail that takes too long or leaves tasks behind."""

    @functools.wraps(test)
    async def guard(*args: Any, **kwargs: Any) -> None:
        before = set(anyio.get_running_tasks())
        stopped: BaseException | None = None
        with anyio.move_on_after(seconds) as limit:
            try:
                await test(*args, **kwargs)
            except BaseException as exc:
                stopped = exc  # if it was the time limit, this tells where
                raise
        if limit.cancelled_caught:
            raise TimeoutError(f"the test takes more than {seconds} s") from stopped
        leaked = set(anyio.get_running_tasks()) - before
        assert not leaked, f"tasks left behind: {sorted(task.name or '?' for task in leaked)}"

    return guard


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    seconds = KNOWN_TO_FAIL_LIMIT if pyfuncitem.get_closest_marker("xfail") else TIME_LIMIT
    if hasattr(pyfuncitem.obj, "hypothesis"):
        examples = pyfuncitem.obj.hypothesis
        if inspect.iscoroutinefunction(examples.inner_test):
            examples.inner_test = guarded(examples.inner_test, seconds)
    elif inspect.iscoroutinefunction(pyfuncitem.obj):
        pyfuncitem.obj = guarded(pyfuncitem.obj, seconds)


def collect_garbage() -> None:
    gc.collect()
    # Objects that are alive now are likely to stay. The next collection, after the next test, need not traverse them
    # again: it would take longer after every test.
    gc.freeze()


def pytest_collection_finish() -> None:
    warm_up()
    # With its first example, Hypothesis looks for what refers to its random numbers. It would not find what is frozen.
    hypothesis.given(hypothesis.strategies.none())(lambda _: None)()
    collect_garbage()


def open_descriptors() -> dict[int, str]:
    """The descriptors of this process and what they lead to; nothing where the system does not tell."""
    descriptors = {}
    for link in Path("/proc/self/fd").glob("*"):
        try:
            descriptors[int(link.name)] = str(link.readlink())
        except FileNotFoundError:  # the directory's own, closed again
            continue
    return descriptors


@pytest.fixture(autouse=True)
def leaves_nothing_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    before = open_descriptors()
    yield
    collect_garbage()  # pytest reports now what would otherwise be blamed on a later test
    if request.node.get_closest_marker("xfail") or request.config.getoption("--loop") in LEAVE_DESCRIPTORS:
        return  # A test that fails cleans nothing up.
    leaked = open_descriptors().items() - before.items()
    assert not leaked, f"descriptors left open: {sorted(leaked)}"


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests leave their peers alone: closes need not wait for these."""
    monkeypatch.setattr(_closing, "SILENCE_SECONDS", 0.1)


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closes take nobody for silent who is busy, or has to wait for a processor."""
    monkeypatch.setattr(_closing, "SILENCE_SECONDS", SILENCE_SECONDS)


@pytest.fixture(scope="session", autouse=True)
def never_blocks() -> Iterator[None]:
    # Only the making of throw-away certificates may use the disk.
    with blockbuster_ctx("anyio_tls", excluded_modules=["anyio_tls.testing"]):
        yield


# ---- guarantees ----


def is_full_run(config: pytest.Config) -> bool:
    """Tell whether all tests were asked for."""
    if hasattr(config, "workerinput"):
        return False  # A worker of pytest-xdist runs a part.
    option = config.option
    narrowed = [option.backend, option.keyword, option.markexpr, option.deselect, option.ignore, option.collectonly]
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not any(narrowed)


def proofs(config: pytest.Config) -> Counter[str]:
    """Count the tests that passed, by the guarantee they prove."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    properties = [pair for report in reporter.stats.get("passed", []) for pair in report.user_properties]
    return Counter(value for name, value in properties if name == "guarantee")


def unproven(config: pytest.Config) -> list[str]:
    """The guarantees that a full run should have proven, and did not."""
    counts = proofs(config)
    return [name for name in GUARANTEES if not counts[name]]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == pytest.ExitCode.OK and is_full_run(session.config) and unproven(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def recorded(config: pytest.Config, what: str) -> list[Any]:
    """What tests have recorded under a name."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    reports = [*reporter.stats.get("passed", []), *reporter.stats.get("failed", [])]
    return [value for report in reports for name, value in report.user_properties if name == what]


def print_counts(reporter: pytest.TerminalReporter, counts: list[tuple[tuple[tuple[str, ...], str], int, int]]) -> None:
    """Print how many of how many there were in all, by row and column."""
    some: Counter[tuple[tuple[str, ...], str]] = Counter()
    all_of_them = some.copy()
    for cell, count, of in counts:
        some[cell] += count
        all_of_them[cell] += of
    cells = {cell: f"{some[cell]} of {of}" for cell, of in all_of_them.items()}
    columns = dict.fromkeys(column for _, column in cells)
    lines = [[*row, *(cells.get((row, column), "") for column in columns)] for row in sorted({row for row, _ in cells})]
    head = ["" for _ in range(len(lines[0]) - len(columns))] + [*columns]
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    for line in (head, *lines):
        reporter.line("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    counts = proofs(config)
    terminalreporter.section("tests behind each guarantee")
    terminalreporter.line("  ".join(f"{name}: {counts[name]}" for name in GUARANTEES))
    if cases := sum(recorded(config, "sweep cases")):
        terminalreporter.line(f"The sweeps made {cases} cases.")
    if conversations := sum(recorded(config, "conversations")):
        steps = sum(recorded(config, "steps"))
        terminalreporter.line(f"The models held {conversations} conversations of {steps} steps.")
    if is_full_run(config) and (names := unproven(config)):
        terminalreporter.line(f"FAILED: no test stands behind {', '.join(names)}", red=True)
    for what in ("uploads", "responses"):
        if config.getoption("--close-runs") > 1 and (runs := recorded(config, f"delivered {what}")):
            terminalreporter.section(f"{what} delivered whole before a close, of so many")
            print_counts(terminalreporter, runs)


# ---- seeds ----

DECIDING = pytest.StashKey[dict[str, str]]()


def deciding_option(request: pytest.FixtureRequest, name: str) -> Any:
    """An option without which a test that fails could not be repeated."""
    value = request.config.getoption(name)
    request.node.stash.setdefault(DECIDING, {})[name] = str(value)
    return value


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Random numbers that are the same in every run, for each test its own."""
    seed = deciding_option(request, "--seed")
    return random.Random(f"{seed} {request.node.nodeid}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and DECIDING in item.stash:
        options = (part for option in item.stash[DECIDING].items() for part in option)
        repeat = shlex.join(["pytest", item.nodeid, *options])
        report.sections.append(("Random seed", f"repeat this test with: {repeat}"))
    return report
