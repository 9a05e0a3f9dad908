"""The reader: an article in, everything that was read in it out. Pure: no files, no network, the same every time."""

from __future__ import annotations

from geo.models import Article, Reading, Skipped
from geo.reading.document import Doc
from geo.reading.gazetteer import mentions_and_others
from geo.reading.language import language
from geo.reading.names import Scanned, looked
from geo.reading.sentences import sentences


def doc(text: str, lang: str | None = None, *, maybes: bool = False, found_in: Scanned | None = None) -> Doc:
    """A text cut into sentences with its regions found. ``lang`` is ISO 639-1; None: found out from the text.

    ``maybes``: with the bare names of which only the roles can tell whether the region is meant. ``found_in``: it,
    if it has been scanned before.
    """
    code = language(text, lang)
    cut = sentences(text)
    return Doc(text, code, cut, *mentions_and_others(text, cut, maybes=maybes, found_in=found_in))


def read_article(article: Article) -> Reading:
    """Read one article: claims, amounts, phrases that name no unit; or why nothing was read."""
    from geo.reading.quantities import quantities
    from geo.reading.roles import claims, of_amounts, settled
    from geo.reading.unmapped import unmapped

    if not any(map(str.isalpha, article.text)):
        return Reading(article.info, skipped=Skipped("language", "the text has no letters"), notes=article.notes)
    found_in = looked(article.text)
    if found_in is None:
        return Reading(article.info, notes=article.notes)
    parsed = doc(article.text, article.info.lang, maybes=True, found_in=found_in)
    told = claims(parsed)
    parsed = settled(parsed, told)
    amounts = quantities(parsed)
    return Reading(
        article.info,
        claims=tuple(of_amounts(parsed, told, amounts)),
        quantities=tuple(amounts),
        unmapped=tuple(unmapped(parsed)),
        notes=(*article.notes, *_left_out(parsed)),
    )


def _left_out(parsed: Doc) -> tuple[str, ...]:
    """A note where names of regions were not read: nothing is left out in silence."""
    if not parsed.others:
        return ()
    names = ", ".join(parsed.others)
    return (f"left out, being of other disputes than the one the article is about: {names}",)
