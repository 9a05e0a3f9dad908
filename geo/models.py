"""The frozen records that pass between the stages: articles -> claims -> regions -> measures -> maps.

Field order is the order of the keys in the JSON that other programs read. Areas are km2 on the WGS 84
ellipsoid, shares are percent, coordinates are degrees in (longitude, latitude) order, dates are ISO 8601.
Unknown is ``None``, never an empty string or zero. A field that ends in ``_said`` holds the messages behind the English
text of the field it is named after; `geo.texts.say` says them in another language.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["demanded", "conceded", "controlled", "annexed", "returned", "frozen", "refused", "mentioned"]
#: Every role, in the order in which legends and tables show them. ``mentioned`` is no claim: it is drawn as outline.
ROLES: tuple[Role, ...] = (
    "demanded",
    "conceded",
    "frozen",
    "returned",
    "refused",
    "controlled",
    "annexed",
    "mentioned",
)
#: What is said in talks, as against what is held: the two axes that no map may mix up.
TALK_ROLES: tuple[Role, ...] = ("demanded", "conceded", "frozen", "returned", "refused")
GROUND_ROLES: tuple[Role, ...] = ("controlled", "annexed")

Unit = Literal["percent", "km2"]
Viewpoint = Literal["un", "ne"]
Verdict = Literal["consistent", "differs", "exceeds the upper bound", "not checkable"]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all records: immutable, strict about unknown keys."""


# --- texts ------------------------------------------------------------------------------------------------------

ValueKind = Literal["text", "number", "percent", "km2", "place", "role", "date", "messages"]


class Value(Record, frozen=True):
    """A value in a message: what is put for ``{name}``, and as what it is said.

    ``text`` stays as it is (a quote, the name of a file); ``number`` and ``percent`` have at most ``digits`` decimals;
    ``place`` is the id of a region, an area or a country, or ids joined by "+"; ``role`` a role; ``date`` ISO 8601;
    ``messages`` are messages of their own. Several in one value are said with commas between.
    """

    name: str
    kind: ValueKind
    value: float | str | tuple[str | Message, ...]
    digits: int = 0


class Message(Record, frozen=True):
    """A text before it is translated: the English text, which is its id in the catalogues, and its values.

    ``many`` is the plural where the text depends on the value ``n``. `geo.texts.say` puts it into words.
    """

    id: str
    values: tuple[Value, ...] = ()
    many: str | None = None


# --- articles -------------------------------------------------------------------------------------------------


class ArticleInfo(Record, frozen=True):
    """What is known about an article besides its text. ``lang`` is ISO 639-1."""

    id: str
    title: str | None = None
    date: str | None = None
    source: str | None = None
    url: str | None = None
    lang: str | None = None


class Article(Record, frozen=True):
    """One article: what is known about it, and its text exactly as read (all offsets index into it).

    ``notes`` say what had to be guessed to read it.
    """

    info: ArticleInfo
    text: str
    notes: tuple[str, ...] = ()


class Skipped(Record, frozen=True):
    """An input that was not processed: the stage that gave up (read, decode, language, ...) and why."""

    stage: str
    reason: str


# --- reading --------------------------------------------------------------------------------------------------


class Why(Record, frozen=True):
    """How the reader came to a claim: the rule by name, and the cue words with their offsets in the text."""

    rule: str
    cue: str | None = None
    cue_start: int | None = None
    cue_end: int | None = None


class Claim(Record, frozen=True):
    """One reported act about one region.

    ``region`` is an ISO 3166-2 code (or an area id of ``vocabulary/areas.toml``), ``actor`` the ISO 3166-1 alpha-2
    code of the party that acts, ``speaker`` who reports or says it, as named in the text. ``surface`` is
    ``text[start:end]``, the words that name the region; ``sentence`` is ``text[sentence_start:][:len(sentence)]``.
    """

    region: str
    role: Role
    actor: str | None
    speaker: str | None
    hedged: bool
    partial: bool
    surface: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    why: Why | None = None


class Quantity(Record, frozen=True):
    """A stated amount of territory.

    ``min``/``max`` in ``unit`` (percent or km2). ``of`` is what it is a share of or lies in: a region id, an ISO 3166-1
    alpha-2 country, ``donbas``, ``crimea``, or ids sorted and joined by ``+``; None where the text does not say.
    ``hedge`` is the kind of hedge, a key of ``vocabulary/hedges.toml`` (about, nearly, more_than, up_to, ...), or None.
    """

    min: float
    max: float
    unit: Unit
    of: str | None
    approx: bool
    role: Role
    surface: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    hedge: str | None = None
    why: Why | None = None


class Unmapped(Record, frozen=True):
    """A phrase that speaks of territory but of no nameable unit: kept, shown, never guessed."""

    surface: str
    start: int
    end: int
    sentence: str
    sentence_start: int


class Reading(Record, frozen=True):
    """All that was read in one article, or the reason why nothing was."""

    article: ArticleInfo
    claims: tuple[Claim, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    skipped: Skipped | None = None
    notes: tuple[str, ...] = ()


# --- measures -------------------------------------------------------------------------------------------------


class Denominators(Record, frozen=True):
    """The wholes that shares are taken of, by name, in km2. None: not known for this country."""

    country: str
    published_total_km2: float | None
    measured_total_km2: float
    published_land_km2: float | None
    sources: tuple[str, ...] = ()


class Area(Record, frozen=True):
    """An area with its shares of the country, one for each denominator (percent; None: denominator not known)."""

    km2: float
    of_published_total: float | None
    of_measured_total: float | None
    of_published_land: float | None


class Interval(Record, frozen=True):
    """Low, middle (the figure as said) and high of one amount; the unit is the field's that holds it."""

    low: float
    mid: float
    high: float


class Named(Record, frozen=True):
    """The union of the regions that an article (or all: ``article`` None) names in one role.

    ``role`` None is the headline set: all regions at stake, whatever the role (``basis`` says which roles it unites).
    ``area`` is the whole-unit area: an upper bound. ``weighted`` uses stated partial shares ("75% of Donetsk") and is
    an estimate; ``assumptions`` say what was assumed for the others.
    """

    article: str | None
    role: Role | None
    actor: str | None
    regions: tuple[str, ...]
    without_geometry: tuple[str, ...]
    area: Area
    weighted: Area | None = None
    assumptions: tuple[str, ...] = ()
    basis: tuple[Role, ...] = ()
    assumptions_said: tuple[Message, ...] = ()


class Reported(Record, frozen=True):
    """A stated amount as an interval, in percent of its whole and in km2, with the convention that widened it."""

    article: str
    quantity: Quantity
    whole: str
    whole_km2: float | None
    denominator: str
    percent: Interval | None
    km2: Interval | None
    convention: str
    denominator_said: Message | None = None
    convention_said: tuple[Message, ...] = ()


class Gap(Record, frozen=True):
    """Reported minus named (the headline set), in points of the country and in km2, each with its interval.

    ``comparable`` is False where the figure is about land held and the regions are at stake in talks, or the other way
    round: the two need not agree, and ``text`` says so.
    """

    article: str | None
    reported: Reported
    points: Interval
    km2: Interval
    text: str
    may_explain: tuple[Unmapped, ...] = ()
    comparable: bool = True
    text_said: tuple[Message, ...] = ()


class ReachSet(Record, frozen=True):
    """One set of units and how near its area comes to the reported figure."""

    regions: tuple[str, ...]
    added: tuple[str, ...]
    area: Area
    distance_points: float
    within: bool


class ReachUnit(Record, frozen=True):
    """How much of one further unit it would take to close the gap (percent of it; over 100: not enough alone)."""

    region: str
    needed: Interval


class Reach(Record, frozen=True):
    """What it would take: the sets that come nearest to the reported figure, best first, and each further unit."""

    article: str | None
    reported: Reported
    sets: tuple[ReachSet, ...]
    units: tuple[ReachUnit, ...]
    method: str
    method_said: tuple[Message, ...] = ()


class Quote(Record, frozen=True):
    """A quoted sentence, the words in it that matter, and the article it stands in."""

    article: str
    sentence: str
    surface: str
    start: int
    end: int


class Check(Record, frozen=True):
    """One check of the article's figures: verdict, the numbers it rests on, the method and the quotes."""

    id: str
    kind: str
    articles: tuple[str, ...]
    verdict: Verdict
    finding: str
    method: str
    numbers: dict[str, float | str | None]
    quotes: tuple[Quote, ...]
    finding_said: tuple[Message, ...] = ()
    method_said: tuple[Message, ...] = ()


class UnitArea(Record, frozen=True):
    """A unit's measured area with its shares, beside the published figure.

    ``difference_percent`` is measured minus published in percent of published. ``reason`` is the likely reason, given
    where the two differ by more than the tolerance for areas (``vocabulary/checks.toml``).
    """

    region: str
    name: str
    area: Area
    published_km2: float | None
    difference_percent: float | None
    reason: str | None
    reason_said: Message | None = None


class Held(Record, frozen=True):
    """How much of one region a control layer covers: km2 and percent of the region."""

    region: str
    held_km2: float
    held_percent: float
    not_held_km2: float


class ControlLayer(Record, frozen=True):
    """A control layer that the user brought, measured against the country; no article's claim is in it.

    ``file`` is the name of the file, ``crs`` the system that its coordinates were in, ``km2`` the area of the whole
    layer, ``outside_km2`` what of it lies outside the country, ``regions`` every unit with its held part.
    """

    file: str
    date: str | None
    credit: str | None
    crs: str
    km2: float
    held: Area
    outside_km2: float
    regions: tuple[Held, ...]


class ControlSplit(Record, frozen=True):
    """The headline set of an assessment, split into what the control layer covers and the rest."""

    held: Area
    not_held: Area
    regions: tuple[Held, ...]
    text: str
    text_said: tuple[Message, ...] = ()


class Assessment(Record, frozen=True):
    """The comparison for one article (``article`` None: for all together)."""

    article: ArticleInfo | None
    headline: Named
    named: tuple[Named, ...]
    by_actor: tuple[Named, ...]
    reported: tuple[Reported, ...]
    gaps: tuple[Gap, ...]
    reach: tuple[Reach, ...]
    unmapped: tuple[Unmapped, ...]
    checks: tuple[Check, ...]
    control: ControlSplit | None = None


class Convention(Record, frozen=True):
    """One line of the table that turns a hedge into an interval, as shown on every output."""

    hedge: str
    low_factor: float
    high_factor: float
    example: str
    example_said: tuple[Message, ...] = ()


class Comparison(Record, frozen=True):
    """Everything measured: for each article, for all together, and what it rests on."""

    country: str
    viewpoint: Viewpoint
    viewpoint_text: str
    boundaries: str
    denominators: Denominators
    articles: tuple[Assessment, ...]
    overall: Assessment
    conventions: tuple[Convention, ...]
    reviewed: str | None = None
    control: ControlLayer | None = None
    units: tuple[UnitArea, ...] = ()
    reviewed_said: Message | None = None
