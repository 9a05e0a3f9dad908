"""The number room: a sentence as tokens, and the numbers and fractions written in it, in digits and in words.

A token is a whole number with its separators ("116 000", "18.9"), a word, or one mark. A position is an index into
the tokens; every parser returns what it read and the position behind it, or None. Words and separators of each
language stand in `vocabulary/numbers/<lang>.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec

from geo.reading.cues import LANGUAGES
from geo.reading.memory import Memory, lazy
from geo.reading.tables import table

APOSTROPHES = "'’ʼ`´"
DASHES = frozenset("-–—‑−‐‒")
#: Marks that may stand inside a fixed phrase: "sq. km", "square-mile", "près d'un".
LOOSE = frozenset(".'’^·") | DASHES
_TOKEN = re.compile(
    r"[a-zA-Z]++(?![\w'’ʼ])"  # what the next line finds as well, more slowly
    r"|[^\W\d_²³½⅓⅔¼¾⅕⅖⅗⅘⅙⅛⅜⅝⅞]+(?:['’ʼ](?=[\u0400-\u04ff])[^\W\d_]+)*[2²]?"
    r"|[^\w\s]"
    r"|\d{1,3}(?:[\u00a0\u202f\u2009 ]\d{3})+(?!\d)(?:[.,]\d+)?"
    r"|\d+(?:[.,'’]\d+)*"
    r"|[½⅓⅔¼¾⅕⅖⅗⅘⅙⅛⅜⅝⅞]|_"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_VULGAR = {"½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4, "⅕": 1 / 5, "⅖": 2 / 5, "⅗": 3 / 5, "⅘": 4 / 5}
_VULGAR |= {"⅙": 1 / 6, "⅛": 1 / 8, "⅜": 3 / 8, "⅝": 5 / 8, "⅞": 7 / 8}
_STOPS = frozenset(',.;:()!?"”»')
_SPACES = re.compile(r"[\u00a0\u202f\u2009 '’]")


class Token(msgspec.Struct, frozen=True):
    """One token: its word in lower case with plain apostrophes, as written, whether it is digits or has a capital."""

    word: str
    written: str
    digits: bool
    capital: bool


class Row(list[Token]):
    """The tokens of a sentence, and where they stand in its text."""

    def __init__(self, text: str, start: int, written: Sequence[str]) -> None:
        super().__init__(map(_KNOWN.__getitem__, written))
        self.written = written
        self._text, self._start = text, start

    @lazy
    def starts(self) -> list[int]:
        """The offset of each token: between two stands nothing that a token could begin with."""
        found, position = [], self._start
        for written in self.written:
            position = self._text.index(written, position)
            found.append(position)
            position += len(written)
        return found

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The offsets of the tokens from first to last."""
        return self.starts[first], self.starts[last] + len(self.written[last])

    def touches(self, k: int) -> bool:
        """Does token k begin right where the one before it ends?"""
        return self.starts[k] == self.span(k - 1, k - 1)[1]


class Read(NamedTuple):
    """A number that was read (a fraction: in percent) and the position behind it."""

    value: float
    stop: int


def tokens(text: str, start: int, end: int) -> Row:
    """The tokens of text[start:end], offsets into the whole text."""
    return Row(text, start, written(text, start, end))


def written(text: str, start: int, end: int) -> list[str]:
    """The tokens of text[start:end] as they are written."""
    found: list[str] = _TOKEN.findall(text, start, end)
    return found


def _known(written: str) -> Token:
    return Token(_plain(written.lower()), written, written[0].isdecimal(), written[0].isupper())


_KNOWN = Memory(_known)


def letters(text: str) -> list[str]:
    """The runs of letters in a text, in lower case."""
    return _LETTERS.findall(text.lower())


def _plain(word: str) -> str:
    return word.replace("’", "'").replace("ʼ", "'") if len(word) > 1 else word


def digits(written: str, decimal: str) -> float | None:
    """A number in digits -> its value; None where the separators fit no notation ("1.2.2024").

    ``decimal`` is the language's decimal mark. The other mark, spaces and apostrophes separate thousands. A decimal
    mark before a group of three that ends in two zeros is taken as the other notation's thousands ("116.000" in
    English), as no newspaper writes such decimals.
    """
    plain = _SPACES.sub("", written)
    marks = [c for c in plain if c in ".,"]
    if not marks:
        return float(plain) if plain.isdecimal() else None
    parts = re.split(r"[.,]", plain)
    if not all(parts):
        return None
    grouped = all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3 and parts[0] != "0"
    if len(set(marks)) == 2 and marks.count(marks[-1]) == 1 and len(set(marks[:-1])) == 1:
        whole = parts[:-1]
        if all(len(part) == 3 for part in whole[1:]):
            return float("".join(whole) + "." + parts[-1])
        return None
    if len(set(marks)) == 2:
        return None
    if len(marks) > 1:
        return float("".join(parts)) if grouped else None
    if grouped and (marks[0] != decimal or parts[1].endswith("00")):
        return float("".join(parts))
    return float(".".join(parts))


def phrases(words: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    """Fixed phrases as words without loose marks, longest first, by their first word."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in words:
        parts = split(phrase)
        if parts:
            found.setdefault(parts[0], []).append(parts)
    for rest in found.values():
        rest.sort(key=len, reverse=True)
    return found


def split(phrase: str) -> tuple[str, ...]:
    """A fixed phrase as the words of its tokens, without loose marks."""
    return tuple(t.word for t in tokens(phrase, 0, len(phrase)) if t.word not in LOOSE)


def fits(words: Sequence[str], at: int, row: Sequence[Token]) -> int | None:
    """The position behind these words if they stand at `at`, loose marks between them aside; None if they don't."""
    k = at
    for n, word in enumerate(words):
        while n and k < len(row) and row[k].word in LOOSE:
            k += 1
        if k >= len(row) or row[k].word != word:
            return None
        k += 1
    return k


def fits_back(words: Sequence[str], stop: int, row: Sequence[Token]) -> int | None:
    """The position of the first of these words if they end right before `stop`, loose marks between them aside."""
    k = stop
    for word in reversed(words):
        k -= 1
        while k >= 0 and row[k].word in LOOSE and word not in LOOSE:
            k -= 1
        if k < 0 or row[k].word != word:
            return None
    return k


class Numbers:
    """The number words of one language, and the parsers that need them."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.decimal: str = written["decimal"]
        self.cardinals = _values(written["cardinals"])
        self.scales = _values(written["scales"])
        self.denominators = _values(written["denominators"])
        self.single = frozenset(written["single"])
        self.part = frozenset(written["part"])
        self.joins = frozenset(written["joins"])
        self.articles = frozenset(written["articles"])
        self.definite = frozenset(written.get("definite", ()))
        self.alone = frozenset(written["alone"])
        self.link = frozenset(written["link"])
        self.ranges = {key: phrases(written[key]) for key in ("to", "and_", "between", "from", "out_of")}
        self.change = frozenset(written["change"])
        self.no_hedge: tuple[str, ...] = tuple(written["no_hedge"])
        self.compounds = _compound(self.cardinals, self.scales) if written.get("compounds") else None
        self._begins = Memory(self._may_begin)

    def may_begin(self, token: Token) -> bool:
        """May a number or a fraction begin with this token? The cheap question asked first."""
        return token.digits or self._begins[token.word]

    def _may_begin(self, word: str) -> bool:
        listed = (_VULGAR, self.articles, self.definite, self.denominators, self.single)
        return any(word in words for words in listed) or self._value(word) is not None

    def number(self, at: int, row: Sequence[Token]) -> Read | None:
        """The number at this position: digits with a scale ("1.2 million"), or words."""
        if at >= len(row):
            return None
        if row[at].word in _VULGAR:
            return Read(_VULGAR[row[at].word], at + 1)
        if not row[at].digits:
            return self._worded(at, row)
        value = digits(row[at].word, self.decimal)
        if value is None:
            return None
        k = at + 1
        if k < len(row) and row[k].word in _VULGAR:
            value, k = value + _VULGAR[row[k].word], k + 1
        return Read(*self._scaled(value, k, row))

    def _scaled(self, value: float, k: int, row: Sequence[Token]) -> tuple[float, int]:
        """A value times the scale word behind it, if one stands there."""
        j = k + 1 if k < len(row) and row[k].word in DASHES else k
        if j < len(row) and row[j].word in self.scales:
            scale = self.scales[row[j].word]
            stop = j + 1
            if stop < len(row) and row[stop].word == "." and len(row[j].word) < 5:
                stop += 1
            return value * scale, stop
        return value, k

    def _value(self, word: str) -> float | None:
        value = self.cardinals.get(word)
        if value is None and self.compounds is not None and len(word) > 6:
            return _taken_apart(word, self.compounds)
        return value

    def _worded(self, at: int, row: Sequence[Token]) -> Read | None:
        """A number in words: "twenty-five", "one hundred and ten thousand", "soixante-dix"."""
        total = current = 0.0
        k = last = at
        seen = False
        while k < len(row):
            word = row[k].word
            value = self._value(word)
            if value is None and not seen and word in self.articles and self._scale_at(k + 1, row):
                value = 1.0
            if word in self.scales and (seen or word in self.single):
                scale = self.scales[word]
                if scale == 100:
                    current = max(current, 1) * scale if current < 100 else current + scale
                else:
                    total, current = total + max(current, 1) * scale, 0.0
            elif value is not None and (not seen or self._may_follow(current, value)):
                current = current * value if (current, value) == (4, 20) else current + value
            elif not (seen and (word in self.joins or word in DASHES) and k + 1 < len(row)):
                break
            else:
                nxt = self._value(row[k + 1].word)
                if not (nxt is not None and self._may_follow(current, nxt)) and row[k + 1].word not in self.scales:
                    break
                k += 1
                continue
            seen = True
            k += 1
            last = k
        if not seen:
            return None
        if (
            last < len(row)
            and row[last].word == "."
            and len(row[last - 1].word) < 5
            and row[last - 1].word in self.scales
        ):
            last += 1
        return Read(total + current, last)

    def _scale_at(self, k: int, row: Sequence[Token]) -> bool:
        return k < len(row) and row[k].word in self.scales

    @staticmethod
    def _may_follow(current: float, value: float) -> bool:
        """May this cardinal follow inside one number ("twenty" -> "five", not "five" -> "six")?"""
        if (current, value) == (4, 20):
            return True
        tail = current % 100
        if value >= 100:
            return current == 0
        if tail in (60, 80) and 10 <= value < 20:
            return True
        return tail == 0 or (tail >= 20 and tail % 10 == 0 and value < 10)

    def fraction(self, at: int, row: Sequence[Token]) -> Read | None:
        """A fraction at this position as percent: "a fifth of", "two-thirds", "половина", "1/5", "a quarter"."""
        if at >= len(row):
            return None
        if row[at].digits and at + 2 < len(row) and row[at + 1].word == "/" and row[at + 2].digits:
            below = digits(row[at + 2].word, self.decimal)
            above = digits(row[at].word, self.decimal)
            if above is not None and below and above < below <= 100:
                return Read(100 * above / below, at + 3)
            return None
        if row[at].word in _VULGAR:
            return Read(100 * _VULGAR[row[at].word], at + 1)
        above, k, articled = self._numerator(at, row)
        if k < len(row) and row[k].word in DASHES:
            k += 1
        if k >= len(row) or row[k].word not in self.denominators:
            return None
        if above is None:
            if k != at or not (row[k].word in self.alone or self._part(k + 1, row) > k + 1):
                return None
            above = 1.0
        below = self.denominators[row[k].word]
        if above >= below:
            return None
        stop = self._part(k + 1, row)
        hyphenated = k - 1 > at and row[k - 1].word in DASHES
        needs_link = bool(self.link) and articled and not hyphenated and row[k].word not in self.alone
        if needs_link and stop == k + 1 and not self._linked(stop, row):
            return None
        return Read(100 * above / below, stop)

    def _numerator(self, at: int, row: Sequence[Token]) -> tuple[float | None, int, bool]:
        """What stands above the line, the position behind it, and whether it was only an article or "one"."""
        word = row[at].word
        if word in self.articles or word in self.definite:
            return 1.0, at + 1, True
        if row[at].digits or word in self.denominators:
            return None, at, False
        value = self._value(word)
        if value is not None and 1 <= value < 20 and value == int(value):
            return value, at + 1, value == 1
        return None, at, False

    def _part(self, k: int, row: Sequence[Token]) -> int:
        return k + 1 if k < len(row) and row[k].word in self.part else k

    def _linked(self, k: int, row: Sequence[Token]) -> bool:
        return k >= len(row) or row[k].word in self.link or row[k].word in _STOPS

    def said(self, key: str, at: int, row: Sequence[Token]) -> int | None:
        """The position behind a word of ranges (`to`, `and_`, `between`, `from`, `out_of`) here, else None."""
        if at >= len(row):
            return None
        for words in self.ranges[key].get(row[at].word, ()):
            stop = fits(words, at, row)
            if stop is not None:
                return stop
        return None


def _values(written: dict[str, list[str]]) -> dict[str, float]:
    return {_plain(word): float(value) for value, words in written.items() for word in words}


def _compound(cardinals: dict[str, float], scales: dict[str, float]) -> dict[str, float]:
    parts = {word: value for word, value in cardinals.items() if value == int(value)}
    parts |= {word: value for word, value in scales.items() if len(word) > 4 and value <= 1000}
    return parts | {"ein": 1.0, "und": 0.0}


def _taken_apart(word: str, parts: dict[str, float]) -> float | None:
    """The value of a number written as one word ("fünfundzwanzigtausend"), None if it is none."""
    total = current = 0.0
    k = 0
    while k < len(word):
        piece = max((p for p in parts if word.startswith(p, k)), key=len, default=None)
        if piece is None:
            return None
        value = parts[piece]
        if value == 1000:
            total, current = total + max(current, 1) * 1000, 0.0
        elif value == 100:
            current = max(current, 1) * 100
        else:
            current += value
        k += len(piece)
    return total + current


@cache
def numbers(lang: str) -> Numbers:
    """The number words of a language (one of LANGUAGES; English for others)."""
    name = lang if lang in LANGUAGES else "en"
    return Numbers(table(f"numbers/{name}"))
