"""Chronicle, the tally: a corpus' data sets -> stories by role, region, month and source, with quotes to show for them.

A story is one or more articles with nearly the same text (`geo.corpus.summary`). Among all sources it counts once, in
the month in which it was first printed; in the counts of one source it counts once for that source, in the month in
which that source first printed it. Articles are counted beside stories, each in its own month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from geo.corpus import summary
from geo.errors import InputError, UnknownRegionError
from geo.models import ROLES, Record, Role

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Ints = npt.NDArray[np.intp]

MANIFEST = "manifest.json"
DEFAULT_COUNTRY = "UA"
#: Code of "any region", of "all sources", of "month not known".
ANY = ALL = UNDATED = -1
#: Quotes that a page holds at most: some two megabytes.
QUOTES = 2_500
#: Months that are listed one by one, also those without a story; where there are more, only those with one.
_MOST_MONTHS = 600


class Source(Record, frozen=True):
    """A source as the articles name it (None: not named), with its articles and its stories."""

    name: str | None
    articles: int
    stories: int


class Cited(Record, frozen=True):
    """A claim to show for a region: where it stands, what it says, and how often its story was printed.

    ``region``, ``month`` and ``sources`` are numbers in the tally's lists; ``mark`` is where in the sentence the words
    stand that name the region, in characters.
    """

    region: int
    role: Role
    month: int
    story: int
    id: str
    title: str | None
    date: str | None
    source: str | None
    url: str | None
    lang: str | None
    actor: str | None
    speaker: str | None
    hedged: bool
    partial: bool
    sentence: str
    mark: tuple[int, int] | None
    printed: int
    sources: tuple[int, ...]


class Totals(Record, frozen=True):
    """What the counts rest on: numbers of articles, and what is not in them.

    ``read`` articles were read, ``naming`` of them name a region, in ``stories`` stories; ``undated`` stories have no
    month. ``skipped`` counts records by the stage that gave up, ``quarantined`` are parts of the inputs that were put
    aside, with the reason. ``same_ids`` counts articles with the id of an earlier one.
    ``compared`` is False where the corpus was made without the library that tells near copies.
    """

    read: int
    naming: int
    stories: int
    undated: int
    skipped: dict[str, int]
    quarantined: dict[str, str]
    same_ids: int
    compared: bool
    complete: bool

    @property
    def reprints(self) -> int:
        """Articles that name a region in nearly the same text as an earlier one."""
        return self.naming - self.stories


@dataclass(frozen=True)
class Tally:
    """The counts of a corpus for the regions of one country.

    ``cells`` has a row for each source, role, region and month that anything is said in: ``source`` (number in
    ``sources``, -1 for all), ``role`` (number in `ROLES`), ``region`` (number in ``regions``, -1 for any of them),
    ``month`` (number in ``months``, -1 where not known), ``stories``, ``articles``. ``elsewhere`` counts the stories
    that name regions of other countries, by id. ``reprints`` has a row for each article of a story with several.
    """

    country: str
    regions: tuple[str, ...]
    months: tuple[str, ...]
    sources: tuple[Source, ...]
    cells: pd.DataFrame
    elsewhere: dict[str, int]
    reprints: pd.DataFrame
    quotes: tuple[Cited, ...]
    totals: Totals

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """The roles that anything is said in, in the order of `ROLES`."""
        return tuple(role for number, role in enumerate(ROLES) if number in set(self.cells["role"]))

    def count(
        self,
        *,
        role: Role,
        by: str | None = None,
        region: int | None = ANY,
        source: int | None = ALL,
        what: str = "stories",
    ) -> dict[int, int]:
        """Count stories (or ``what="articles"``) in a role, by ``region``, ``month`` or ``source``; {0: n} without.

        ``region`` and ``source`` choose one of them (default: any region, all sources); None takes each single one.
        """
        chosen = self.cells["role"] == ROLES.index(role)
        for column, value in (("region", region), ("source", source)):
            chosen &= self.cells[column] >= 0 if value is None else self.cells[column] == value
        found = self.cells[chosen]
        if by is None:
            return {0: int(found[what].sum())}
        summed = found.groupby(by)[what].sum()
        return {key: n for key, n in zip(summed.index.tolist(), summed.tolist(), strict=True) if n}


def tally(folder: Path, *, country: str | None = None, viewpoint: Any = "un") -> Tally:
    """Count what a corpus says about the regions of a country.

    Parameters
    ----------
    folder
        The results of `geo.corpus.run`, at their end.
    country
        ISO 3166-1 alpha-2; None takes Ukraine, or the country whose regions are named most where none of it is.
    viewpoint
        Whose borders, as in `geo.boundaries.load_regions`.

    Raises
    ------
    InputError
        If the run has not ended, its files are damaged, or no region is named.
    """
    from geo import boundaries

    manifest = _manifest(folder)
    articles = summary.tellers(folder)
    rows = summary.said(folder, articles)
    if not len(rows):
        raise InputError(
            f"{folder}: none of its {manifest.rows.get('articles', 0):,} articles names a region that is known, "
            "so there is nothing to draw"
        )
    code = (country or _main_country(rows["region"])).upper()
    regions = tuple(str(one) for one in boundaries.load_regions(code, viewpoint=viewpoint)["region"])
    months, month = _months(articles["month"])
    sources, source = _sources(articles)
    about = _About(articles, month, source)
    units, elsewhere = _in_units(rows, regions, about)
    if not len(units):
        others = ", ".join(sorted({one[:2] for one in elsewhere})[:10])
        raise InputError(f"{folder}: it names regions of {others}, none of {code}: choose the country with --country")
    return Tally(
        country=code,
        regions=regions,
        months=months,
        sources=sources,
        cells=_cells(units, about),
        elsewhere=elsewhere,
        reprints=_reprints(articles),
        quotes=_quotes(folder, units, articles, about),
        totals=_totals(manifest, articles, about),
    )


# --- what the run says of itself ------------------------------------------------------------------------------


class _Manifest(msgspec.Struct):
    rows: dict[str, int]
    complete: bool
    skipped_by_stage: dict[str, int] = {}
    quarantined: dict[str, str] = {}
    repeated: dict[str, int] = {}
    signatures: bool = True


def _manifest(folder: Path) -> _Manifest:
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(f"{folder}: the `corpus` run there has not ended: run the same command again, then build")
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Manifest)
    except (OSError, msgspec.DecodeError, ValueError) as error:
        raise InputError(f"{path}: damaged ({error}): run the same `corpus` command again") from error


def _totals(manifest: _Manifest, articles: pd.DataFrame, about: _About) -> Totals:
    import numpy as np

    first = np.unique(articles["story"].to_numpy())
    return Totals(
        read=manifest.rows.get("articles", 0),
        naming=len(articles),
        stories=len(first),
        undated=int((about.story_month[first] == UNDATED).sum()),
        skipped=dict(sorted(manifest.skipped_by_stage.items())),
        quarantined=manifest.quarantined,
        same_ids=manifest.repeated.get("ids", 0),
        compared=manifest.signatures,
        complete=manifest.complete,
    )


# --- numbers for months, sources and regions --------------------------------------------------------------------


@dataclass(frozen=True)
class _About:
    """Of each article by number: its story, month and source; and the months in which stories count."""

    articles: pd.DataFrame
    month: Ints
    source: Ints

    @cached_property
    def story(self) -> Ints:
        return self.articles["story"].to_numpy()

    @cached_property
    def story_month(self) -> Ints:
        """Of each article by number: the first month of its story."""
        return _first(self.story, self.month)

    @cached_property
    def at_source(self) -> Ints:
        """Of each article by number: its story at its source, as one number."""
        return self.story * (int(self.source.max()) + 1) + self.source

    @cached_property
    def source_month(self) -> Ints:
        """Of each article by number: the first month of its story at its source."""
        return _first(self.at_source, self.month)


def _first(groups: Ints, month: Ints) -> Ints:
    """Give the earliest known month of each article's group."""
    import numpy as np
    import pandas as pd

    late = np.iinfo(np.intp).max
    first = pd.Series(np.where(month == UNDATED, late, month)).groupby(groups).transform("min").to_numpy()
    return np.where(first == late, UNDATED, first).astype(np.intp)


def _months(column: pd.Series) -> tuple[tuple[str, ...], Ints]:
    """Give all months from the first to the last, and each article's number among them."""
    valid = column.where(column.str.fullmatch(r"\d{4}-(0[1-9]|1[0-2])").fillna(False).astype(bool), None)
    known = sorted({str(one) for one in valid.dropna().unique()})
    months = known
    if known:
        low, high = (12 * int(one[:4]) + int(one[5:]) - 1 for one in (known[0], known[-1]))
        if high - low < _MOST_MONTHS:
            months = [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(low, high + 1)]
    numbers = {month: at for at, month in enumerate(months)}
    return tuple(months), valid.map(numbers).fillna(UNDATED).to_numpy().astype(int)


def _sources(articles: pd.DataFrame) -> tuple[tuple[Source, ...], Ints]:
    """Give the sources, those with most stories first, and each article's number among them."""
    import numpy as np

    names = articles["source"].where(articles["source"].notna(), "").astype(str)
    grouped = articles["story"].groupby(names)
    articles_of, stories_of = grouped.size().to_dict(), grouped.nunique().to_dict()
    order = sorted(map(str, stories_of), key=lambda name: (-stories_of[name], name))
    sources = tuple(Source(name or None, articles_of[name], stories_of[name]) for name in order)
    numbers = {name: at for at, name in enumerate(order)}
    return sources, np.array([numbers[name] for name in names], dtype=np.intp)


def _main_country(regions: pd.Series) -> str:
    from geo import boundaries

    areas = boundaries.areas()
    counts: Counter[str] = Counter()
    for region, count in Counter(regions.tolist()).items():
        counts[areas[region].country if region in areas else region[:2]] += count
    if DEFAULT_COUNTRY in counts:
        return DEFAULT_COUNTRY
    return min(counts, key=lambda code: (-counts[code], code))


def _in_units(rows: pd.DataFrame, regions: Sequence[str], about: _About) -> tuple[pd.DataFrame, dict[str, int]]:
    """Put numbers of the country's units for regions (areas become their units), and count what lies elsewhere."""
    import pandas as pd

    numbers = {region: at for at, region in enumerate(regions)}
    pairs, other = [], []
    for region in sorted({str(one) for one in rows["region"].unique()}):
        own = [numbers[unit] for unit in _expanded(region) if unit in numbers]
        pairs += [(region, unit) for unit in own]
        other += [] if own else [region]
    units = rows.merge(pd.DataFrame(pairs, columns=["region", "unit"]).astype({"unit": int}), on="region", how="inner")
    units["region"] = units.pop("unit")
    units["role"] = units["role"].map({role: at for at, role in enumerate(ROLES)}).astype(int)
    units = units.sort_values(["row", "region"], kind="stable")
    units = units.drop_duplicates(["article", "region", "role"], ignore_index=True)
    outside = rows[rows["region"].isin(other)]
    stories = outside.assign(story=about.story[outside["article"]]).groupby("region")["story"].nunique()
    counted = dict(zip(stories.index.tolist(), stories.tolist(), strict=True))
    return units, dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def _expanded(region: str) -> tuple[str, ...]:
    from geo import boundaries
    from geo.shares import STANDS_FOR

    try:
        return boundaries.expand(STANDS_FOR.get(region, region))
    except UnknownRegionError:
        return ()


# --- counting -------------------------------------------------------------------------------------------------


def _cells(units: pd.DataFrame, about: _About) -> pd.DataFrame:
    import pandas as pd

    every = pd.concat([units, units.assign(region=ANY)], ignore_index=True)
    article = every["article"].to_numpy()
    facts = every[["role", "region", "article"]].assign(
        story=about.story[article],
        source=about.source[article],
        month=about.month[article],
        story_month=about.story_month[article],
        source_month=about.source_month[article],
    )
    together = facts.assign(source=ALL)
    return pd.concat(
        [_counted(together, "story_month"), _counted(facts, "source_month")], ignore_index=True
    ).sort_values(["source", "role", "region", "month"], ignore_index=True)


def _counted(facts: pd.DataFrame, story_month: str) -> pd.DataFrame:
    import pandas as pd

    place = ["source", "role", "region"]
    stories = facts.drop_duplicates([*place, "story"]).groupby([*place, story_month]).size()
    articles = facts.drop_duplicates([*place, "article"]).groupby([*place, "month"]).size()
    stories.index = stories.index.set_names([*place, "month"])
    both = pd.concat({"stories": stories, "articles": articles}, axis=1).fillna(0).astype(int)
    return both.reset_index()


def _reprints(articles: pd.DataFrame) -> pd.DataFrame:
    """Give the articles of stories that were printed more than once: story (id of its first), id, source, date, url."""
    several = articles.groupby("story")["id"].transform("size") > 1
    found = articles[several].sort_values("story", kind="stable")
    first = articles["id"].to_numpy()[found["story"].to_numpy()]
    return found.assign(story=first)[["story", "id", "source", "date", "url"]].reset_index(drop=True)


# --- quotes ---------------------------------------------------------------------------------------------------


def _quotes(folder: Path, units: pd.DataFrame, articles: pd.DataFrame, about: _About) -> tuple[Cited, ...]:
    """Choose claims to show: for each region and role some of every month and of every source, the same every time."""
    article = units["article"].to_numpy()
    place = ["role", "region"]
    facts = units.assign(
        story=about.story[article], month=about.story_month[article], source=about.source[article]
    ).drop_duplicates([*place, "story"])
    monthly = facts.groupby([*place, "month"]).cumcount()
    by_source = facts.groupby([*place, "source"]).cumcount()
    facts["turn"] = monthly.where(monthly < by_source, by_source)
    facts["within"] = facts.groupby([*place, "turn"]).cumcount()
    chosen = facts.sort_values(["turn", "within"], kind="stable").head(QUOTES)
    chosen = chosen.sort_values(["role", "region", "month", "row"], kind="stable")
    printed, sources = _printings(articles, about, set(chosen["story"]))
    claims = summary.claims_at(folder, chosen["row"].tolist())
    tellers = articles.iloc[chosen["article"].to_numpy()].to_dict("records")
    places = chosen[["role", "region", "month", "story"]].to_dict("records")
    return tuple(
        _cited(claim, article, fact, printed, sources)
        for claim, article, fact in zip(claims, tellers, places, strict=True)
    )


def _printings(
    articles: pd.DataFrame, about: _About, stories: Iterable[int]
) -> tuple[dict[int, int], dict[int, tuple[int, ...]]]:
    """Count the articles of each story, and list its sources by number."""
    wanted = articles["story"].isin(set(stories)).to_numpy()
    story, source = about.story[wanted], about.source[wanted]
    printed = Counter(story.tolist())
    sources: dict[int, set[int]] = {}
    for one, where in zip(story.tolist(), source.tolist(), strict=True):
        sources.setdefault(one, set()).add(where)
    return dict(printed), {one: tuple(sorted(found)) for one, found in sources.items()}


def _cited(
    claim: dict[str, Any],
    article: Mapping[Any, Any],
    fact: Mapping[Any, Any],
    printed: dict[int, int],
    sources: dict[int, tuple[int, ...]],
) -> Cited:
    start, end = claim["start"] - claim["sentence_start"], claim["end"] - claim["sentence_start"]
    known = {
        name: value if isinstance(value := article[name], str) else None
        for name in ("title", "date", "source", "url", "lang")
    }
    return Cited(
        region=fact["region"],
        role=ROLES[fact["role"]],
        month=fact["month"],
        story=fact["story"],
        id=str(article["id"]),
        **known,
        actor=claim["actor"],
        speaker=claim["speaker"],
        hedged=claim["hedged"],
        partial=claim["partial"],
        sentence=claim["sentence"],
        mark=(start, end) if 0 <= start < end <= len(claim["sentence"]) else None,
        printed=printed[fact["story"]],
        sources=sources[fact["story"]],
    )


def breaks(most: int, *, classes: int = 5) -> tuple[int, ...]:
    """Give the lower ends of classes for counts from 1 to ``most``: round numbers, the last ones that there are.

    >>> breaks(3), breaks(40), breaks(1200)
    ((1, 2, 3), (1, 2, 5, 10, 20), (1, 100, 200, 500, 1000))
    """
    if most <= classes:
        return tuple(range(1, most + 1))
    steps = [step * 10**power for power in range(12) for step in (1, 2, 5) if 1 < step * 10**power <= most]
    return (1, *steps[-(classes - 1) :])
