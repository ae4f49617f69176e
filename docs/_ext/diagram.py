"""Draws a table of states as SVG.

A table maps ``(state, event)`` to the next state. States stand in columns, from the first one on the left; what
leads to the next column is an arrow in the row of its target, and what leads anywhere else runs in a lane of its
own below. The colours come from ``_static/custom.css``, so that a drawing is as legible in the dark as in the light.

This module does not depend on Sphinx: the tests use it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from html import escape
from typing import Final, TypeAlias

__all__ = ["Table", "draw", "edges", "initial", "is_final", "states"]

Table: TypeAlias = Mapping[tuple[Enum, Enum], Enum]

# Pixels. The widths of the text are estimated, generously: a browser picks the font.
_BOX_HEIGHT: Final = 40
_BOX_PADDING: Final = 18
_ROW_PITCH: Final = 68
_STATE_WIDTH: Final = 8.2  # of one character of a state's name
_LABEL_WIDTH: Final = 6.3  # of one character of an event's name
_LABEL_HEIGHT: Final = 16
_START: Final = 44  # room for the dot and the arrow that lead to the first state
_BEND: Final = 36  # room for an arrow to reach its target's row
_ARROW: Final = 8
_RADIUS: Final = 10
_MARGIN: Final = 4


def initial(table: Table) -> Enum:
    """The state that everything begins in: the first member of the enumeration."""
    return states(table)[0]


def states(table: Table) -> list[Enum]:
    """Every state, in the order of the enumeration."""
    return list(type(next(iter(table.values()))))


def edges(table: Table) -> dict[tuple[Enum, Enum], list[Enum]]:
    """The events that lead from one state to another."""
    found: dict[tuple[Enum, Enum], list[Enum]] = {}
    for (source, event), target in table.items():
        found.setdefault((source, target), []).append(event)
    return found


def is_final(table: Table, state: Enum) -> bool:
    """Whether nothing leads out of ``state``."""
    return all(source is not state for source, _ in table)


def draw(table: Table, title: str) -> str:
    """The table as an ``<svg>`` element."""
    return _Drawing(table, title).render()


class _Drawing:
    def __init__(self, table: Table, title: str) -> None:
        self.table = table
        self.title = title
        self.columns = _columns(table)
        self.column_of = {state: i for i, column in enumerate(self.columns) for state in column}
        self.across: dict[tuple[Enum, Enum], list[Enum]] = {}
        self.lanes: dict[tuple[Enum, Enum], list[Enum]] = {}
        reached: set[Enum] = set()
        for (source, target), events in edges(table).items():
            is_next = self.column_of[target] == self.column_of[source] + 1
            (self.across if is_next and target not in reached else self.lanes)[source, target] = events
            if is_next:
                reached.add(target)
        self._place()

    def _place(self) -> None:
        rows = max(map(len, self.columns))
        self.left: dict[Enum, float] = {}
        self.middle: dict[Enum, float] = {}
        self.box_width: dict[Enum, float] = {}
        x = float(_START)
        for i, column in enumerate(self.columns):
            width = max(len(str(state.value)) for state in column) * _STATE_WIDTH + 2 * _BOX_PADDING
            first = _MARGIN + (rows - len(column)) * _ROW_PITCH / 2 + _BOX_HEIGHT / 2
            for row, state in enumerate(column):
                self.left[state], self.box_width[state] = x, width
                self.middle[state] = first + row * _ROW_PITCH
            labels = [events for (source, _), events in self.across.items() if self.column_of[source] == i]
            x += width + _BEND + _widest(labels) + _ARROW
        self.width = max(self.left[state] + self.box_width[state] for state in self.left) + _MARGIN
        self.bottom = max(self.middle.values()) + _BOX_HEIGHT / 2
        # The labels of an arrow stand above it. Those of the top row need room too.
        overhang = max(
            (len(events) * _LABEL_HEIGHT + 6 - self.middle[target] for (_, target), events in self.across.items()),
            default=0.0,
        )
        if overhang > 0:
            self.bottom += overhang
            for state in self.middle:
                self.middle[state] += overhang

    def render(self) -> str:
        body = [self._start(), *(self._across(*edge) for edge in self.across)]
        height = self.bottom
        # Each lane leaves and arrives a little farther to the right than the one before.
        for number, edge in enumerate(self.lanes):
            height += 14 + len(self.lanes[edge]) * _LABEL_HEIGHT
            body.append(self._lane(*edge, height, (number + 1 - (len(self.lanes) + 1) / 2) * 24))
        body += [self._box(state) for state in states(self.table)]
        sentences = "; ".join(
            f"from {source.value} to {target.value}: {' or '.join(str(event.value) for event in events)}"
            for (source, target), events in edges(self.table).items()
        )
        size = f"{self.width:.0f} {height + _MARGIN:.0f}"
        return (
            f'<svg class="states" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
            f'width="{self.width:.0f}">\n'
            f"<title>{escape(self.title)}</title>\n<desc>{escape(sentences)}</desc>\n" + "\n".join(body) + "\n</svg>\n"
        )

    def _start(self) -> str:
        first = initial(self.table)
        x, y = self.left[first], self.middle[first]
        return f'<g class="start"><circle cx="8" cy="{y:g}" r="5"/>{_line(f"M13 {y:g}H{x:g}")}{_head(x, y)}</g>'

    def _box(self, state: Enum) -> str:
        x, y, width = self.left[state], self.middle[state] - _BOX_HEIGHT / 2, self.box_width[state]
        shape = _rectangle(x, y, width, _BOX_HEIGHT, _RADIUS)
        kind = "state"
        if is_final(self.table, state):
            kind += " final"
            shape += _rectangle(x + 3.5, y + 3.5, width - 7, _BOX_HEIGHT - 7, _RADIUS - 3)
        text = f'<text x="{x + width / 2:g}" y="{y + _BOX_HEIGHT / 2 + 5:g}">{escape(str(state.value))}</text>'
        return f'<g class="{kind}" data-state="{state.name}">{shape}{text}</g>'

    def _across(self, source: Enum, target: Enum) -> str:
        start, end = self.left[source] + self.box_width[source], self.left[target]
        y0, y1 = self.middle[source], self.middle[target]
        bend = f"C{start + _BEND * 0.6:g} {y0:g} {start + _BEND * 0.4:g} {y1:g} {start + _BEND:g} {y1:g}"
        path = f"M{start:g} {y0:g}{bend if y0 != y1 else ''}H{end:g}"
        # Beside a bend the labels stand over what is straight; otherwise over the whole arrow.
        labels = self._labels(self.across[source, target], (start + end + (_BEND if y0 != y1 else 0) - _ARROW) / 2, y1)
        return _edge(source, target, _line(path) + _head(end, y1) + labels)

    def _lane(self, source: Enum, target: Enum, y: float, shift: float) -> str:
        start, end = (self.left[state] + self.box_width[state] / 2 + shift for state in (source, target))
        if source is target:
            start, end = start - 20, end + 20
        y0, y1 = self.middle[source] + _BOX_HEIGHT / 2, self.middle[target] + _BOX_HEIGHT / 2
        turn = _RADIUS if end > start else -_RADIUS
        path = (
            f"M{start:g} {y0:g}V{y - _RADIUS:g}Q{start:g} {y:g} {start + turn:g} {y:g}"
            f"H{end - turn:g}Q{end:g} {y:g} {end:g} {y - _RADIUS:g}V{y1:g}"
        )
        events = self.lanes[source, target]
        labels = self._labels(events, (start + end) / 2, y)
        return _edge(source, target, _line(path) + _head(end, y1, up=True) + labels)

    @staticmethod
    def _labels(events: list[Enum], x: float, y: float) -> str:
        top = y - 6 - (len(events) - 1) * _LABEL_HEIGHT
        return "".join(
            f'<text x="{x:g}" y="{top + i * _LABEL_HEIGHT:g}">{escape(str(event.value))}</text>'
            for i, event in enumerate(events)
        )


def _columns(table: Table) -> list[list[Enum]]:
    """The states by the length of the longest way to them that meets no state twice."""
    distance = dict.fromkeys(states(table), 0)

    def walk(state: Enum, way: tuple[Enum, ...]) -> None:
        distance[state] = max(distance[state], len(way))
        for source, target in edges(table):
            if source is state and target not in (*way, state):
                walk(target, (*way, state))

    walk(initial(table), ())
    columns: list[list[Enum]] = [[] for _ in range(max(distance.values()) + 1)]
    for state, steps in distance.items():
        columns[steps].append(state)
    return columns


def _widest(labels: Iterable[Iterable[Enum]]) -> float:
    return max((len(str(event.value)) for events in labels for event in events), default=0) * _LABEL_WIDTH


def _edge(source: Enum, target: Enum, content: str) -> str:
    return f'<g class="edge" data-from="{source.name}" data-to="{target.name}">{content}</g>'


def _rectangle(x: float, y: float, width: float, height: float, radius: float) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}"/>'


def _line(path: str) -> str:
    return f'<path class="line" d="{path}"/>'


def _head(x: float, y: float, *, up: bool = False) -> str:
    """An arrow's head: its point is at (x, y)."""
    turn = -90 if up else 0
    corners = f"M0 0L{-_ARROW} {-_ARROW / 2:g}L{-_ARROW} {_ARROW / 2:g}Z"
    return f'<path class="head" transform="translate({x:g} {y:g}) rotate({turn})" d="{corners}"/>'
