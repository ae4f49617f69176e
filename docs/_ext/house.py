"""The rooms of the package: what is in them, what their modules import, and a drawing of it.

Imports are read from the sources, without importing anything, so imports inside functions count too. This module does
not depend on Sphinx: the tests use the same graph.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from importlib.util import resolve_name
from pathlib import Path
from typing import Final

__all__ = ["ROOMS", "Room", "arrows", "draw", "import_graph", "room_of", "sources"]

PACKAGE: Final = "anyio_tls"


@dataclass(frozen=True)
class Room:
    """A part of the package with one purpose."""

    name: str
    purpose: str
    modules: frozenset[str]
    """The modules and packages in it, by their names below the package."""


def _room(name: str, purpose: str, modules: str) -> Room:
    return Room(name, purpose, frozenset(modules.split()))


# Row by row, from the top: a module uses its own room and those in the rows below.
ROOMS: Final = [
    [
        _room("Public names", "what users import, and nothing else", "__init__"),
        _room("Commands", "python -m anyio_tls", "__main__ _commands"),
    ],
    [_room("Clients and servers", "connecting and listening", "_connect _listener trio")],
    [_room("Faces", "streams as AnyIO and Trio expect them; they hold no logic", "_stream _trio pyopenssl")],
    [
        _room(
            "Door",
            "who comes to a server, and which certificate it gets",
            "_admission _assembly _certificates _chains _choosing _credentials _plain_http _snapshot _turns _visitor",
        ),
        _room("Testing", "public: peers, faults and certificates for tests", "testing"),
    ],
    [
        _room(
            "Driver",
            "what can be done with a connection",
            "_attributes _certificate_request _closing _contexts _driver _handshake _pump _retiring _unwrapping "
            "_writer_task",
        ),
    ],
    [
        _room("Transports", "carry bytes, and tell how many were taken", "_acceptor _tcp _transports"),
        _room(
            "Engine",
            "TLS as a function of bytes: no I/O, no waiting",
            "_diagnosis _engine _hello _ja4 _known_certificate _names _proxy _record_layer _records _states",
        ),
    ],
    [
        _room(
            "Ground",
            "what everything stands on",
            "_arguments _end_point _errors _event_loop _locks _queue _selector_thread _workspace",
        )
    ],
]


def sources(package: Path) -> dict[str, ast.Module]:
    """The modules by their names below the package, parsed. A package is its ``__init__``."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        name = ".".join(path.relative_to(package).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"), path)
    return found


def import_graph(package: Path) -> dict[str, set[str]]:
    """What each module imports of the package, anywhere in it."""
    modules = sources(package)
    packages = {path.parent.name for path in package.glob("*/__init__.py")}
    graph = {}
    for name, tree in modules.items():
        home = name if name in packages else name.rpartition(".")[0]
        graph[name] = set(_imports(tree, f"{PACKAGE}.{home}".rstrip("."), modules)) - {name}
    return graph


def _imports(tree: ast.Module, home: str, modules: dict[str, ast.Module]) -> Iterator[str]:
    for node in _executed(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), home)
            names = [f"{base}.{alias.name}" for alias in node.names]  # a module, or something in one
        for name in names:
            package, _, below = name.partition(".")
            if package == PACKAGE:
                yield next((found for found in (below, below.rpartition(".")[0]) if found in modules), "__init__")


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """All but what only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from _executed(child)


def room_of(module: str) -> tuple[int, Room]:
    """The room of a module, and its row from the top."""
    ((row, room),) = (
        (row, room) for row, rooms in enumerate(ROOMS) for room in rooms if module.partition(".")[0] in room.modules
    )
    return row, room


def arrows(graph: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Which room uses which, by their names, without what is used by way of another."""
    uses: dict[str, set[str]] = {room.name: set() for rooms in ROOMS for room in rooms}
    for module, imported in graph.items():
        uses[room_of(module)[1].name] |= {room_of(name)[1].name for name in imported}
    reach: dict[str, set[str]] = {}
    for rooms in reversed(ROOMS):
        for room in rooms:
            below = uses[room.name] - {room.name}
            reach[room.name] = below.union(*(reach.get(name, set()) for name in below))
    return {
        (room, below)
        for room, used in uses.items()
        for below in used - {room}
        if not any(below in reach.get(other, set()) for other in used - {room, below})
    }


# Pixels.
_WIDTH: Final = 760
_MARGIN: Final = 4
_LANE: Final = 32
_GAP: Final = 24
_LINE: Final = 18
_CHARACTER: Final = 7.2
_ARROW: Final = 8


@dataclass(frozen=True)
class _Place:
    """Where a room is drawn."""

    row: int
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


def draw(package: Path) -> str:
    """The rooms and the arrows between them as an ``<svg>`` element."""
    places = {}
    boxes = []
    y: float = _MARGIN
    for row, rooms in enumerate(ROOMS):
        width = (_WIDTH - _MARGIN - _LANE - _GAP * (len(rooms) - 1)) / len(rooms)
        texts = [_wrapped(sorted(room.modules), width) for room in rooms]
        height = 52 + _LINE * max(map(len, texts))
        for column, room in enumerate(rooms):
            place = places[room.name] = _Place(row, _MARGIN + column * (width + _GAP), y, width, height)
            boxes.append(_box(room, texts[column], place))
        y += height + 2 * _GAP
    order = list(places)
    uses = sorted(arrows(import_graph(package)), key=lambda use: tuple(map(order.index, use)))
    lines = [_arrow(source, target, places, uses) for source, target in uses]
    sentences = "; ".join(f"{source} uses {target}" for source, target in uses)
    height = y - 2 * _GAP + _MARGIN
    return (
        f'<svg class="house" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:g}" '
        f'width="{_WIDTH}">\n<title>The rooms of the package</title>\n<desc>{escape(sentences)}</desc>\n'
        + "\n".join(lines + boxes)
        + "\n</svg>\n"
    )


def _wrapped(words: list[str], width: float) -> list[str]:
    lines = [""]
    for word in words:
        if lines[-1] and len(f"{lines[-1]} · {word}") * _CHARACTER > width - 20:
            lines.append("")
        lines[-1] += f" · {word}" if lines[-1] else word
    return lines


def _box(room: Room, lines: list[str], place: _Place) -> str:
    middle = place.x + place.width / 2
    texts = [f'<text class="name" x="{middle:g}" y="{place.y + 20:g}">{escape(room.name)}</text>']
    for number, line in enumerate([room.purpose, *lines]):
        kind = ' class="modules"' if number else ""
        texts.append(f'<text{kind} x="{middle:g}" y="{place.y + 40 + number * _LINE:g}">{escape(line)}</text>')
    shape = f'<rect x="{place.x:g}" y="{place.y:g}" width="{place.width:g}" height="{place.height:g}" rx="10"/>'
    return f'<g class="room" data-room="{escape(room.name)}">{shape}{"".join(texts)}</g>'


def _arrow(source: str, target: str, places: dict[str, _Place], uses: list[tuple[str, str]]) -> str:
    """To the next row, from the bottom of a room to the top of another; farther, by the lane on the right."""
    above, below = places[source], places[target]
    if below.row > above.row + 1:
        x, y = below.right, below.y + below.height / 2
        line = f"M{above.right:g} {above.y + above.height / 2:g}H{_WIDTH - _MARGIN}V{y:g}H{x + _ARROW:g}"
        turn = 90
    else:
        # Several from or to the same room stand side by side, and are upright where they can be.
        start = above.x + above.width * _share((source, target), [use for use in uses if use[0] == source])
        x, y = below.x + below.width * _share((source, target), [use for use in uses if use[1] == target]), below.y
        if below.x < start < below.right:
            x = start
        elif above.x < x < above.right:
            start = x
        line = f"M{start:g} {above.bottom:g}L{x:g} {y - _ARROW:g}"
        turn = 0
    head = f"M0 0L{-_ARROW / 2:g} {-_ARROW}L{_ARROW / 2:g} {-_ARROW}Z"
    return (
        f'<g class="edge" data-from="{escape(source)}" data-to="{escape(target)}"><path class="line" d="{line}"/>'
        f'<path class="head" transform="translate({x:g} {y:g}) rotate({turn})" d="{head}"/></g>'
    )


def _share(use: tuple[str, str], uses: list[tuple[str, str]]) -> float:
    return (uses.index(use) + 1) / (len(uses) + 1)
