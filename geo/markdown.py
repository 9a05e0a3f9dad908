"""The Markdown room: an article written in Markdown -> its words as plain text.

Marks go, words and lines stay: a claim must not be lost because the name in it is bold or a link. Blocks are told
apart by lines (headings, quotes, lists, rules, fences), what stands inside a block by one scan over it. The time
taken grows with the length of the text alone, whatever is in it: every pattern is possessive or stops at its own
first character, and nothing is looked for twice.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_QUOTE = re.compile(r"(?:[ \t]{0,3}>[ \t]?)+")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}(?:[ \t]++|(?=\r?\n|\Z))")
_LIST = re.compile(r"[ \t]*+(?:[-+*]|\d{1,9}[.)])[ \t]++(?:\[[ xX]\][ \t]++)?")
_RULE = re.compile(r"[ \t]{0,3}(?:(?:\*[ \t]*+){3,}|(?:-[ \t]*+){3,}|(?:_[ \t]*+){3,}|=++[ \t]*+)\r?\n?\Z")
_TABLE_RULE = re.compile(r"[ \t]*+\|?[ \t]*+:?-{1,}:?[ \t]*+(?:\|[ \t]*+:?-{0,}:?[ \t]*+)++\r?\n?\Z")
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}(?=[^`\n]*+(?:\n|\Z))|~{3,})")
_BOLD_LINE = re.compile(r"[ \t]*+(?:\*\*[^*\n]++\*\*|__[^_\n]++__)[ \t]*+\r?\n?\Z")
_SOFT_BREAK = re.compile(r"(?<![ \t\r\n\\])[ \t]?\r?\n[ \t]*+(?=[^\r\n|])")
_DEFINITION = re.compile(r"[ \t]{0,3}\[([^\]\[^\n][^\]\[\n]*+)\]:[ \t]*+\S++[^\n]*+\n?\Z")
_NOTE = re.compile(r"[ \t]{0,3}\[\^[^\]\s]++\]:[ \t]*+")

#: What is looked at inside a block; all other characters are words.
_INLINE = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<hard>\\(?=\r?\n))"
    r"|(?P<code>`++)"
    r"|(?P<note>\[\^[^\]\[\s]++\])"
    r"|(?P<open>!?\[)"
    r"|(?P<close>\])"
    r"|<(?P<address>(?:https?://|mailto:)[^<>\s]++)>"
    r"|(?P<tag></?[A-Za-z][^<>]*+>)"
    r"|(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<emphasis>\*++|_++|~~(?!~))"
)
_TARGET = re.compile(
    r"\(\s*+(?:<[^<>\n]*+>|(?:[^\s()<>\\]|\\.|\([^\s()]*+\))*+)"
    r"""(?:\s++(?:"[^"]*+"|'[^']*+'|\([^()]*+\)))?+\s*+\)"""
)
_LABEL = re.compile(r"\[([^\]\[\n]*+)\]")
_BACKTICKS = re.compile(r"`+")


def plain(text: str) -> str:
    """Give the words of Markdown as plain text.

    Emphasis, code and heading marks go; a link leaves its words, an image its alternative text; the marks of
    quotes and lists go while their lines stay apart, and a line that goes on in the next is put together with it;
    tags, comments, rules and the targets of links go. A mark without its counterpart ("5 * 3", "[sic]") is a word
    like others.
    """
    lines = _LINE.findall(_without_comments(text))
    labels = {_label(found[1]) for found in map(_DEFINITION.match, lines) if found}
    return "".join(_inline(block, labels) if marked else block for block, marked in _blocks(lines))


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join((*kept, text[at:]))


def _blocks(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Give blocks of lines without their block marks, and whether marks inside them are to be read."""
    block: list[str] = []
    fence, quoted = "", False
    for line in lines:
        rest = line[found.end() :] if (found := _QUOTE.match(line)) else line
        mark = _FENCE.match(rest)
        if found and not quoted:
            yield _joined(block), True
            block = []
        quoted = found is not None
        if fence:
            closes = mark is not None and mark[1].startswith(fence) and rest.strip() == mark[1]
            yield (_end(line), False) if closes else (rest, False)
            fence = "" if closes else fence
            continue
        if mark is None and not _stands_apart(rest):
            block.append(rest)
            continue
        yield _joined(block), True
        block = []
        if mark is not None:
            fence = mark[1]
            yield _end(line), False
        elif _DEFINITION.match(rest):
            pass
        elif not rest.strip() or _RULE.match(rest) or _TABLE_RULE.match(rest):
            yield _end(line) if rest.strip() else rest, False
        elif heading := _HEADING.match(rest):
            yield _heading(rest[heading.end() :]), True
        elif _BOLD_LINE.match(rest):
            yield rest, True  # a heading in all but its mark
        else:
            found = _NOTE.match(rest) or _LIST.match(rest)
            block = [rest[found.end() if found else 0 :]]
    yield _joined(block), True


def _joined(block: list[str]) -> str:
    """Give a block with its wrapped lines put together, as Markdown shows them; rows of tables stay rows."""
    return _SOFT_BREAK.sub(" ", "".join(block))


def _stands_apart(line: str) -> bool:
    if not line.strip():
        return True
    return any(one.match(line) for one in (_HEADING, _LIST, _RULE, _TABLE_RULE, _DEFINITION, _NOTE, _BOLD_LINE))


def _heading(line: str) -> str:
    """Give a heading's words: without the marks that may close it."""
    words = line.rstrip()
    bare = words.rstrip("#")
    return (bare.rstrip() if not bare or bare[-1].isspace() else words) + _end(line)


def _end(line: str) -> str:
    return "\r\n" if line.endswith("\r\n") else "\n" if line.endswith("\n") else ""


def _label(words: str) -> str:
    return " ".join(words.split()).casefold()


def _inline(block: str, labels: set[str]) -> str:
    """Take the marks out of one block."""
    pieces: list[str] = []
    runs = _Runs(pieces)
    brackets: list[int] = []
    last_ticks = {len(found[0]): found.start() for found in _BACKTICKS.finditer(block)}
    at = 0
    while found := _INLINE.search(block, at):
        pieces.append(block[at : found.start()])
        kind, mark, at = found.lastgroup, found[0], found.end()
        if kind == "escape":
            pieces.append(mark[1])
        elif kind == "code":
            inside, at = _code(block, found, last_ticks)
            pieces.append(inside)
        elif kind == "open":
            brackets.append(len(pieces))
            pieces.append(mark)
        elif kind == "close":
            stop = _target(block, at, labels) if brackets else None
            opening = brackets.pop() if brackets else None
            if stop is None or opening is None:
                pieces.append(mark)
            else:
                pieces[opening], at = "", stop
        elif kind == "address":
            pieces.append(found["address"])
        elif kind == "entity":
            pieces.append(html.unescape(mark))
        elif kind == "emphasis":
            runs.add(mark, block[found.start() - 1 : found.start()], block[at : at + 1])
    pieces.append(block[at:])
    runs.settle()
    return "".join(pieces)


def _code(block: str, found: re.Match[str], last_ticks: dict[int, int]) -> tuple[str, int]:
    """Give what stands between equally long rows of backticks and where it ends; the row itself where it is alone."""
    ticks = found[0]
    # A row that an escape has cut (\\``) is as long as none that was counted.
    if last_ticks.get(len(ticks), -1) <= found.start():
        return ticks, found.end()
    closing = next(each for each in _BACKTICKS.finditer(block, found.end()) if len(each[0]) == len(ticks))
    return block[found.end() : closing.start()], closing.end()


def _target(block: str, at: int, labels: set[str]) -> int | None:
    """Where the target of a link ends that begins here, if one does."""
    if found := _TARGET.match(block, at):
        return found.end()
    if (found := _LABEL.match(block, at)) and (not found[1] or _label(found[1]) in labels):
        return found.end()
    return None


class _Runs:
    """The emphasis marks of a block: each closing row takes away as many marks from the opening ones."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = pieces
        self._left: dict[int, tuple[str, int]] = {}
        self._open: dict[str, list[int]] = {}

    def add(self, mark: str, before: str, after: str) -> None:
        """Add a row of marks; ``before`` and ``after`` are the characters beside it, empty at the block's edges."""
        sign, count, place = mark[0], len(mark), len(self._pieces)
        inside = sign == "_" and before.isalnum() and after.isalnum()  # snake_case has no emphasis
        opened = self._open.setdefault(sign, [])
        if not inside and before.strip():
            while count and opened:
                top, (_, held) = opened[-1], self._left[opened[-1]]
                used = min(count, held)
                count -= used
                self._left[top] = (sign, held - used)
                if held == used:
                    opened.pop()
        self._pieces.append("")
        if count:
            self._left[place] = (sign, count)
            if not inside and after.strip():
                opened.append(place)

    def settle(self) -> None:
        """Put back the marks that found no counterpart."""
        for place, (sign, count) in self._left.items():
            self._pieces[place] = sign * count
