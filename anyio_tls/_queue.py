"""What waits to be sent."""

from __future__ import annotations

from typing import final

__all__ = ["SendQueue"]


@final
class SendQueue:
    """Ciphertext in the order in which it leaves.

    Usually all of it leaves at once, so it is kept in one piece, as it came, and copied only if some of it stays and
    more comes.
    """

    __slots__ = ("data",)

    def __init__(self, data: bytes = b"") -> None:
        self.data: bytes | memoryview = data

    def __len__(self) -> int:
        return len(self.data)

    def __bytes__(self) -> bytes:
        return bytes(self.data)

    def append(self, data: bytes) -> None:
        self.data = b"".join((self.data, data)) if self.data else data

    def clear(self) -> None:
        self.data = b""

    def remove(self, count: int) -> None:
        """Take ``count`` bytes from the front, which have been sent."""
        self.data = memoryview(self.data)[count:] if count < len(self.data) else b""
