"""The quote room: who speaks the words in quotation marks where their sentence does not say it.

"They want the rest of Donetsk. They won't get it," a Ukrainian negotiator said: the first sentence is his as well, and
so is the one behind: "It is ours." What is found is the party that he speaks for, ISO alpha-2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from geo.reading.clauses import Clause
    from geo.reading.document import Doc

_OPENING, _CLOSING, _STRAIGHT = "“„«", "”»", '"'
_ANY = frozenset(_OPENING + _CLOSING + _STRAIGHT)
_MARK = re.compile(f"[{_OPENING}{_CLOSING}{_STRAIGHT}]")
#: How many sentences a quotation is followed, each way.
_REACH = 4


class Quoted(NamedTuple):
    """Of one sentence: is a quotation open where it begins, and where it ends; does it hold a quotation mark?"""

    before: bool
    behind: bool
    marked: bool


_OUTSIDE = Quoted(False, False, False)


def quoted(doc: Doc) -> list[Quoted]:
    """The quotations of a document, by sentence. Every paragraph begins outside of them."""
    if ("quoted", None) not in doc.memo:
        doc.memo["quoted", None] = _quoted(doc)
    found: list[Quoted] = doc.memo["quoted", None]
    return found


def _quoted(doc: Doc) -> list[Quoted]:
    if _MARK.search(doc.text) is None:
        return [_OUTSIDE] * len(doc.sentences)
    text, out, inside, position = doc.text, [], False, 0
    for sentence in doc.sentences:
        if "\n" in text[position : sentence.start]:
            inside = False
        before, position = inside, sentence.end
        marks = _MARK.findall(text, sentence.start, position)
        for char in marks:
            inside = not inside if char == _STRAIGHT else char in _OPENING
        out.append(Quoted(before, inside, bool(marks)))
    return out


def outside(doc: Doc, index: int) -> str | None:
    """Who speaks the quoted words of a sentence, by the sentences around it."""
    marks = quoted(doc)
    here = marks[index]
    if not (here.before or here.behind or here.marked):
        return None
    if here.behind:
        for later in range(index + 1, min(index + 1 + _REACH, len(marks))):
            if not marks[later].before:
                break
            if not marks[later].behind or marks[later].marked:
                return reporting(doc, later)
    whole = here.before or doc.text[doc.sentences[index].start] in _ANY
    if not whole or index == 0:
        return None
    earlier = index - 1
    while here.before and earlier > max(index - _REACH, 0) and marks[earlier].before and not marks[earlier].marked:
        earlier -= 1
    return reporting(doc, earlier) if marks[earlier].marked or not here.before else None


def reporting(doc: Doc, index: int) -> str | None:
    """The party that a sentence names as speaking ("..., Putin said", "Zelensky told ...", "Kyiv: ...")."""
    key = ("reporting", index)
    if key not in doc.memo:
        from geo.reading.clauses import with_parties

        parsed = with_parties(doc, index)
        doc.memo[key] = None if parsed is None else speaking(parsed, parsed.places.get("say", ()))
    found: str | None = doc.memo[key]
    return found


def speaking(parsed: Clause, said: Sequence[int]) -> str | None:
    """The party beside a verb of saying, or before a colon."""
    told = frozenset(said)
    for k, code in enumerate(parsed.party):
        if code is None or parsed.kinds[k] != "a":
            continue
        behind = range(k + 1, min(k + 5, len(parsed.words)))
        stop = next((j for j in behind if parsed.kinds[j] == "p" or parsed.words[j] in ("that", "and")), k + 5)
        if any(j in told for j in behind if j < stop) or any(j in told for j in range(max(k - 3, 0), k)):
            return code
        if k + 1 < len(parsed.words) and parsed.words[k + 1] == ":":
            return code
    return None
