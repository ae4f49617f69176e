"""Sweeps: every operation is interrupted at every await inside it, and every byte is accounted for.

A case is one conversation of two endpoints. Ours runs an operation, and at its n-th await something is injected: a
cancellation, the end of the peer's direction, a reset, or a stall of the peer with a cancellation later. Afterwards the
conversation goes on as far as the guarantees say that it must. A sweep runs the case for n = 1, 2, ... until the
operation completes first; there is one for each combination of operation, interruption, situation, transport and TLS
version.

In both directions the n-th byte of all conversations is the same. So the receiver can check at once that nothing was
lost, repeated or reordered, and only counts have to be remembered.
"""

from __future__ import annotations

import itertools
import random
import ssl
import sys
from collections.abc import Callable
from functools import partial
from typing import Final

import pytest

from anyio_tls import _handshake, _pump
from anyio_tls._event_loop import running_on_trio
from anyio_tls.testing import Strike, sweep

from ._sweeping import (
    OPERATIONS,
    Case,
    How,
    Situation,
)

TRANSPORTS: Final = ["socket", "anyio-tcp", "unix", "trio-socket", "memory", "writer-task", "tls"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One in eight of all combinations, others on each interpreter; unless ``--sweeps`` asks for more."""
    combinations = list(itertools.product(OPERATIONS, How, TRANSPORTS))
    config = metafunc.config
    if config.getoption("--sweeps") == "few":
        rng = random.Random(f"{config.getoption('--seed')} {sys.version_info[:2]}")
        combinations = rng.sample(combinations, len(combinations) // 8)
    ids = ["-".join((operation, how.name.lower(), kind)) for operation, how, kind in combinations]
    metafunc.parametrize(("operation", "how", "kind"), combinations, ids=ids)


@pytest.mark.guarantee("G1", "G2", "G4", "G5", "G6", "G7", "G8", "G9", "G11", "G12")
async def test_sweep(
    operation: str,
    how: How,
    kind: str,
    server_context: ssl.SSLContext,
    client_context: ssl.SSLContext,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if kind == "trio-socket" and not running_on_trio():
        pytest.skip(f"{kind} needs Trio's event loop")
    # No peer here sends an alert before it breaks the pipe: looking for one need not take long.
    monkeypatch.setattr(_handshake, "ALERT_SECONDS", 0.01)
    monkeypatch.setattr(_pump, "EXPLANATION_SECONDS", 0.01)
    contexts = server_context, client_context
    situations = list(Situation)
    if operation == "handshake" or server_context.maximum_version is ssl.TLSVersion.TLSv1_2:
        situations.remove(Situation.KEY_UPDATE)
    cases = 0
    for number, (situation, server_side) in enumerate(itertools.product(situations, (False, True))):
        # Unless all are wanted: one side in each situation, in the next one the other.
        if number % 4 in (1, 2) and request.config.getoption("--sweeps") != "all":
            continue
        make = partial(Case, operation, how, situation, kind, contexts, server_side=server_side)

        async def scenario(strike: Strike, make: Callable[[], Case] = make) -> None:
            await make().run(strike)

        scenario.__qualname__ = f"<{make()}>"
        cases += await sweep(scenario)
    request.node.user_properties.append(("sweep cases", cases))
