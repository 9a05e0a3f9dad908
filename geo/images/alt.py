"""Images: the text alternative, computed from the data: what is shown, the figures, the finding.

Levels 1 and 2 of Lundgard and Satyanarayan ("Accessible Visualization via Natural Language Descriptions", IEEE VIS
2021): how the image is built, and its statistics. What it means is left to the author.
"""

from __future__ import annotations

from geo.images.ground import Ground
from geo.images.story import Story
from geo.images.type import clean

#: Regions listed by name for each role before "and N more".
_LISTED = 12


def describe(story: Story, ground: Ground, kind: str) -> str:
    """Return the text alternative of one image, sentences on one line."""
    parts = [_opening(story, kind), _source(story)]
    if kind in ("map", "panel", "multiples"):
        parts += _roles(story, ground)
    if kind == "multiples":
        parts += _each(story)
    if kind == "reach":
        parts += _reach(story, ground)
    parts.append(story.control_text if kind != "reach" else "")
    parts += [story.finding(), _sentence(story.unmapped_text), story.w.upper_bound()]
    parts += [story.reviewed, story.viewpoint, story.control_source if kind != "reach" else ""]
    return clean(" ".join(part for part in parts if part), longest=4000)


def _opening(story: Story, kind: str) -> str:
    t, country = story.w.t, story.country
    openings = {
        "map": t("Map of {country} with the regions named.", country=country),
        "panel": t(
            "Map of {country} with the regions named, and bars that compare them with the reported figure.",
            country=country,
        )
        if story.reported
        else t("Map of {country} with the regions named, and bars of their share.", country=country),
        "multiples": t(
            "Small maps of {country}, one for each article, and the reported figure as squares out of a hundred.",
            country=country,
        ),
        "reach": t(
            "Bar chart for {country}: the named regions with further units added one by one,"
            " against the reported figure.",
            country=country,
        ),
    }
    return openings[kind]


def _source(story: Story) -> str:
    names = [story.article_name(info) for info in story.articles[:3]]
    more = len(story.articles) - len(names)
    if more > 0:
        names.append(story.w.tn("and {n} more article", "and {n} more articles", more))
    return story.w.t("Read in: {names}.", names="; ".join(names)) if names else ""


def _roles(story: Story, ground: Ground) -> list[str]:
    sentences = []
    for fill in story.fills:
        names = sorted(name for name, _km2 in ground.labels(story, fill.regions))
        listed = ", ".join(names[:_LISTED])
        if len(names) > _LISTED:
            more = len(names) - _LISTED
            rest = story.w.tn("and {n} more region", "and {n} more regions", more)
            listed = f"{listed}, {rest}"
        figures = story.figures(fill.role)
        sentences.append(_sentence(f"{story.role_and_actors(fill.role)}: {listed} ({figures} {story.of})"))
        if fill.weak and fill.firm:
            weak = sorted(name for name, _km2 in ground.labels(story, fill.weak))
            sentences.append(
                story.w.t("Of these hedged, or only in part: {regions}.", regions=", ".join(weak[:_LISTED]))
            )
        elif fill.weak:
            sentences.append(story.w.t("All of these are hedged, or meant only in part."))
    return sentences or [_sentence(story.w.t("no region is named").capitalize())]


def _each(story: Story) -> list[str]:
    sentences = []
    for one in story.atlas.comparison.articles:
        if one.article is not None:
            sentences.append(
                story.w.t(
                    "{article}: up to {share}.",
                    article=story.article_name(one.article),
                    share=story.percent(one.headline.area),
                )
            )
    return sentences[:20]


def _reach(story: Story, ground: Ground) -> list[str]:
    if story.reach is None:
        return []
    sentences = []
    for one in story.reach.sets[:3]:
        names = ", ".join(
            ground.names[i] if i is not None else region
            for region, i in ((region, ground.index(region)) for region in one.added)
        )
        share = story.percent(one.area)
        sentences.append(story.w.t("With {regions}: {share}.", regions=names or "–", share=share))
    return sentences


def _sentence(text: str) -> str:
    return f"{text.rstrip('.')}." if text else ""
