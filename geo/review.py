"""The review room: claims <-> the table that an editor corrects.

The table is claims.csv as `geo.exports` writes it, edited in any spreadsheet. Four columns are the editor's:
``decision`` (accept, reject, correct, add), ``new_role``, ``new_region`` and ``note``. Claims are found again by their
id, which depends on what is said and not on where, so that a table stays good when articles are read again or grow.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import msgspec

from geo import texts
from geo.errors import ReviewError, UnknownRegionError
from geo.models import ROLES, ArticleInfo, Claim, Message, Quantity, Reading, Record, Role, Unmapped, Why
from geo.texts import msgs
from geo.words import LANGUAGES, words

Decision = Literal["accept", "reject", "correct", "add"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
#: The columns that are the editor's; all others are the machine's.
EDITOR_COLUMNS = ("decision", "new_role", "new_region", "note")
#: A table may have so many bytes; ten thousand claims have about ten million.
TABLE_BYTES = 64 << 20

_DELIMITERS = ",;\t"
_REQUIRED = ("claim", "decision")
#: Faults of a table by name in one error; the others are counted.
_TOLD = 20
_YES, _NO = ("true", "yes", "1", "x"), ("false", "no", "0", "")
_APOSTROPHE = re.compile(r"'(?=[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")
_QUOTES = "‘’‚‛′`´ʼ'“”„‟″«»\""
_SAME_QUOTE = str.maketrans(dict.fromkeys(_QUOTES[:9], "'") | dict.fromkeys(_QUOTES[9:], '"') | {"\u00ad": None})


class ReviewReport(Record, frozen=True):
    """What a table changed: decisions by kind, claims without one, and what no longer fits or is new.

    ``of`` counts the claims that were read and those that were added. ``text`` is the line for every output.
    """

    accepted: int
    rejected: int
    corrected: int
    added: int
    of: int
    text: str
    notices: tuple[str, ...] = ()
    said: Message | None = None

    @property
    def decided(self) -> int:
        """Claims with a decision."""
        return self.accepted + self.rejected + self.corrected + self.added


# --- ids ----------------------------------------------------------------------------------------------------


def claim_ids(reading: Reading) -> tuple[str, ...]:
    """Return an id for each claim of a reading, in order, the same whenever the article is read again.

    "c-" and 12 hexadecimal digits: a digest of article id, region, role, the words and the sentence, both without
    regard to spaces, case and kind of quotation marks; not of offsets. Claims that agree in all of that are told apart
    by "-2", "-3" in their order.
    """
    seen: Counter[str] = Counter()
    ids = []
    for claim in reading.claims:
        parts = (reading.article.id, claim.region, claim.role, normal(claim.surface), normal(claim.sentence))
        digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
        seen[digest] += 1
        ids.append(f"c-{digest}" + (f"-{seen[digest]}" if seen[digest] > 1 else ""))
    return tuple(ids)


def normal(text: str) -> str:
    """Return a text as it is compared: one form of letters, quotation marks, case and spaces."""
    plain = unicodedata.normalize("NFKC", text).translate(_SAME_QUOTE).casefold()
    return " ".join(plain.split())


# --- applying a table ---------------------------------------------------------------------------------------


def apply(
    readings: Sequence[Reading], table: Path, *, texts: Mapping[str, str] | None = None
) -> tuple[list[Reading], ReviewReport]:
    """Apply an editor's table to what was read.

    Parameters
    ----------
    readings
        What was read, skipped ones included.
    table
        claims.csv with decisions: comma, semicolon or tab, any usual encoding, columns in any order. ``accept`` keeps
        a claim, ``reject`` drops it, ``correct`` gives it ``new_role`` or ``new_region`` (a composite area becomes its
        units), ``add`` makes one from the row: article, region, role, sentence, and where known speaker, actor,
        hedged, partial, surface. A claim without a decision stays as it was read.
    texts
        The articles' texts by id. The quote of an added claim must stand in the text of its article; without the
        text it must stand in a sentence that was read, or name its source or url. An article that was not read is
        added with its source or url.

    Returns
    -------
    changed, report
        The readings with the table applied, in order, added articles last; what was done, and rows and claims that no
        longer match.

    Raises
    ------
    ReviewError
        If the table can't be read, or any row is at fault: every fault is named with its row (the header is row 1)
        and column.
    """
    review = _Review(readings, texts or {})
    for row in _rows(table):
        review.take(row)
    if review.faults:
        told = "; ".join(review.faults[:_TOLD])
        more = len(review.faults) - _TOLD
        count = f"{len(review.faults)} fault{'s' if len(review.faults) > 1 else ''}"
        raise ReviewError(f"{table}: {count}: {told}" + (f"; and {more} more" if more > 0 else ""))
    return review.result(), review.report(table.name)


class _Row:
    """One row of the table: its number as a spreadsheet counts, and its cells by column."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.number = number
        self._cells = cells

    def __getitem__(self, column: str) -> str:
        return self._cells.get(column, "")

    def __bool__(self) -> bool:
        return any(self._cells.values())

    def fault(self, column: str, text: str) -> str:
        return f"row {self.number}, column {column}: {text}"


class _Fault(Exception):  # noqa: N818 - never leaves this module
    """A row that can't be applied: the column, and what is wrong."""

    def __init__(self, column: str, text: str) -> None:
        super().__init__(text)
        self.column = column


class _Review:
    """The state while a table is applied: what becomes of each claim, what was added, what is wrong."""

    def __init__(self, readings: Sequence[Reading], texts: Mapping[str, str]) -> None:
        self.readings = readings
        self.texts = texts
        self.faults: list[str] = []
        self.claims = {
            id_: (reading, claim)
            for reading in readings
            for id_, claim in zip(claim_ids(reading), reading.claims, strict=True)
        }
        self.articles = {reading.article.id: reading for reading in readings}
        self.decided: dict[str, tuple[Decision, tuple[Claim, ...]]] = {}
        self.seen: dict[str, int] = {}
        self.added: dict[str, list[Claim]] = {}
        self.new: dict[str, ArticleInfo] = {}
        self.notices: list[str] = []

    # --- rows -------------------------------------------------------------------------------------------------

    def take(self, row: _Row) -> None:
        """Apply one row, or note what is wrong with it."""
        try:
            decision = self._decision(row)
            if decision == "add":
                self._add(row)
            else:
                self._decide(row, decision)
        except _Fault as fault:
            self.faults.append(row.fault(fault.column, str(fault)))

    @staticmethod
    def _decision(row: _Row) -> Decision | None:
        word = row["decision"].casefold()
        if not word:
            return "correct" if row["new_role"] or row["new_region"] else None
        for decision in DECISIONS:
            if word in (decision, f"{decision}ed"):
                return decision
        raise _Fault("decision", f"{row['decision']!r} is none of {', '.join(DECISIONS)}")

    def _decide(self, row: _Row, decision: Decision | None) -> None:
        id_ = row["claim"].casefold()
        if not id_:
            raise _Fault("decision", "a row without the id of a claim can only add one: write add")
        if id_ in self.seen:
            raise _Fault("claim", f"{id_} stands in row {self.seen[id_]}, too: keep one of them")
        self.seen[id_] = row.number
        if id_ not in self.claims:
            if decision is not None:
                said = " ".join(part for part in (row["role"], row["region"]) if part) or "no role and region given"
                self.notices.append(
                    f"row {row.number}: claim {id_} ({said}) is not among those read now, "
                    f"so its decision ({decision}) was not applied"
                )
            return
        _, claim = self.claims[id_]
        for column, own in (("role", claim.role), ("region", claim.region)):
            if row[column] and row[column] != own:
                raise _Fault(column, f"{own} was changed to {row[column]}: leave it, and write that into new_{column}")
        if decision == "correct":
            self.decided[id_] = (decision, _corrected(row, claim))
        elif decision is not None:
            if row["new_role"] or row["new_region"]:
                column = "new_role" if row["new_role"] else "new_region"
                raise _Fault(column, f"is filled, but the decision is {decision}: empty it, or write correct")
            self.decided[id_] = (decision, (claim,) if decision == "accept" else ())

    def _add(self, row: _Row) -> None:
        role = _role(row, "new_role" if row["new_role"] else "role")
        units = _units(row, "new_region" if row["new_region"] else "region")
        quote = row["sentence"]
        if not quote:
            raise _Fault("sentence", "is empty: an added claim needs the sentence that it rests on")
        id_, reading = self._article(row)
        sentence, at = self._place(row, id_, reading, quote)
        surface = row["surface"] or quote
        found = _find(surface, sentence)
        if found is None:
            raise _Fault("surface", f"{surface!r} does not stand in the sentence")
        speaker = row["speaker"] or None
        source = row["source"] or row["url"] or None
        why = Why("added by hand", source)
        flags = (_flag(row, "hedged"), _flag(row, "partial"))
        actor = _actor(row)
        self.added.setdefault(id_, []).extend(
            Claim(
                unit,
                role,
                actor,
                speaker,
                *flags,
                surface=sentence[found[0] : found[1]],
                start=at + found[0],
                end=at + found[1],
                sentence=sentence,
                sentence_start=at,
                why=why,
            )
            for unit in units
        )

    def _article(self, row: _Row) -> tuple[str, Reading | None]:
        """Find the article that a claim is added to, or make a new one of what the row tells about it."""
        id_ = row["article"]
        if not id_:
            raise _Fault("article", "is empty: an added claim needs the id of its article")
        if id_ not in self.articles:
            # Spreadsheets turn 002 into 2.
            alike = [one for one in self.articles if one.lstrip("0") == id_.lstrip("0")]
            id_ = alike[0] if len(alike) == 1 else id_
        reading = self.articles.get(id_)
        if reading is None:
            self._new_article(row, id_)
        elif reading.skipped is not None:
            raise _Fault("article", f"{id_} was not read ({reading.skipped.reason}), so no claim can be added to it")
        return id_, reading

    def _new_article(self, row: _Row, id_: str) -> None:
        from geo.articles import is_iso_date

        url, day = row["url"] or None, row["date"] or None
        if not (row["source"] or url):
            raise _Fault("source", f"is empty: {id_} is not among the articles read, so say where the quote is from")
        if url and not re.match(r"https?://", url, re.IGNORECASE):
            raise _Fault("url", f"{url!r} is no http or https address")
        if day and not is_iso_date(day):
            raise _Fault("date", f"{day!r} is no ISO 8601 date like 2025-03-18")
        if id_ not in self.new:
            self.new[id_] = ArticleInfo(id_, row["title"] or None, day, row["source"] or None, url)
            self.notices.append(f"row {row.number}: article {id_} is not among those read and was added by hand")

    def _place(self, row: _Row, id_: str, reading: Reading | None, quote: str) -> tuple[str, int]:
        """Find the quote: its words as they stand in the article, and at which character they start."""
        if id_ in self.texts:
            text = self.texts[id_]
            found = _find(quote, text)
            if found is None:
                raise _Fault(
                    "sentence",
                    f"{_short(quote)} does not stand in article {id_}: quote it as printed, or give another article id "
                    "with its source",
                )
            return text[found[0] : found[1]], found[0]
        read: tuple[Claim | Quantity | Unmapped, ...] = ()
        if reading is not None:
            read = (*reading.claims, *reading.quantities, *reading.unmapped)
        for one in read:
            found = _find(quote, one.sentence)
            if found is not None:
                return one.sentence, one.sentence_start
        if not (row["source"] or row["url"]):
            raise _Fault(
                "sentence", f"{_short(quote)} does not stand in a sentence read in article {id_}: name its source"
            )
        if reading is not None:
            self.notices.append(
                f"row {row.number}: the quote was not found in what was read of article {id_}; "
                "taken on the source that the row names"
            )
        return quote, 0

    # --- outcome ----------------------------------------------------------------------------------------------

    def result(self) -> list[Reading]:
        """Return the readings with all decisions applied, added articles last."""
        changed = [self._changed(reading) for reading in self.readings]
        return changed + [Reading(info, claims=tuple(self.added[id_])) for id_, info in self.new.items()]

    def _changed(self, reading: Reading) -> Reading:
        ids = claim_ids(reading)
        # A correction or addition may say what stands there already: it is kept once.
        there = {_key(claim) for id_, claim in zip(ids, reading.claims, strict=True) if not self._rewritten(id_)}
        claims: list[Claim] = []
        for id_, claim in zip(ids, reading.claims, strict=True):
            if self._rewritten(id_):
                claims += _fresh(self.decided[id_][1], there)
            else:
                claims.append(claim)
        claims += _fresh(self.added.get(reading.article.id, ()), there)
        return msgspec.structs.replace(reading, claims=tuple(claims))

    def _rewritten(self, id_: str) -> bool:
        """Whether a claim is dropped or corrected, so that its own words no longer hold."""
        return id_ in self.decided and self.decided[id_][0] != "accept"

    def report(self, name: str) -> ReviewReport:
        """Count the decisions, and tell what no longer matches."""
        counts = Counter(decision for decision, _ in self.decided.values())
        added = sum(len(claims) for claims in self.added.values())
        of, decided = len(self.claims) + added, len(self.decided) + added
        notices = list(self.notices)
        fresh = sum(id_ not in self.seen for id_ in self.claims)
        if fresh:
            notices.append(f"{_claims(fresh)} read now but not in {name}: not reviewed")
        if not decided:
            notices.append(f"{name} holds no decision that applies: fill its column decision")
        said = msgs(
            "reviewed by hand: {done} of {n} claim",
            "reviewed by hand: {done} of {n} claims",
            of,
            done=texts.number(decided),
        )
        return ReviewReport(
            accepted=counts["accept"],
            rejected=counts["reject"],
            corrected=counts["correct"],
            added=added,
            of=of,
            text=texts.english(said, place=str),
            notices=tuple(notices),
            said=said,
        )


def _key(claim: Claim) -> tuple[object, ...]:
    return (claim.region, claim.role, claim.actor, claim.start, claim.end, claim.sentence)


def _fresh(claims: Iterable[Claim], there: set[tuple[object, ...]]) -> Iterator[Claim]:
    """Yield the claims that are not there yet, and enter them."""
    for claim in claims:
        if _key(claim) not in there:
            there.add(_key(claim))
            yield claim


def _claims(n: int) -> str:
    return f"{n} claim" if n == 1 else f"{n} claims"


# --- cells --------------------------------------------------------------------------------------------------


def _corrected(row: _Row, claim: Claim) -> tuple[Claim, ...]:
    if not (row["new_role"] or row["new_region"]):
        raise _Fault("decision", "correct needs a new_role or a new_region")
    role = _role(row, "new_role") if row["new_role"] else claim.role
    units = _units(row, "new_region") if row["new_region"] else (claim.region,)
    cue = claim.why.cue if claim.why else None
    why = Why(f"corrected by hand, was {claim.role} {claim.region}", cue)
    return tuple(msgspec.structs.replace(claim, region=unit, role=role, why=why) for unit in units)


@cache
def _role_labels() -> Mapping[str, Role]:
    """Return roles by their names and by what they are called in each language of the outputs."""
    labels = {words(lang).role(role).casefold(): role for lang in LANGUAGES for role in ROLES}
    return labels | {role: role for role in ROLES}


def _role(row: _Row, column: str) -> Role:
    # What the maps and reports call a role will do, too: an editor has read "held", not "controlled".
    word = _role_labels().get(row[column].casefold())
    if word is None:
        raise _Fault(column, f"{row[column]!r} is none of {', '.join(ROLES)}")
    return word


def _units(row: _Row, column: str) -> tuple[str, ...]:
    """Return the region, or the units of an area; an area without units is kept as it is."""
    from geo import boundaries

    if not row[column]:
        raise _Fault(column, "is empty, expected an ISO 3166-2 code like UA-14")
    spellings = (row[column], row[column].upper(), row[column].lower())
    for one in spellings:
        try:
            return boundaries.expand(one) or (one,)
        except UnknownRegionError as error:
            unknown = error
    hint = f"; did you mean {', '.join(unknown.candidates)}?" if unknown.candidates else ""
    raise _Fault(column, f"{row[column]!r} is no region or area that the boundaries have{hint}")


def _flag(row: _Row, column: str) -> bool:
    word = row[column].casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise _Fault(column, f"{row[column]!r} is neither true nor false")


def _actor(row: _Row) -> str | None:
    code = row["actor"].upper()
    if code and not re.fullmatch(r"[A-Z]{2}", code):
        raise _Fault("actor", f"{row['actor']!r} is no ISO 3166-1 alpha-2 code like RU")
    return code or None


def _find(quote: str, text: str) -> tuple[int, int] | None:
    """Find a quote in a text, whatever its spaces and quotation marks: start and end, or None."""
    start = text.find(quote)
    if start >= 0:
        return start, start + len(quote)
    marks = f"[{re.escape(_QUOTES)}]"
    parts = ("".join(marks if char in _QUOTES else re.escape(char) for char in word) for word in quote.split())
    found = re.search(r"\s+".join(parts), text)
    return (found.start(), found.end()) if found else None


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


# --- the file -----------------------------------------------------------------------------------------------


def _rows(table: Path) -> Iterator[_Row]:
    """Read a spreadsheet's CSV: the rows below the header that hold anything."""
    text = _text(table)
    delimiter = _delimiter(text, table)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    try:
        for number, cells in enumerate(reader, 1):
            plain = [_plain(cell) for cell in cells]
            if not columns:
                columns = _header(plain, table)
            elif any(plain):
                if any(plain[len(columns) :]):
                    raise ReviewError(f"{table}: row {number} has more cells than the header: is a cell not in quotes?")
                yield _Row(number, dict(zip(columns, plain, strict=False)))
    except csv.Error as error:
        raise ReviewError(f"{table}: row {reader.line_num}: no valid CSV ({error}): save it again as CSV") from error


def _text(table: Path) -> str:
    from geo import articles

    try:
        if table.exists() and not table.is_file():
            raise ReviewError(f"{table}: not a file, expected claims.csv with an editor's decisions")
        with table.open("rb") as file:
            data = file.read(TABLE_BYTES + 1)
    except OSError as error:
        raise ReviewError(
            f"{table}: can't be read ({error.strerror}): give the path of claims.csv with an editor's decisions"
        ) from error
    if len(data) > TABLE_BYTES:
        raise ReviewError(f"{table}: larger than {TABLE_BYTES >> 20} MiB, too large for a table of claims")
    try:
        text = articles.decode(data, where=str(table))
    except articles._Unreadable as error:
        raise ReviewError(f"{error}; save the table as CSV, UTF-8") from error
    return re.sub(r"\A\"?sep=.\"?\r?\n", "", text)


def _delimiter(text: str, table: Path) -> str:
    """Choose the separator by which the header has the columns that a table needs."""
    lines = text.lstrip().splitlines()
    if not lines:
        raise ReviewError(f"{table}: the table is empty, expected the header of claims.csv")
    for delimiter in _DELIMITERS:
        names = {cell.strip().strip('"').casefold() for cell in lines[0].split(delimiter)}
        if names.issuperset(_REQUIRED):
            return delimiter
    raise ReviewError(
        f"{table}: row 1: no columns {' and '.join(_REQUIRED)}, expected the header of claims.csv, "
        "with commas, semicolons or tabs between the names"
    )


def _header(cells: Sequence[str], table: Path) -> list[str]:
    columns = [re.sub(r"[\s-]+", "_", cell.casefold()) for cell in cells]
    twice = [name for name, count in Counter(columns).items() if name and count > 1]
    if twice:
        raise ReviewError(f"{table}: row 1: column {twice[0]} is there twice: keep one of them")
    return columns


def _plain(cell: str) -> str:
    """Return a cell's text on one line, without the apostrophe that keeps a formula from starting."""
    line = " ".join(cell.replace("\x00", " ").split())
    return line[1:] if _APOSTROPHE.match(line) else line
