"""The memory room: what is known of a word, worked out once. News repeats its words; reading looks each one up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
#: So many words are kept at most; what comes later is worked out each time.
KEPT = 50_000


class Memory(dict[str, T]):
    """``memory[word]`` is what the (pure) function ``work`` says of it."""

    __slots__ = ("_work",)

    def __init__(self, work: Callable[[str], T]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, word: str) -> T:
        found = self._work(word)
        if len(self) < KEPT:
            self[word] = found
        return found
