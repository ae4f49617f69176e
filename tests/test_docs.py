"""The documentation is right: its programs run, its commands exist, its lists are complete.

The Python blocks of a page are run one after another, as if typed into an interpreter that knows ``await``, on every
backend. Between them stand hidden blocks, reST comments that begin with ``.. hidden``: they prepare what the
page takes for granted, and check what came of it. A block that uses Trio is left out on the other backends, and one
about the groups of a key exchange where ``ssl`` cannot choose them, or OpenSSL has no hybrid ones.

A page has an Internet of its own: the hosts that it serves are on loopback, their names resolve, and the machine trusts
its certificate authority.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import importlib.metadata
import importlib.util
import inspect
import itertools
import os
import re
import runpy
import shlex
import socket
import ssl
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeAlias

import anyio
import pytest
import speed
from anyio.abc import SocketAttribute, TaskGroup

import anyio_tls
from anyio_tls import _closing, _engine, _record_layer, _states, create_tls_listener
from anyio_tls._commands import main
from anyio_tls.testing import CertificateAuthority

from ._extension import extension
from ._marks import needs_pyopenssl
from ._package import PUBLIC_MODULES

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples"
WIDTH = 93  # columns of code that the theme shows
PAGES = sorted(path.name for path in DOCS.glob("*.rst"))


diagram = extension("diagram")
house = extension("house")
proofs = extension("proofs")


# ---- blocks of code ----


@dataclass(frozen=True)
class Block:
    """A block of code on a page."""

    language: str
    """As its directive calls it, or ``"hidden"``."""
    line: int
    """Where its first line stands in the page, from 1."""
    text: str


DIRECTIVE = re.compile(r"^( *)\.\. (?:code-block:: (\w+)|hidden)$", re.MULTILINE)


def blocks(page: str) -> Iterator[Block]:
    """The blocks of code on a page of the documentation, hidden ones included."""
    text = (DOCS / page).read_text(encoding="utf-8")
    for match in DIRECTIVE.finditer(text):
        indented = re.compile(rf"(?:{match[1]} +.*\n|\n)*")
        body = indented.match(text, match.end() + 1)
        assert body is not None
        first = text.count("\n", 0, match.end() + 1) + 1
        yield Block(match[2] or "hidden", first, textwrap.dedent(body[0]))


@pytest.mark.parametrize("page", PAGES)
def test_no_code_hides_from_the_tests(page: str) -> None:
    """Every block of code is of a kind that is tested here."""
    text = (DOCS / page).read_text(encoding="utf-8")
    assert {block.language for block in blocks(page)} <= {"python", "console", "hidden"}
    assert not re.search(r"^(?! *\.\. ).*::$", text, re.MULTILINE), "a literal block without a language"
    assert not re.search(r"^ *\.\. (code|sourcecode|parsed-literal|doctest|testcode)::", text, re.MULTILINE)
    assert text.count("code-block::") == sum(block.language != "hidden" for block in blocks(page))
    examples = re.findall(r"^ *\.\. literalinclude:: (.*)$", text, re.MULTILINE)
    assert all((DOCS / name).resolve().parent == EXAMPLES for name in examples)


@pytest.mark.parametrize("page", PAGES)
def test_code_fits_the_page(page: str) -> None:
    """As wide as a block of code is in the theme, without scrolling sideways."""
    shown = [block.text for block in blocks(page) if block.language != "hidden"]
    examples = re.findall(r"^ *\.\. literalinclude:: (.*)$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
    shown += [(DOCS / name).read_text(encoding="utf-8") for name in examples]
    assert [line for text in shown for line in text.splitlines() if len(line) > WIDTH] == []


# ---- the Internet of a page ----


class Internet:
    """Hosts on loopback, their names, and the authority that certifies them.

    Whoever listens on a port gets a free one instead, and is found under the one it asked for: the well-known ports
    in what a page shows are looked up here.
    """

    WELL_KNOWN = (443, 8443)

    def __init__(self, authority: CertificateAuthority, task_group: TaskGroup) -> None:
        self.authority = authority
        self.task_group = task_group
        self._ports: dict[int, int] = {}
        self._opened: defaultdict[int, anyio.Event] = defaultdict(anyio.Event)

    async def create_tls_listener(
        self, context: ssl.SSLContext, *, local_port: int, **options: Any
    ) -> anyio_tls.TLSListener:
        listener = await create_tls_listener(context, local_host="127.0.0.1", **options)
        self._ports[local_port] = listener.extra(SocketAttribute.local_port)
        self._opened[local_port].set()
        return listener

    async def serve(self, handler: Callable[[anyio_tls.TLSStream], Awaitable[None]], host: str, port: int) -> None:
        """Let ``handler`` answer as ``host``."""
        context = self.authority.server_context(self.authority.issue(host))
        listener = await self.create_tls_listener(context, local_port=port)

        async def run() -> None:
            async with listener:
                await listener.serve(handler)

        self.task_group.start_soon(run)

    async def opened(self, port: int) -> int:
        """Wait until somebody listens on ``port``, and tell where that really is."""
        await self._opened[port].wait()
        return self.port(port)

    def port(self, port: int) -> int:
        return self._ports.get(port, port)

    def getaddrinfo(self, host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", int(port or 0)))]

    async def loop_getaddrinfo(self, host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        return self.getaddrinfo(host, port)


@asynccontextmanager
async def open_internet(
    authority: CertificateAuthority, backend: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Internet]:
    async with anyio.create_task_group() as task_group:
        internet = Internet(authority, task_group)
        monkeypatch.setattr(anyio_tls, "create_tls_listener", internet.create_tls_listener)
        monkeypatch.setattr(socket, "getaddrinfo", internet.getaddrinfo)
        if backend == "asyncio":  # uvloop does not ask the socket module
            monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", internet.loop_getaddrinfo)
        yield internet
        task_group.cancel_scope.cancel()


class LookUpPorts(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if node.value not in Internet.WELL_KNOWN:
            return node
        return ast.copy_location(ast.parse(f"internet.port({node.value})", mode="eval").body, node)


class RunHere(ast.NodeTransformer):
    """A program starts an event loop, but here one runs already: ``anyio.run(main)`` becomes ``await main()``."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="anyio" | "trio"), attr="run"), args=[main]):
                return ast.copy_location(ast.Await(ast.Call(main, [], [])), node)
            case _:
                self.generic_visit(node)
                return node


def uses_trio(tree: ast.Module) -> bool:
    """Tell whether a block is for Trio alone."""
    return any(
        (isinstance(node, ast.Name) and node.id == "trio") or (isinstance(node, ast.alias) and "trio" in node.name)
        for node in ast.walk(tree)
    )


def chooses_groups(tree: ast.Module) -> bool:
    """Tell whether a block is for Python 3.15 and OpenSSL 3.5, and what is newer."""
    return any(isinstance(node, ast.Attribute) and node.attr in {"set_groups", "group"} for node in ast.walk(tree))


CAN_CHOOSE_GROUPS = hasattr(ssl.SSLContext, "set_groups") and ssl.OPENSSL_VERSION_INFO >= (3, 5)


async def run(code: ast.Module | str, path: Path | str, namespace: dict[str, Any]) -> None:
    """Run code as if typed into an interpreter that knows ``await``."""
    compiled = compile(code, path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    if inspect.iscoroutine(result := eval(compiled, namespace)):
        await result


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=needs_pyopenssl if page == "pyopenssl.rst" else ())
        for page in PAGES
        if any(block.language == "python" for block in blocks(page))
    ],
)
async def test_python_on_pages(
    page: str,
    anyio_backend_name: str,
    trusted: CertificateAuthority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_internet(trusted, anyio_backend_name, monkeypatch) as internet:
        namespace: dict[str, Any] = {"internet": internet}
        for block in blocks(page):
            tree = ast.parse(block.text if block.language != "console" else "")
            if uses_trio(tree) and anyio_backend_name != "trio":
                continue
            if chooses_groups(tree) and not (CAN_CHOOSE_GROUPS or page == "pyopenssl.rst"):
                continue
            if block.language != "hidden":
                tree = ast.fix_missing_locations(LookUpPorts().visit(tree))
            ast.increment_lineno(tree, block.line - 1)
            await run(tree, DOCS / page, namespace)


# ---- examples ----

# What each example prints. The two that belong together have a test of their own, and servers are in test_serving.py.
PRINTED = {
    "echo_client": None,
    "echo_server": None,
    "http_server": None,
    "metrics_server": None,
    "renewing_server": None,
    "trio_server": None,
    "half_close": "d29751f2649b32ff572b5e0a9f541ea660a50f94ff0beedfb0b692b924cc8025\n",  # a million zeros
    "starttls": "TLSv1.3 b'250 nobody else can read this\\r\\n'\n",
    "trio_echo": "b'hello\\n'\n",
}
ALONE = [name for name, printed in PRINTED.items() if printed]


def test_examples_are_known() -> None:
    assert sorted(PRINTED) == sorted(path.stem for path in EXAMPLES.glob("*.py"))
    pages = "".join((DOCS / page).read_text(encoding="utf-8") for page in PAGES)
    assert all(f".. literalinclude:: ../examples/{name}.py\n" in pages for name in PRINTED)


@pytest.mark.parametrize("name", ALONE)
async def test_example(name: str, anyio_backend_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    if "trio" in name and anyio_backend_name != "trio":
        pytest.skip("the example needs Trio's event loop")
    await runpy.run_path(str(EXAMPLES / f"{name}.py"))["main"]()
    assert capsys.readouterr().out == PRINTED[name]


@pytest.mark.parametrize("name", ALONE)
def test_example_as_a_program(name: str) -> None:
    if "trio" in name:
        pytest.importorskip("trio")
    command = [sys.executable, "-W", "error", str(EXAMPLES / f"{name}.py")]
    assert subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout == PRINTED[name]


async def test_echo_examples(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    send_line, lines = anyio.create_memory_object_stream[str](10)

    def say(*words: object) -> None:
        send_line.send_nowait(" ".join(map(str, words)))

    server = runpy.run_path(str(EXAMPLES / "echo_server.py"), {"print": say})
    client = runpy.run_path(str(EXAMPLES / "echo_client.py"), {"print": say})
    async with send_line, lines, anyio.create_task_group() as task_group:
        task_group.start_soon(server["main"], 0)
        port = (await lines.receive()).removeprefix("listening on port ")
        await client["main"](int(port))
        assert await lines.receive() == "connected with TLSv1.3"
        assert await lines.receive() == "b'hello\\n'"
        task_group.cancel_scope.cancel()
    assert lines.statistics().current_buffer_used == 0  # the server had nothing to complain of


# ---- commands ----


def commands() -> list[str]:
    """The commands that the pages, the README and CONTRIBUTING tell the reader to type."""
    lines = []
    for name in ("README.md", "CONTRIBUTING.md"):
        lines += re.findall(r"^```sh\n(.*)\n```$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    for page in PAGES:
        for block in blocks(page):
            if block.language == "console":
                lines += block.text.strip().removeprefix("$ ").split("\n$ ")
    return sorted({command for line in lines for command in line.split(" && ")})


@pytest.mark.parametrize("command", commands())
def test_command(command: str) -> None:
    """A command is one that can be typed. The two of the README are run as a whole by ``.ci/run``."""
    program, *arguments = shlex.split(command)
    assert Path(program).name in {"nox", "python", "python3"}
    match arguments:
        case ["-s", session] if program == "nox":
            noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
            assert re.search(rf"^def {session}\(|^@nox\.session\(name=\"{session}\"", noxfile, re.MULTILINE)
        case ["-m", "venv", _] | ["-m", "pytest", "-n", "auto"]:
            pass
        case ["-m", "pytest", *selection]:
            # It selects something; none, and pytest fails.
            collect = [sys.executable, "-m", "pytest", "--collect-only", "-p", "no:cacheprovider", *selection]
            env = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "PYTEST"))}
            subprocess.run(collect, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=env)
        case ["-m", "pip", "install", *options, project]:
            assert options in ([], ["-e"])
            wanted = re.fullmatch(r"\.(?:\[(.+)\])?", project)
            assert wanted is not None
            offered = importlib.metadata.metadata("anyio_tls").get_all("Provides-Extra") or []
            assert set(filter(None, (wanted[1] or "").split(","))) <= set(offered)
        case ["-m", "anyio_tls", *rest]:
            with pytest.raises(SystemExit, match=r"^0$"):
                main([*rest, "--help"])
        case ["benchmarks/speed.py", "--cells", cells, "--only", contenders]:
            assert speed.chosen_cells(cells.split(","), quick=False)
            assert speed.chosen_contenders(contenders.split(","))
        case [script]:
            assert (ROOT / script).parent in (EXAMPLES, ROOT / "benchmarks")
            assert (ROOT / script).is_file()
        case _:
            pytest.fail("a command that nobody has looked at")


# ---- CONTRIBUTING ----

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_contributing_names_every_session() -> None:
    noxfile = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    sessions = {}
    for function in (node for node in noxfile.body if isinstance(node, ast.FunctionDef)):
        for decorator in filter(lambda node: ast.unparse(node).startswith("nox.session"), function.decorator_list):
            options = {
                word.arg: ast.literal_eval(word.value)
                for word in getattr(decorator, "keywords", ())
                if word.arg in ("name", "default")
            }
            sessions[options.get("name", function.name)] = options.get("default", True)
    usual, others = CONTRIBUTING.split("\n## Sessions\n")[1].split("\nThese run only when they are named:\n")
    for part, default in ((usual, True), (others, False)):
        named = re.findall(r"^\| `([\w-]+)` \|", part, re.MULTILINE)
        assert sorted(named) == sorted(name for name, is_default in sessions.items() if is_default is default)


def test_contributing_names_the_rooms_and_files_that_are_there() -> None:
    places, tests = re.split(r"^## Write the test first$", CONTRIBUTING, flags=re.MULTILINE)
    rows = re.findall(r"^\| ([\w ]+) \| .* \| (`.*`) \|$", places, re.MULTILINE)
    assert [room for room, _ in rows] == [room.name for row in house.ROOMS for room in row]
    for room, files in rows:
        for name in re.findall(r"`([^`]+)`", files):
            assert (ROOT / "anyio_tls" / name).exists()
            assert house.room_of(name.removesuffix(".py").rstrip("/").replace("/", "."))[1].name == room
    modules = re.findall(r"`(test_\w+\.py)`", tests)
    assert len(modules) > 15
    assert all((ROOT / "tests" / name).is_file() for name in modules)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert links
    assert all((ROOT / link).is_file() for link in links)


# ---- the diagrams ----

SVG = "{http://www.w3.org/2000/svg}"
TABLES = [name for name in _states.__all__ if isinstance(getattr(_states, name), dict)]


def drawn(table: object) -> ET.Element:
    """The drawing of a table."""
    return ET.fromstring(diagram.draw(table, "a title"))


Arrow: TypeAlias = tuple[str, ...]  # from a state, by an event, to a state


def arrows_in(table: Mapping[tuple[Enum, Enum], Enum]) -> list[Arrow]:
    return sorted((source.name, event.value, target.name) for (source, event), target in table.items())


def arrows_on(svg: ET.Element) -> list[Arrow]:
    return sorted(
        (group.attrib["data-from"], event, group.attrib["data-to"])
        for group in groups(svg, "data-from")
        for event in texts(group)
    )


def groups(svg: ET.Element, attribute: str) -> Iterator[ET.Element]:
    return (group for group in svg.iter(f"{SVG}g") if attribute in group.attrib)


def texts(group: ET.Element) -> list[str]:
    return [text.text or "" for text in group.iter(f"{SVG}text")]


def test_every_table_is_drawn() -> None:
    assert len(TABLES) == 3
    page = (DOCS / "how-it-works.rst").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\.\. states:: (\w+)$", page, re.MULTILINE)) == sorted(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_diagram_is_the_table(name: str) -> None:
    """The states and arrows of a diagram are those of the table that the code runs on, no more and no less."""
    table = getattr(_states, name)
    svg = drawn(table)
    states = {group.attrib["data-state"]: texts(group) for group in groups(svg, "data-state")}
    assert states == {state.name: [state.value] for state in type(next(iter(table.values())))}
    assert arrows_on(svg) == arrows_in(table)
    final = {group.attrib["data-state"] for group in groups(svg, "data-state") if "final" in group.attrib["class"]}
    assert final == states.keys() - {source.name for source, _ in table}


@pytest.mark.parametrize("name", TABLES)
def test_diagram_begins_where_the_code_does(name: str) -> None:
    assert diagram.initial(getattr(_states, name)) is getattr(_states.States(), name.lower())


@pytest.mark.parametrize("name", TABLES)
def test_nothing_in_a_diagram_overlaps(name: str) -> None:
    svg = drawn(getattr(_states, name))
    boxes = [group.find(f"{SVG}rect") for group in groups(svg, "data-state")]
    places = [[float(box.attrib[key]) for key in ("x", "y", "width", "height")] for box in boxes if box is not None]
    for group in groups(svg, "data-from"):
        for label in group.iter(f"{SVG}text"):
            width = len(label.text or "") * diagram._LABEL_WIDTH
            places.append([float(label.attrib["x"]) - width / 2, float(label.attrib["y"]) - 11, width, 13])
    assert len(places) > len(boxes) > 2
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in places)
    for a, b in itertools.combinations(places, 2):
        apart = a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0] or a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1]
        assert apart, (a, b)


def test_diagram_of_a_table_with_everything() -> None:
    """Ways back, ways to itself and ways past a column are drawn too."""

    class State(Enum):
        A, B, C, D = "a", "b", "c", "d"

    class Event(Enum):
        X, Y = "x", "<y>"

    table: dict[tuple[Enum, Enum], Enum] = {
        (State.A, Event.X): State.B,
        (State.B, Event.X): State.A,
        (State.B, Event.Y): State.C,
        (State.A, Event.Y): State.D,
        (State.D, Event.X): State.C,
        (State.D, Event.Y): State.D,
    }
    assert arrows_on(drawn(table)) == arrows_in(table)


def test_drawings_take_their_colours_from_the_theme() -> None:
    drawings = [(DOCS / "_static" / "custom.css").read_text(encoding="utf-8"), house.draw(ROOT / "anyio_tls")]
    drawings += [diagram.draw(getattr(_states, name), "") for name in TABLES]
    for drawing in drawings:
        assert set(re.findall(r"(?:fill|stroke|color): *([^;]+);", drawing)) <= {"none"} | set(
            re.findall(r"var\(--[\w-]+\)", drawing)
        )
        assert not re.search(r"#[0-9a-f]{3,8}\b|rgba?\(| (fill|stroke|style)=", drawing)


# ---- the guarantees ----

GUARANTEES = [f"G{number}" for number in range(1, 17)]


def test_every_guarantee_is_stated() -> None:
    page = (DOCS / "guarantees.rst").read_text(encoding="utf-8")
    assert re.findall(r"^\.\. _(G\d+):$", page, re.MULTILINE) == GUARANTEES
    assert re.findall(r"^(G\d+): .+\n-{4,}$", page, re.MULTILINE) == GUARANTEES
    assert re.findall(r"^\.\. proofs:: (\w+)$", page, re.MULTILINE) == GUARANTEES


def test_proofs_are_found_wherever_a_marker_can_stand(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        textwrap.dedent(
            """
            import pytest

            pytestmark = [pytest.mark.guarantee("G1")]

            @pytest.mark.guarantee("G2", "G3")
            async def test_one():
                '''It works
                well.

                And so on.'''

            @pytest.mark.guarantee("G4")
            class TestClass:
                @pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.guarantee("G5"))])
                def test_two(self, x): ...

            @pytest.mark.guarantee("G6")
            def helper(): ...
            """
        ),
        encoding="utf-8",
    )
    found = {
        guarantee: [(proof.name, proof.line, proof.summary) for proof in tests]
        for guarantee, tests in proofs.find_proofs(tmp_path).items()
    }
    one, two = ("test_one", 7, "It works well."), ("TestClass.test_two", 16, "")
    assert found == {"G1": [one, two], "G2": [one], "G3": [one], "G4": [two], "G5": [two]}


def test_proofs_are_those_that_pytest_knows(request: pytest.FixtureRequest) -> None:
    listed = {
        (guarantee, proof.path.name, proof.name)
        for guarantee, tests in proofs.find_proofs(ROOT / "tests").items()
        for proof in tests
    }
    collected = {
        (guarantee, item.path.name, ".".join(filter(None, (item.cls and item.cls.__name__, item.originalname))))
        for item in request.session.items
        if isinstance(item, pytest.Function)
        for marker in item.iter_markers("guarantee")
        for guarantee in marker.args
    }
    assert collected <= listed


def test_numbers_in_the_text_are_those_of_the_code() -> None:
    page = (DOCS / "guarantees.rst").read_text(encoding="utf-8")
    assert f"``linger`` seconds: {_closing.LINGER_SECONDS:g} unless" in page
    assert f"at most {_engine.MAX_PLAINTEXT // 1024} KiB" in page
    assert f"at most {_engine.SEND_LIMIT // 1024} KiB of encrypted data that waits" in page
    assert f"{(_engine.BUFFER_LIMIT + _engine.IN_BULK) // 1024} KiB that was received" in page
    assert f"more than {_record_layer.MAX_IDLE_RECORDS} records" in page
    assert f"within {_engine.MAX_HANDSHAKE // 1024} KiB" in page


# ---- the reference ----


@pytest.mark.parametrize("module", PUBLIC_MODULES)
def test_reference_is_complete(module: str) -> None:
    if module.endswith(".trio"):
        pytest.importorskip("trio")
    page = (DOCS / "reference.rst").read_text(encoding="utf-8")
    documented = re.findall(rf"^\.\. auto(?:class|function|exception|data):: {module}\.(\w+)$", page, re.MULTILINE)
    assert sorted(documented) == sorted(importlib.import_module(module).__all__)


def test_reference_has_the_typed_attributes() -> None:
    page = (DOCS / "reference.rst").read_text(encoding="utf-8")
    documented = re.findall(r":: anyio_tls\.TLSAttribute\.(\w+)$", page, re.MULTILINE)
    assert sorted(documented) == sorted(name for name in vars(anyio_tls.TLSAttribute) if not name.startswith("_"))


async def respond(tls: anyio_tls.TLSStream) -> None:
    async with tls:
        assert (await tls.receive()).startswith(b"GET /")
        await tls.send(b"hello")


@pytest.mark.parametrize("module", PUBLIC_MODULES)
async def test_code_in_docstrings(
    module: str, anyio_backend_name: str, trusted: CertificateAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reference and ``help()`` show docstrings, and what they tell the reader to type works too."""
    if module.endswith(".trio"):
        pytest.importorskip("trio")
    public = importlib.import_module(module)
    things = [public, *(getattr(public, name) for name in public.__all__)]
    things += [member for thing in things if isinstance(thing, type) for member in vars(thing).values()]
    async with open_internet(trusted, anyio_backend_name, monkeypatch) as internet:
        await internet.serve(respond, "example.org", 443)
        for thing in things:
            for code in re.findall(r"::\n\n((?: {4}.*\n|\n)+)", f"{inspect.getdoc(thing) or ''}\n"):
                tree = ast.parse(textwrap.dedent(code))
                if not uses_trio(tree) or anyio_backend_name == "trio":
                    tree = ast.fix_missing_locations(RunHere().visit(LookUpPorts().visit(tree)))
                    await run(tree, f"<a docstring in {module}>", {**vars(public), "internet": internet})


@pytest.mark.parametrize("module", ["anyio_tls", "anyio_tls.trio", "anyio_tls.testing"])
def test_help_begins_with_an_example_and_the_public_names(module: str) -> None:
    """What ``help()`` shows first is the docstring: it fills a screen, and nothing private is in it."""
    if module.endswith(".trio"):
        pytest.importorskip("trio")
    public = importlib.import_module(module)
    lines = (inspect.getdoc(public) or "").splitlines()
    assert len(lines) >= 24
    assert any(line.endswith("::") for line in lines[:6])
    named = set(re.findall(r":(?:class|func|exc):`(\w+)`", "\n".join(lines)))
    assert named == set(public.__all__)
