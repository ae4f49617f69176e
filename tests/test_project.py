"""The project keeps its own rules: the public names, the cost of an import, the contents of its files."""

from __future__ import annotations

import importlib
import importlib.resources
import inspect
import os
import re
import ssl
import subprocess
import typing
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import pytest
from anyio.abc import SocketAttribute

import anyio_tls
from anyio_tls.testing import CertificateAuthority

from ._package import PUBLIC_MODULES, python
from ._peers import needs

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "anyio_tls"


# ---- the public surface ----


@pytest.fixture(params=PUBLIC_MODULES)
def module(request: pytest.FixtureRequest) -> ModuleType:
    if request.param.endswith(".trio"):
        pytest.importorskip("trio")
    return importlib.import_module(request.param)


def test_all_is_in_order(module: ModuleType) -> None:
    assert module.__all__ == sorted(set(module.__all__))


def test_all_is_complete(module: ModuleType) -> None:
    """What a module defines or gathers for users is named; what it needs from its neighbours itself is not."""
    home = "anyio_tls" if module is anyio_tls else module.__name__
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__.startswith(home)
    }
    assert public <= set(module.__all__) <= vars(module).keys()


def undocumented(thing: object, name: str) -> Iterator[str]:
    """Name what a user can reach and no docstring explains, inherited or own."""
    if not inspect.getdoc(thing):
        yield name
    if inspect.isclass(thing) and not issubclass(thing, Exception):
        for attribute, value in vars(thing).items():
            is_ours = inspect.isfunction(value) or isinstance(value, (property, classmethod, staticmethod))
            if is_ours and not attribute.startswith("_") and not inspect.getdoc(getattr(thing, attribute)):
                yield f"{name}.{attribute}"


def test_everything_public_is_documented(module: ModuleType) -> None:
    assert module.__doc__
    assert [gap for name in module.__all__ for gap in undocumented(getattr(module, name), name)] == []


def definitions(thing: Any) -> Iterator[Any]:
    """What is ours in something public: itself, and the functions that a class has of its own or of a base of ours."""
    yield thing
    for base in inspect.getmro(thing) if inspect.isclass(thing) else ():
        if base.__module__.startswith("anyio_tls"):
            for value in vars(base).values():
                function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
                # What a dataclass has made stands in no file.
                if inspect.isfunction(function) and "<string>" not in inspect.unwrap(function).__code__.co_filename:
                    yield function


def test_everything_public_can_be_inspected(module: ModuleType) -> None:
    """Documentation tools, editors and dependency injection look at source and annotations."""
    for name in module.__all__:
        for definition in definitions(getattr(module, name)):
            typing.get_type_hints(definition)
            if definition.__qualname__.partition(".")[0] == name:
                assert definition.__name__ in inspect.getsource(definition).partition(":\n")[0]


@pytest.mark.parametrize("face", ["anyio_tls", "anyio_tls.trio"])
def test_everything_of_ssl_object_can_be_reached(face: str) -> None:
    if face == "anyio_tls.trio":
        pytest.importorskip("trio")
    stream = importlib.import_module(face).TLSStream
    # The two that have other names here: receive() or receive_some(), send() or send_all().
    names = {name for name in dir(ssl.SSLObject) if not name.startswith("_")} - {"read", "write"}
    assert names - set(dir(stream)) == set()


def test_is_typed() -> None:
    assert importlib.resources.files("anyio_tls").joinpath("py.typed").is_file()


# ---- what an import costs ----


def test_import_is_frugal() -> None:
    unwanted = ["asyncio", "cryptography", "trio", "uvloop"]
    code = f"import anyio_tls, sys; print([name for name in {unwanted} if name in sys.modules])"
    assert python(code) == "[]\n"


def test_works_without_extras() -> None:
    code = """if True:
        import sys
        for extra in "trio", "uvloop", "truststore", "OpenSSL":
            sys.modules[extra] = None  # not installed

        import anyio
        import anyio_tls
        from anyio_tls.testing import CertificateAuthority

        ca = CertificateAuthority()

        async def handler(tls):
            async with tls:
                await tls.send(await tls.receive())

        async def main():
            async with (
                await anyio_tls.create_tls_listener(ca.server_context(), local_host="127.0.0.1") as listener,
                anyio.create_task_group() as task_group,
            ):
                task_group.start_soon(listener.serve, handler)
                port = listener.extra(anyio.abc.SocketAttribute.local_port)
                async with await anyio_tls.connect_tls("127.0.0.1", port, ssl_context=ca.client_context()) as tls:
                    await tls.send(b"hello")
                    print(await tls.receive())
                task_group.cancel_scope.cancel()

        anyio.run(main)
    """
    assert python(code) == "b'hello'\n"


# ---- what the files say ----


def test_readme_has_two_set_up_commands() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:25])
    demo, tests = re.findall(r"^```sh\n(.*)\n```$", first_screen, re.MULTILINE)
    assert demo.startswith("python3 -m venv ")
    assert demo.endswith(" -m anyio_tls demo")
    assert tests.startswith("python3 -m venv ")
    assert tests.endswith(" -m pytest -n auto")


def test_changelog_has_the_version() -> None:
    (version,) = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changelog, re.MULTILINE)
    assert newest is not None
    assert newest[1] == version


# ---- what is committed ----

# What programs have observed, measured and recorded, of which pages and tests are made.
DATA = ["docs/behaviour.json", "docs/door.jsonl", "docs/peers.json", "docs/runs/*.jsonl", "tests/hellos.json"]
# Of other files, what people write.
WRITTEN = {
    ".c",
    ".cpp",
    ".css",
    ".erl",
    ".go",
    ".h",
    ".java",
    ".md",
    ".mjs",
    ".py",
    ".rst",
    ".sh",
    ".toml",
    ".typed",
    ".yml",
    "",
}
MADE = re.compile(r"do not edit|(generated|made|written) by \S+\.py", re.IGNORECASE)


@needs("git", "git")
def test_nothing_is_committed_that_a_program_writes() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=False, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is no checkout")
    paths = [Path(name) for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    others = [path for path in paths if not any(path.match(pattern) for pattern in DATA)]
    drawn = Path("docs/_static/house.svg")
    assert [str(path) for path in others if path.suffix.lower() not in WRITTEN and path != drawn] == []
    heads = {str(path): (ROOT / path).read_text(encoding="utf-8")[:300] for path in others}
    assert [path for path, head in heads.items() if MADE.search(head)] == []


# ---- the programs of the README ----


def program(number: int, *changes: tuple[str, str]) -> dict[str, Any]:
    """What one of the programs in the README defines, with some of its words changed; nothing is run yet."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.findall(r"^```python\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)[number]
    for words in changes:
        assert words[0] in code
        code = code.replace(*words)
    definitions, _ = re.split(r"^\w+\.run\(main\)$", code, flags=re.MULTILINE)
    namespace: dict[str, Any] = {}
    exec(definitions, namespace)
    return namespace


async def answer(tls: anyio_tls.TLSStream) -> None:
    async with tls:
        assert (await tls.receive()).startswith(b"GET /")
        await tls.send(b"hello")


async def check_client(number: int, ca: CertificateAuthority, capsys: pytest.CaptureFixture[str]) -> None:
    async with (
        await anyio_tls.create_tls_listener(ca.server_context(), local_host="localhost") as listener,
        anyio.create_task_group() as task_group,
    ):
        task_group.start_soon(listener.serve, answer)
        port = str(listener.extra(SocketAttribute.local_port))
        await program(number, ("example.org", "localhost"), ("443", port))["main"]()
        task_group.cancel_scope.cancel()
    assert "hello" in capsys.readouterr().out


async def test_client_in_readme(trusted: CertificateAuthority, capsys: pytest.CaptureFixture[str]) -> None:
    await check_client(0, trusted, capsys)


@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_trio_client_in_readme(trusted: CertificateAuthority, capsys: pytest.CaptureFixture[str]) -> None:
    await check_client(2, trusted, capsys)


async def test_server_in_readme(ca: CertificateAuthority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    certificate = ca.issue()
    (tmp_path / "certificate.pem").write_bytes(certificate.certificate_pem)
    (tmp_path / "key.pem").write_bytes(certificate.private_key_pem)
    monkeypatch.chdir(tmp_path)
    server = program(1, ("local_port=8443", "local_host='localhost'"))
    send_listener, receive_listener = anyio.create_memory_object_stream[anyio_tls.TLSListener](1)

    async def create_tls_listener(*args: Any, **kwargs: Any) -> anyio_tls.TLSListener:
        listener = await anyio_tls.create_tls_listener(*args, **kwargs)
        send_listener.send_nowait(listener)
        return listener

    server["create_tls_listener"] = create_tls_listener
    async with send_listener, receive_listener, anyio.create_task_group() as task_group:
        task_group.start_soon(server["main"])
        listener = await receive_listener.receive()
        port = listener.extra(SocketAttribute.local_port)
        async with await anyio_tls.connect_tls("localhost", port, ssl_context=ca.client_context()) as tls:
            await tls.send(b"hello")
            assert await tls.receive() == b"hello"
        task_group.cancel_scope.cancel()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bit")
def test_scripts_can_be_run() -> None:
    """As they say: ``findings/NAME.sh``."""
    scripts = [*(ROOT / "findings").glob("*.sh")]
    assert scripts
    assert not [script.name for script in scripts if not os.access(script, os.X_OK)]
