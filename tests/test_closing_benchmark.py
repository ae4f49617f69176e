"""The benchmark of closing: two builds measure in turn, each its own, and what they say is put side by side."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import closing
import pytest
from _distance import NoDistanceError, distance
from behaviour import make_certificates
from closing import CELLS, PROJECT, compare, take_round

pytestmark = pytest.mark.once


@pytest.fixture
def directory(tmp_path: Path) -> str:
    make_certificates(tmp_path)
    return str(tmp_path)


@pytest.fixture(autouse=True)
def in_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "ENTRANTS", [("asyncio", "wrap")])
    small = {name: cell._replace(slices=1, times=10) for name, cell in CELLS.items()}
    monkeypatch.setattr(closing, "CELLS", small)


def test_hold(directory: str) -> None:
    ((_, [[beginning, then, under_way]]),) = take_round("hold", [PROJECT], directory, None)
    assert beginning > 0
    assert then > 0
    assert under_way == 10


def test_trips(directory: str, rng: random.Random) -> None:
    try:
        with distance(delay=closing.ONE_WAY, rng=rng) as link:
            ((_, [[trips]]),) = take_round("trips", [PROJECT], directory, link)
    except NoDistanceError as exc:
        pytest.skip(str(exc))
    assert trips >= 1


def test_each_build_is_measured(directory: str, tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "anyio_tls", tmp_path / "anyio_tls")
    ((entrant, [[copied], [own]]),) = take_round("connection", [tmp_path, PROJECT], directory, None)
    assert entrant == "asyncio, wrap"
    assert copied > 0
    assert own > 0


def test_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    figures = iter([[[2.0], [1.0]], [[3.0], [1.0]], [[4.0], [1.0]]])
    monkeypatch.setattr(closing, "take_round", lambda *_: [("asyncio, wrap", next(figures))])
    compare("connection", 3, [], "")
    assert " ".join(capsys.readouterr().out.split()).endswith("asyncio, wrap 3.00 1.00 3.000 2.500 to 3.500")
