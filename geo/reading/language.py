"""The language room: which language a text is in, by what is known of it or by its letters and commonest words."""

from __future__ import annotations

import re
from functools import cache

from geo.reading.cues import LANGUAGES
from geo.reading.tables import table

_WORDS = re.compile(r"[^\W\d_]+")
#: How much of a text is looked at, from its start and from its middle, in characters.
_SAMPLE = 2000
#: A sum of evidence below this is no answer.
_LEAST = 0.5


@cache
def _profiles() -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """(word -> languages it is common in, letter -> language that alone has it)."""
    profiles = table("languages")
    words: dict[str, list[str]] = {}
    for lang, common in profiles["words"].items():
        for word in common.split():
            words.setdefault(word, []).append(lang)
    letters = {letter: lang for lang, own in profiles["letters"].items() for letter in own}
    return {word: tuple(langs) for word, langs in words.items()}, letters


def detect(text: str) -> str | None:
    """ISO 639-1 code of a text's language, also of ones that nothing can be read in; None where it can't be told."""
    words, letters = _profiles()
    middle = len(text) // 2
    sample = text[:_SAMPLE] + (text[middle : middle + _SAMPLE] if len(text) > 2 * _SAMPLE else "")
    sample = sample.lower()
    score: dict[str, float] = {}
    for letter, lang in letters.items():
        count = sample.count(letter)
        if count:
            score[lang] = score.get(lang, 0.0) + min(count, 40) * (
                1.0 if lang not in ("zh", "ja", "ko", "ar", "he", "el") else 3.0
            )
    for word in _WORDS.findall(sample):
        for lang in words.get(word, ()):
            score[lang] = score.get(lang, 0.0) + 1.0 / len(words[word])
    if not score:
        return None
    best = max(score, key=lambda lang: (score[lang], lang in LANGUAGES, lang))
    return best if score[best] >= _LEAST else None


def language(text: str, known: str | None = None) -> str | None:
    """What is known about the language (``uk-UA`` -> ``uk``), else what the text itself says."""
    if known:
        code = re.split(r"[-_]", known.strip().lower(), maxsplit=1)[0]
        if len(code) == 2:
            return code
    return detect(text)
