"""The structure of the package: its rooms, which imports are allowed, and the sizes of files and classes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from ._extension import DOCS, extension

house = extension("house")

PACKAGE = DOCS.parent / "anyio_tls"
SOURCES: dict[str, ast.Module] = house.sources(PACKAGE)
GRAPH: dict[str, set[str]] = house.import_graph(PACKAGE)

MOST_LINES = 450
MOST_LINES_OF_A_CLASS = 300

# What is TLS as a function of bytes, whatever else its room has.
WITHOUT_IO = ["_diagnosis", "_engine", "_names", "_queue", "_record_layer", "_records", "_states", "_workspace"]


# ---- rooms ----


def test_every_module_has_a_room() -> None:
    rooms = [name for rooms in house.ROOMS for room in rooms for name in room.modules]
    assert sorted(rooms) == sorted({name.partition(".")[0] for name in SOURCES})


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_imports_lead_down(name: str) -> None:
    row, room = house.room_of(name)
    places = {imported: house.room_of(imported) for imported in GRAPH[name]}
    assert {imported for imported, (below, other) in places.items() if not (other is room or below > row)} == set()


def test_imports_have_no_circle() -> None:
    assert set(TopologicalSorter(GRAPH).static_order()) == set(SOURCES)


def test_imports_are_found(tmp_path: Path) -> None:
    """In every form, wherever they stand, but not where only type checkers look."""
    files = {
        "__init__.py": "from ._a import x",
        "_a.py": "from . import _b\nimport anyio_tls._p._q\nimport ast\nfrom anyio import b",
        "_b.py": "def f():\n    from anyio_tls._p import _r\nif TYPE_CHECKING:\n    from ._a import x",
        "_p/__init__.py": "from ._q import y",
        "_p/_q.py": "from . import _r\nfrom .. import z\nfrom .._b import f",
        "_p/_r.py": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert house.import_graph(tmp_path) == {
        "__init__": {"_a"},
        "_a": {"_b", "_p._q"},
        "_b": {"_p._r"},
        "_p": {"_p._q"},
        "_p._q": {"_p._r", "__init__", "_b"},
        "_p._r": set(),
    }


def test_the_drawing_shows_the_rooms_and_the_arrows_between_them() -> None:
    drawing = house.draw(PACKAGE)
    assert set(re.findall(r'data-room="([^"]+)"', drawing)) == {room.name for rooms in house.ROOMS for room in rooms}
    drawn = set(re.findall(r'data-from="([^"]+)" data-to="([^"]+)"', drawing))
    assert drawn == house.arrows(GRAPH)
    words = set(re.findall(r"\w+", " ".join(re.findall(r'class="modules"[^>]*>([^<]+)<', drawing))))
    assert words == {name.partition(".")[0] for name in SOURCES}
    # By way of these arrows every import leads where it does.
    reach: dict[str, set[str]] = {}
    for room in reversed([room.name for rooms in house.ROOMS for room in rooms]):
        reach[room] = {room}.union(*(reach[target] for source, target in drawn if source == room))
    for name, imported in GRAPH.items():
        assert {house.room_of(other)[1].name for other in imported} <= reach[house.room_of(name)[1].name]


def test_the_page_names_files_that_are_there() -> None:
    text = (DOCS / "how-it-works.rst").read_text(encoding="utf-8")
    names = set(re.findall(r"\b(?:_\w+|trio)\.py\b|\b_\w+/", text))
    assert len(names) > 4
    assert all((PACKAGE / name).exists() for name in names)


# ---- what a module may do ----


@pytest.mark.parametrize("name", WITHOUT_IO)
def test_engine_does_no_io(name: str) -> None:
    asynchronous = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
    assert not [node for node in ast.walk(SOURCES[name]) if isinstance(node, asynchronous)]
    assert not imported_by(name) & {"anyio.lowlevel", "asyncio", "select", "socket", "threading", "time", "trio"}


def test_test_modules_do_not_import_each_other() -> None:
    """What several of them need stands in a module of its own."""
    found = [
        f"{path.name} imports {node.module}"
        for path in sorted(Path(__file__).parent.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2].startswith("test_")
    ]
    assert not found


def test_only_the_trio_face_imports_trio() -> None:
    importers = {name for name in SOURCES if "trio" in {other.partition(".")[0] for other in imported_by(name)}}
    # The demo holds Trio's own streams against ours, if Trio is there.
    face = {name for name in SOURCES if name.startswith("_trio.")}
    assert importers <= face | {"trio", "testing.trio", "_transports._trio", "_commands._streams"}


def imported_by(name: str) -> set[str]:
    """The modules that a module of ours imports from elsewhere."""
    found = set()
    for node in ast.walk(SOURCES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module or "")
    return found


# ---- what is private ----


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_no_private_attribute_of_another_module_is_used(name: str) -> None:
    """One of an object other than ``self`` is the module's own: it defines the name itself."""
    assert set(foreign_privates(SOURCES[name])) == set()


def test_foreign_private_attributes_are_found() -> None:
    code = """if True:
        from ._other import _helper, name

        class Ours:
            __slots__ = ("_slot",)

            def __init__(self, other):
                self._set = other._slot + other._set + other.__dict__
                self._inherited + super()._inherited
                other._theirs + other.public._theirs_too
                getattr(other, "_asked", getattr(self, "_asked"))
    """
    assert sorted(foreign_privates(ast.parse(code))) == ["_asked", "_helper", "_theirs", "_theirs_too"]


def foreign_privates(tree: ast.Module) -> Iterator[str]:
    own = set(defined_in(tree))
    for node in ast.walk(tree):
        used: list[tuple[str, str]] = []
        match node:
            case ast.Attribute(value=value, attr=name):
                used = [(ast.unparse(value), name)]
            case ast.Call(func=ast.Name(id="getattr" | "setattr"), args=[value, ast.Constant(value=str(name)), *_]):
                used = [(ast.unparse(value), name)]
            case ast.ImportFrom(module=str(module), names=names):  # without one, what is imported is a module
                used = [(module, alias.name) for alias in names]
            case _:
                pass
        for owner, name in used:
            is_private = re.match(r"_[^_]", name) and name != "_replace"  # which named tuples offer to everybody
            if is_private and owner not in {"self", "cls", "super()"} and name not in own:
                yield name


def defined_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Attribute(value=ast.Name(id="self" | "cls" | "stream"), attr=name, ctx=ast.Store()):
                yield name
            case ast.Assign(targets=[ast.Name(id="__slots__")], value=ast.Tuple(elts=names)):
                yield from (str(ast.literal_eval(each)) for each in names)
            case _:
                pass


# ---- how much there is to read ----


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_files_and_classes_are_short(name: str) -> None:
    path = PACKAGE.joinpath(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    classes = [node for node in ast.walk(SOURCES[name]) if isinstance(node, ast.ClassDef)]
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in classes}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_CLASS} == {}
