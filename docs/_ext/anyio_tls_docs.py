"""Directives for these pages, beyond Sphinx itself.

``.. states:: READING``
    The diagram of a table in ``anyio_tls._states``, drawn from the table as the page is built.

``.. proofs:: G1``
    The tests that prove a guarantee, each linked to its source, from the markers in ``tests/``.

``.. differences:: anyio``
    The table of what differs from AnyIO's or Trio's streams, from ``tests/outside/differences.py``.

``.. peers:: half-close``
    A table of how other people's implementations behave, from ``peers.json``; ``.. peers::`` is when it was observed.

``.. behaviour::``
    What each library does in the same scenarios, from ``behaviour.json``; ``.. behaviour:: at-a-glance`` is a table of
    it, in a few words for each.

``.. speed:: cells``
    A section of what was measured, from the runs in ``runs/``; ``.. speed:: plot rtt-64`` is the plot of a cell.

``.. capacity:: process``
    A part of what many connections need, computed from the same runs.

``.. house::``
    The rooms of the package, drawn from the imports of its modules as the page is built.
"""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import behaviour_page
import capacity_page
import door_page
import house
import speed_page
from diagram import draw
from docutils import nodes
from peers import header, table
from proofs import Proof, find_proofs
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from anyio_tls import _states

_DOCS = Path(__file__).parent.parent
_PACKAGE = _DOCS.parent / "anyio_tls"
_TESTS = _DOCS.parent / "tests"
_DIFFERENCES = _TESTS / "outside" / "differences.py"
_PEERS = _DOCS / "peers.json"
_BEHAVIOUR = _DOCS / "behaviour.json"
_RUNS = _DOCS / "runs"
_DOOR = _DOCS / "door.jsonl"


def _drawing(svg: str) -> nodes.Node:
    return nodes.raw("", f'<div class="drawing">{svg}</div>', format="html")


class States(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(_states.__file__)
        name = self.arguments[0]
        return [_drawing(draw(getattr(_states, name), f"The states of {name}"))]


class House(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        for path in _PACKAGE.rglob("*.py"):
            self.env.note_dependency(str(path))
        return [_drawing(house.draw(_PACKAGE))]


class Proofs(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        guarantee = self.arguments[0]
        proofs = find_proofs(_TESTS).get(guarantee, [])
        items = nodes.bullet_list(classes=["proofs"])
        for proof in proofs:
            self.env.note_dependency(str(proof.path))
            items += nodes.list_item("", self._line(proof))
        if not proofs:
            return [nodes.paragraph("", "", nodes.emphasis("", "No test proves it yet."))]
        summary = f"Proven by {len(proofs)} test{'' if len(proofs) == 1 else 's'}"
        return [
            nodes.raw("", f'<details class="proofs"><summary>{summary}</summary>', format="html"),
            items,
            nodes.raw("", "</details>", format="html"),
        ]

    def _line(self, proof: Proof) -> nodes.paragraph:
        page = self.env.app.builder.get_relative_uri(self.env.docname, _page(proof.path))
        name = nodes.literal("", f"{proof.path.name}::{proof.name.replace('.', '::')}")
        line = nodes.paragraph("", "", nodes.reference("", "", name, refuri=f"{page}#{proof.name}"))
        if proof.summary:
            line += nodes.Text(" ")
            line += self.parse_inline(proof.summary)[0]
        return line


class Differences(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(_DIFFERENCES))
        theirs, ours = {
            "anyio": ("``anyio.streams.tls``", "``anyio_tls``"),
            "trio": ("``trio.SSLStream``", "``anyio_tls.trio.TLSStream``"),
        }[self.arguments[0]]
        rows = [["\\", theirs, ours, "Why"]]
        for each in runpy.run_path(str(_DIFFERENCES))["DIFFERENCES"][self.arguments[0]]:
            why = f"{each.why} (:ref:`{each.guarantee} <{each.guarantee}>`)" if each.guarantee else each.why
            rows.append([each.what, each.theirs, each.ours, why])
        return self.parse_text_to_nodes(_list_table(rows, "20 24 32 24"))


class Peers(SphinxDirective):
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(_PEERS))
        observed = json.loads(_PEERS.read_text(encoding="utf-8"))
        if not self.arguments:
            return self.parse_text_to_nodes("\n\n".join(header(observed)))
        return self.parse_text_to_nodes(_list_table(table(self.arguments[0], observed), "auto"))


class Behaviour(SphinxDirective):
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(_BEHAVIOUR))
        observed = json.loads(_BEHAVIOUR.read_text(encoding="utf-8"))
        if self.arguments:
            return self.parse_text_to_nodes(_list_table(behaviour_page.table(observed), "28 18 18 18 18"))
        return self.parse_text_to_nodes("\n".join(behaviour_page.lines(observed)), allow_section_headings=True)


class Measured(SphinxDirective):
    """What is made of the runs."""

    required_arguments = 1
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        for path in _RUNS.iterdir():
            self.env.note_dependency(str(path))
        what, *cell = self.arguments
        runs = speed_page.load(_RUNS)
        if self.name == "capacity":
            return self.parse_text_to_nodes(capacity_page.computed(what, runs))
        if what != "plot":
            return self.parse_text_to_nodes(speed_page.shown(what, runs))
        images = []
        for scheme in speed_page.SCHEMES:
            file = Path("_images", f"{cell[0]}-{scheme}.svg")
            speed_page.draw(runs, speed_page.CELLS[cell[0]], scheme, Path(self.env.app.outdir, file))
            images.append(
                f'<img class="only-{scheme}" src="{file.as_posix()}" alt="{speed_page.CELLS[cell[0]].title}">'
            )
        return [nodes.raw("", "".join(images), format="html")]


class Door(SphinxDirective):
    """What the run of ``benchmarks/door.py`` has measured."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(_DOOR))
        return self.parse_text_to_nodes(door_page.shown(self.arguments[0], door_page.load(_DOOR)))


def _list_table(rows: list[list[str]], widths: str) -> str:
    lines = ["* - " + "\n  - ".join(row) for row in rows]
    options = [":header-rows: 1", f":widths: {widths}", ""]
    return "\n   ".join([".. list-table::", *options, *"\n".join(lines).splitlines()])


def _page(path: Path) -> str:
    return "tests/" + path.relative_to(_TESTS).with_suffix("").as_posix()


def _collect_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A page for the source of each file with proofs in it."""
    files: dict[Path, dict[int, str]] = {}
    for proofs in find_proofs(_TESTS).values():
        for proof in proofs:
            files.setdefault(proof.path, {})[proof.line] = proof.name
    for path, names in files.items():
        source = app.builder.highlighter.highlight_block(path.read_text(encoding="utf-8"), "python")  # type: ignore[attr-defined]
        before, code = source.split("<pre>", 1)
        # Pygments opens the block with an empty span, and keeps the lines as they are.
        lines = code.split("\n")
        for number, name in names.items():
            lines[number - 1] = f'<span id="{escape(name)}"></span>' + lines[number - 1]
        title = f"tests/{path.relative_to(_TESTS).as_posix()}"
        body = f"<h1>{escape(title)}</h1>{before}<pre>" + "\n".join(lines)
        yield _page(path), {"title": title, "body": body}, "page.html"


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("states", States)
    app.add_directive("proofs", Proofs)
    app.add_directive("differences", Differences)
    app.add_directive("peers", Peers)
    app.add_directive("behaviour", Behaviour)
    app.add_directive("speed", Measured)
    app.add_directive("capacity", Measured)
    app.add_directive("door", Door)
    app.add_directive("house", House)
    app.connect("html-collect-pages", _collect_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
