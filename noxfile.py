"""The project's sessions: ``nox`` runs the default ones, ``nox --list`` lists all of them.

The matrix consists of the Python versions in pyproject.toml's classifiers and the backends; a version that this machine
does not have is skipped. Any session can be run alone, as in ``nox -s "tests-3.12(trio)" -- -k close``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
BACKENDS = ["asyncio", "uvloop", "trio"]
LOOPS = ["without-add-reader", "rloop"]
STREAM_TESTS = [
    f"tests/test_{name}.py"
    for name in (
        "cancellation",
        "close",
        "closing",
        "connect",
        "delivery",
        "driver",
        "listener",
        "loops",
        "ownership",
        "transfer",
        "transports",
    )
]
# The tests that depend most on the version of OpenSSL.
OPENSSL_TESTS = [
    f"tests/test_{name}.py"
    for name in ("attributes", "bad_input", "closing_peers", "engine", "errors", "fuzz", "peers", "sealed", "sessions")
]
# Debian's Pythons, and free-threaded ones.
NEWEST = ["3.14", "3.15", "3.14t", "3.15t"]
REPORTS = Path("reports").absolute()
OUTSIDE = Path("tests/outside").absolute()
# The libraries whose streams this package replaces, at their newest versions.
REPLACED = {"anyio": "4.16.0", "trio": "0.35.0"}
# The README's command runs the large transfers and the models in full, the matrix smaller ones.
IN_SMALL = ["--transfer-mib", "4", "--model-examples", "10"]


def pyenv_root() -> Path | None:
    """Find the directory of pyenv, if it is installed."""
    if root := os.environ.get("PYENV_ROOT"):
        return Path(root)
    if pyenv := shutil.which("pyenv"):
        return Path(subprocess.run([pyenv, "root"], check=True, capture_output=True, text=True).stdout.strip())
    return None


def works(interpreter: Path) -> bool:
    """Tell whether an interpreter runs. A shim of pyenv does not, unless its version is active."""
    return subprocess.run([interpreter, "-c", ""], check=False, capture_output=True).returncode == 0


def find_interpreters() -> None:
    """Prepend to PATH those of pyenv's interpreters that are not in PATH."""
    path = os.environ["PATH"].split(os.pathsep)
    root = pyenv_root()
    for version in PYTHONS:
        name = f"python{version}"
        first = shutil.which(name)
        if root is None or (first is not None and works(Path(first))):
            continue
        for candidate in sorted(root.glob(f"versions/{version}.*/bin/{name}")):
            if works(candidate):
                path.insert(0, str(candidate.parent))
                break
    os.environ["PATH"] = os.pathsep.join(path)


find_interpreters()
# Only on the first Python that is installed, coverage is measured, with which the tests take nearly twice as long, and
# the tests run that are the same on all Pythons (marked "once").
FIRST = next((version for version in PYTHONS if shutil.which(f"python{version}")), PYTHONS[0])


def pytest_options(session: nox.Session) -> list[str]:
    """Write a report, and no cache: sessions may run at the same time."""
    return [f"--junit-xml={REPORTS / session.name}.xml", "-p", "no:cacheprovider", *session.posargs]


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format with ruff."""
    session.install("-e", ".[lint]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check", "--diff")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types: the code with mypy, the public API with pyright."""
    session.install(".[trio,uvloop,truststore,test,types]", "matplotlib", "nox")
    session.run("mypy")
    session.run("pyright", "--verifytypes", "anyio_tls", "--ignoreexternal")


@nox.session
def sweeps(session: nox.Session) -> None:
    """Run most of the sweeps, which interrupt operations at every await; ``-- --sweeps all`` runs all of them."""
    session.install("-e", ".[trio,uvloop,test]")
    session.run("pytest", "tests/test_sweeps.py", "--sweeps", "most", *pytest_options(session))


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """Run the tests with the oldest dependencies that pyproject.toml allows, on all backends."""
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    requirements = [*project["dependencies"], *extras["trio"], *extras["uvloop"], *extras["truststore"]]
    session.install("-e", ".[test]", *(requirement.replace(">=", "==") for requirement in requirements))
    session.run("pytest", *IN_SMALL, "-m", "not once", *pytest_options(session))
    # It needs a newer cryptography than the package itself.
    session.install(*(requirement.replace(">=", "==") for requirement in extras["pyopenssl"]))
    session.run("pytest", "tests/test_pyopenssl.py", "-p", "no:cacheprovider")


@nox.session(python=PYTHONS)
@nox.parametrize("backend", BACKENDS, ids=BACKENDS)
def tests(session: nox.Session, backend: str) -> None:
    """Run the tests on one backend; on the first Python that is installed all of them, under coverage."""
    session.install("-e", ".[trio,uvloop,truststore,test]")
    selection = ["--backend", backend, *IN_SMALL]
    if session.python != FIRST:
        session.run("pytest", *selection, "-m", "not once", *pytest_options(session))
        return
    data = REPORTS / f".coverage.{session.name}"
    for old in REPORTS.glob(f"{data.name}*"):
        old.unlink()
    command = ["coverage", "run", "-m", "pytest", *selection, *pytest_options(session)]
    session.run(*command, env={"COVERAGE_FILE": str(data)})


def test_on_debian(session: nox.Session, release: str, python: str, *selection: str) -> None:
    """Run tests on another release of Debian, with its Python and OpenSSL, if it can be installed."""
    if sys.platform != "linux" or os.geteuid() != 0:
        session.skip("only root, on Linux, can put up another release of Debian's")
    if not shutil.which("mmdebstrap"):
        session.skip("mmdebstrap is not installed (Debian package: mmdebstrap)")
    session.run(".ci/debian", release, python, *selection, *IN_SMALL, *pytest_options(session), external=True)


@nox.session(venv_backend="none")
def trixie(session: nox.Session) -> None:
    """Run a part of the tests on Debian 13, with OpenSSL 3.5."""
    test_on_debian(session, "trixie", "3.13", "--backend", "asyncio", *OPENSSL_TESTS)


@nox.session(venv_backend="none", default=False)
@nox.parametrize("version", NEWEST, ids=NEWEST)
def newest(session: nox.Session, version: str) -> None:
    """Run the tests on Debian testing, with its Pythons and OpenSSL, and on free-threaded Pythons with theirs."""
    test_on_debian(session, "testing", version, "-n", "auto")


@nox.session
@nox.parametrize("library", [*REPLACED], ids=[*REPLACED])
def replaced(session: nox.Session, library: str) -> None:
    """Run AnyIO's and Trio's own tests of TLS against ours. tests/outside/differences.py lists intended differences."""
    pins = [f"{name}=={version}" for name, version in REPLACED.items()]
    session.install("-e", ".[trio,uvloop,truststore,test]", *pins, "psutil", "pytest-mock", "pytest-timeout")
    with tempfile.TemporaryDirectory() as folder:
        session.chdir(folder)
        if library == "anyio":
            pin = f"anyio=={REPLACED[library]}"
            session.run("pip", "download", "--quiet", "--no-deps", "--no-binary=anyio", pin)
            shutil.unpack_archive(f"anyio-{REPLACED[library]}.tar.gz")
            session.chdir(f"anyio-{REPLACED[library]}")
            # Not every machine has an IPv6 loopback address.
            tests = ["tests/streams/test_tls.py", "tests/test_sockets.py", "-k", "tls and not ipv6"]
        else:
            Path("pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
            tests = ["--pyargs", "trio._tests.test_ssl", "trio._tests.test_highlevel_ssl_helpers"]
            tests += ["-c", "pytest.ini", "-p", "trio._tests.pytest_plugin", "--run-slow"]
        # pytest warns that AnyIO was imported before it could rewrite its asserts.
        plugins = ["-p", "swap", "-p", "judge", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
        command = ["pytest", *tests, *plugins, "--replacing", library, *pytest_options(session)]
        session.run(*command, env={"PYTHONPATH": str(OUTSIDE)})


@nox.session(default=False)
def downstream(session: nox.Session) -> None:
    """Run the tests of packages that use AnyIO's and Trio's TLS, before and after replacing it with ours."""
    folder = str(Path(session.create_tmp()).absolute())
    session.run("python", str(OUTSIDE / "downstream.py"), "--folder", folder, *session.posargs)


# Programs from npm packages, for Linux on x86-64, and their paths in these.
NPM_PROGRAMS = {"@oven/bun-linux-x64": "bin/bun", "@deno/linux-x64-glibc": "deno"}


def install_from_npm(session: nox.Session) -> list[str]:
    """Install missing programs, if this machine has npm and can run them; return their directories."""
    directories = []
    for package, location in NPM_PROGRAMS.items():
        if shutil.which(Path(location).name) or not shutil.which("npm"):
            continue
        prefix = (session.cache_dir / "npm").absolute()
        command = ["npm", "install", "--ignore-scripts", "--silent", "--prefix", str(prefix), package]
        session.run(*command, external=True, success_codes=range(256))
        directories.append(str((prefix / "node_modules" / package / location).parent))
    return directories


# Packages of Debian testing, for what is too old or missing elsewhere.
FROM_TESTING = ["chromium", "erlang-base", "erlang-public-key", "erlang-ssl", "g++", "gcc", "libbotan-3-dev"]
FROM_TESTING += ["libc6-dev", "libmbedtls-dev", "libnss3-dev", "libnss3-tools", "libssl-dev", "openssl"]


def put_up_testing(session: nox.Session) -> dict[str, str]:
    """Install Debian testing beside this system, if possible; return the environment variable with its path."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mmdebstrap"):
        return {}
    system = (session.cache_dir / "testing").absolute()
    ready = system / "ready"
    if not ready.exists():
        shutil.rmtree(system, ignore_errors=True)
        alone = ["unshare", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child"]
        # A mirror may lag behind for longer than the release file of testing is valid.
        options = ["--aptopt", 'Acquire::Check-Valid-Until "false"', "--customize-hook", 'touch "$1/ready"']
        options += ["--quiet", "--variant", "apt", "--include", ",".join(FROM_TESTING)]
        command = [*alone, "mmdebstrap", *options, "testing", str(system)]
        session.run(*command, external=True, success_codes=range(256))
    return {"DEBIAN_TESTING": str(system)} if ready.exists() else {}


@nox.session(default=False)
def peers(session: nox.Session) -> None:
    """Close connections with many TLS implementations, twenty times in each way, and print what arrived.

    Then observe their other behaviour, for the documentation: writes docs/peers.json.
    """
    session.install("-e", ".[trio,uvloop,test,peers]")
    env = {**put_up_testing(session), "PATH": os.pathsep.join([*install_from_npm(session), os.environ["PATH"]])}
    command = [
        "pytest",
        "tests/test_closing_peers.py",
        "tests/test_distance.py",
        "--peers",
        "all",
        "--close-runs",
        "20",
        *pytest_options(session),
    ]
    session.run(*command, env=env)
    session.run("python", "-m", "tests.observe_peers", env=env)


@nox.session(python="3.11", default=False)
@nox.parametrize("loop", LOOPS, ids=LOOPS)
def loops(session: nox.Session, loop: str) -> None:
    """Run the tests of streams on another asyncio event loop; if it is not available, they are skipped."""
    session.install("-e", ".[trio,uvloop,truststore,test]")
    if loop != "without-add-reader":
        session.install("--only-binary", ":all:", loop, success_codes=[0, 1])
    session.run("pytest", "--loop", loop, *IN_SMALL, *STREAM_TESTS, *pytest_options(session))


@nox.session(venv_backend="none", default=False)
def zuvloop(session: nox.Session) -> None:
    """Run the tests of streams on zuvloop, which needs Python 3.14, on Debian testing."""
    session.env["LOOP"] = "zuvloop"
    test_on_debian(session, "testing", "3.14", *STREAM_TESTS)


@nox.session
def coverage(session: nox.Session) -> None:
    """Combine the coverage of all backends, and fail unless every line and branch is covered."""
    session.install("coverage[toml]")
    session.chdir(REPORTS)
    session.run("coverage", "combine", "--rcfile=../pyproject.toml", "--keep")
    session.run("coverage", "report", "--rcfile=../pyproject.toml")


@nox.session(default=False)
def model(session: nox.Session) -> None:
    """Compare random conversations with the model, for ten minutes, with new ones in every run."""
    session.install("-e", ".[trio,uvloop,test]")
    end = time.monotonic() + 600
    while time.monotonic() < end:
        seed = str(time.time_ns())
        session.run("pytest", "tests/test_model.py", "--seed", seed, *session.posargs)


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Fuzz engines with 100,000 inputs, and streams with some; ``nox -s fuzz -- --help`` lists the options."""
    session.install("-e", ".[trio,uvloop,test]")
    session.run("python", "-m", "tests.fuzz", *session.posargs)


@nox.session(name="fuzz-guided", python="3.11", default=False)
def fuzz_guided(session: nox.Session) -> None:
    """Fuzz the engine for ten minutes, guided by coverage; takes libFuzzer's arguments."""
    session.install("-e", ".[fuzz]")
    artifacts = f"-artifact_prefix={session.create_tmp()}{os.sep}"
    session.run("python", "-m", "tests.fuzz_guided", "-max_total_time=600", artifacts, *session.posargs)


@nox.session(python="3.11", default=False)
def mutation(session: nox.Session) -> None:
    """Mutation testing: change the library in one place at a time, and fail if no test fails; see ``-- --help``."""
    session.install("-e", ".[trio,uvloop,test]")
    session.run("python", "-m", "tests.mutation", *session.posargs)


@nox.session(default=False)
def behaviour(session: nox.Session) -> None:
    """Observe how TLS streams behave, ours and others', for the documentation: writes docs/behaviour.json."""
    session.install("-e", ".[trio,uvloop]")
    session.run("python", "-m", "tests.observe_behaviour", *session.posargs, env={"PYTHONPATH": "benchmarks"})


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure speed: ``-- --quick`` takes three minutes, ``-- --counts`` counts system calls; see ``-- --help``."""
    session.install("-e", ".[bench]")
    session.run("python", "benchmarks/speed.py", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning or a dangling reference is an error."""
    session.install("-e", ".[trio,pyopenssl,docs]")
    session.run("sphinx-build", "-W", "-n", "--keep-going", "-b", "html", "docs", "docs/_build/html")


@nox.session
def build(session: nox.Session) -> None:
    """Build the distributions, and install and import the wheel."""
    session.install("build", "twine")
    shutil.rmtree("dist", ignore_errors=True)
    session.run("python", "-m", "build")
    distributions = [str(path) for path in Path("dist").iterdir()]
    session.run("twine", "check", "--strict", *distributions)
    session.install(*(path for path in distributions if path.endswith(".whl")))
    session.run("python", "-I", "-c", "import anyio_tls.testing")
