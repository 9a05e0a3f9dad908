"""The memory room: what is known of a word, worked out once. News repeats its words; reading looks each one up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")
S = TypeVar("S")
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


class lazy(Generic[S, T]):  # noqa: N801 - used like a property
    """A property that is worked out once, as `functools.cached_property` is from Python 3.12 on: without a lock."""

    def __init__(self, work: Callable[[S], T]) -> None:
        self._work = work
        self._name = work.__name__
        self.__doc__ = work.__doc__

    @overload
    def __get__(self, one: None, owner: type[Any]) -> lazy[S, T]: ...
    @overload
    def __get__(self, one: S, owner: type[Any]) -> T: ...
    def __get__(self, one: S | None, owner: type[Any]) -> lazy[S, T] | T:
        if one is None:
            return self
        found = self._work(one)
        setattr(one, self._name, found)  # through `__dict__` all attributes would be slower from then on
        return found
