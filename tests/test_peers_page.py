"""The page "Other implementations" says what was observed, and only that; and the observations are right."""

from __future__ import annotations

import copy
import json
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from . import observe_peers
from ._extension import DOCS, extension
from ._implementations import PROGRAMS, PythonSSL
from .observe_peers import SCENARIOS, Papers, echo, observe, play

peers = extension("peers")

OBSERVED: dict[str, Any] = json.loads((DOCS / "peers.json").read_text(encoding="utf-8"))


def cells() -> list[tuple[str, str]]:
    return [(peer, role) for peer, roles in OBSERVED["peers"].items() for role in roles]


# ---- what was observed ----


def test_ten_implementations_in_both_roles() -> None:
    assert len([roles for roles in OBSERVED["peers"].values() if set(roles) == {"server", "client"}]) >= 10


@pytest.mark.parametrize(("peer", "role"), cells())
def test_every_transfer_is_whole(peer: str, role: str) -> None:
    transfers = OBSERVED["peers"][peer][role]["echo"]
    assert set(transfers) == {"asyncio", "uvloop", "trio"}
    assert all(peers.whole(transfer) for transfer in transfers.values())


@pytest.mark.parametrize(("peer", "role"), cells())
def test_every_scenario_was_played(peer: str, role: str) -> None:
    seen = OBSERVED["peers"][peer][role]
    assert set(seen) == {"echo", "traits", *(scenario.__name__ for scenario in SCENARIOS)}
    assert not [name for name, what in seen.items() if "error" in what]


# ---- the page ----


def rendered(observed: dict[str, Any]) -> str:
    tables = [row for name in peers.TABLES for row in peers.table(name, observed)]
    return "\n".join([*peers.header(observed), *(" | ".join(row) for row in tables)])


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the single observations are."""
    if isinstance(value, dict) or (isinstance(value, list) and value):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def other(value: Any, key: Any) -> Any:
    """Something else of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case "succeeds":
            return "fails"
        case "fails":
            return "succeeds"
        case str():
            return f"not {value}"
        case _:
            assert value == []
            return ["one"] if key == "key shares" else [{"size": 1, "when": "never"}]


def test_page_has_each_table_once() -> None:
    page = (DOCS / "peers.rst").read_text(encoding="utf-8")
    assert re.findall(r"^\.\. peers:: ?(.*)$", page, re.MULTILINE) == ["", *peers.TABLES]


@pytest.mark.parametrize("peer", OBSERVED["peers"])
def test_page_says_what_was_observed(peer: str) -> None:
    """If any of it had been otherwise, the page would be."""
    observed = {**OBSERVED, "peers": {peer: OBSERVED["peers"][peer]}}
    before = rendered(observed)
    unsaid = set()
    for path in leaves(observed["peers"]):
        changed = copy.deepcopy(observed)
        owner: Any = changed["peers"]
        for key in path[:-1]:
            owner = owner[key]
        owner[path[-1]] = other(owner[path[-1]], path[-1])
        with suppress(KeyError):  # what belongs to the other observation is missing: no page at all
            if rendered(changed) == before:
                unsaid.add(path[2:])
    assert unsaid == set()


def test_what_is_missing_is_named() -> None:
    assert "Mine is missing: it is not installed." in peers.header(
        {**OBSERVED, "skipped": {"Mine": "it is not installed"}}
    )


# ---- observing ----


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return Papers(tmp_path)


# What is the same with every Python and OpenSSL.
SAME = [
    peers.half_close,
    peers.their_half_close,
    peers.is_told,
    peers.key_update,
    peers.asked_later,
    peers.refusal("stranger's", "alert"),
    peers.refusal("none", "alert"),
]


@pytest.mark.once
def test_observed_is_so(papers: Papers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe_peers, "SILENCE", 0.2)  # it says at once what it has to say, or never
    seen = observe(PythonSSL(), papers, SCENARIOS, ["asyncio"])
    for role, said in OBSERVED["peers"][PythonSSL.name].items():
        assert peers.transfers(seen[role]) == "whole on asyncio"
        assert not [name for name, what in seen[role].items() if "error" in what]
        assert [cell(seen[role]) for cell in SAME] == [cell(said) for cell in SAME]


class Wrong(PythonSSL):
    """Forgets the last byte of what it is to send back."""

    def prepare(self, papers: Path) -> None:
        for name in ("obedience", "python_ssl"):
            source = (PROGRAMS / f"{name}.py").read_text(encoding="utf-8")
            (papers / f"{name}.py").write_text(source.replace("write(data)", "write(data[:-1])"), encoding="utf-8")

    def command(self, papers: Path) -> list[str]:
        return [sys.executable, str(papers / "python_ssl.py")]


async def test_wrong_is_seen(papers: Papers) -> None:
    wrong = Wrong()
    wrong.prepare(papers.directory)
    seen = await play(echo, wrong, "server", papers)
    assert peers.transfers({"echo": {"trio": seen}}) == "1,000,000 arrived, 999,999 came back on Trio"


class Silent(PythonSSL):
    roles = ("server",)  # for a client that never connects one waits until the time is over

    def command(self, papers: Path) -> list[str]:
        return ["false"]


async def test_nothing_seen_is_an_error(papers: Papers) -> None:
    seen = await play(echo, Silent(), "server", papers)
    assert "the output ended" in seen["error"]
    with pytest.raises(KeyError):
        peers.transfers({"echo": {"trio": seen}})


@pytest.mark.once
@pytest.mark.parametrize("program", [PythonSSL(), Silent()], ids=["speaking", "silent"])
def test_an_error_is_no_page(program: PythonSSL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be observed fails the run, and leaves the page as it was."""
    page = tmp_path / "peers.json"
    for name, value in {"OBSERVED": [program], "SCENARIOS": [], "OUTPUT": page}.items():
        monkeypatch.setattr(observe_peers, name, value)
    monkeypatch.setattr(sys, "argv", ["observe_peers"])
    failed = isinstance(program, Silent)
    assert observe_peers.main() == failed
    assert page.exists() != failed
