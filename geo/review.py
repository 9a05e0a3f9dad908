"""The review room: claims <-> the table that an editor corrects.

The table is claims.csv as `geo.exports` writes it, edited in any spreadsheet. Four columns are the editor's:
``decision`` (accept, reject, correct, add), ``new_role``, ``new_region`` and ``note``. Claims are found again by their
id, which depends on what is said and not on where, so that a table stays good when articles are read again or grow.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter

from geo.models import Reading

#: The columns that are the editor's; all others are the machine's.
EDITOR_COLUMNS = ("decision", "new_role", "new_region", "note")


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


_QUOTES = str.maketrans({**dict.fromkeys("‘’‚‛′`´ʼ", "'"), **dict.fromkeys("“”„‟″«»", '"'), "\u00ad": None})


def normal(text: str) -> str:
    """Return a text as it is compared: one form of letters, quotation marks, case and spaces."""
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()
    return re.sub(r"\s+", " ", plain).strip()
