"""Coverage-guided fuzzing of the engine with atheris: ``python -m tests.fuzz_guided``, as ``nox -s fuzz-guided`` does.

The fuzzer's data decides what the attacker of ``_fuzz.py`` does, and coverage of the library tells the fuzzer which
decisions led to something new. Arguments are libFuzzer's. An input that violates an invariant is left in a file;
``python -m tests.fuzz_guided FILE`` repeats it.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path
from typing import Final

import atheris

with atheris.instrument_imports(include=["anyio_tls"]):
    from ._fuzz import World, attack_engine
    from ._mutators import Choices

LIBFUZZER_OPTIONS: Final = ["-max_len=1024", "-len_control=0", "-timeout=60"]


class Fed(Choices):
    """Decisions that the fuzzer takes; the first of every set of options when it has run out of them."""

    def __init__(self, data: bytes) -> None:
        self._data = atheris.FuzzedDataProvider(data)

    def below(self, n: int) -> int:
        number: int = self._data.ConsumeIntInRange(0, n - 1) if n > 1 else 0
        return number

    def garbage(self, size: int) -> bytes:
        return random.Random(self.below(2**16)).randbytes(size)


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        world = World(Path(directory))
        atheris.Setup([*sys.argv[:1], *LIBFUZZER_OPTIONS, *sys.argv[1:]], lambda data: attack_engine(world, Fed(data)))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
