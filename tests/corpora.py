"""Made-up corpora for the tests of the corpus room: every sentence is written for them, names of regions aside."""

from __future__ import annotations

import gzip
import io
import json
import random
from pathlib import Path
from typing import Any

PLAIN = (
    "The committee met on Tuesday and spoke about prices, wages and the weather in the valley.",
    "Shoppers said that bread costs more than a year ago, and few expect a change.",
    "A new bridge was opened to traffic after six years of work and two court cases.",
    "Scientists counted birds on the lake, fewer than in any of the years before.",
)
TOLD = (
    "Russia demands that Ukraine cede Donetsk and Luhansk before any ceasefire.",
    "Kyiv refused to give up Kherson, the minister said.",
    "Moscow controls about 75% of the Donetsk region, according to the survey.",
    "Росія вимагає Луганську область, заявив речник.",
    "The plan leaves parts of southern Ukraine under occupation.",
)


def records(count: int, *, share: float = 0.5, seed: int = 1) -> list[dict[str, Any]]:
    """Make articles of which a ``share`` names regions."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        told = rng.sample(TOLD, 2) if rng.random() < share else []
        sentences = [*rng.choices(PLAIN, k=4), *told]
        rng.shuffle(sentences)
        made.append(
            {
                "id": f"a{number}",
                "text": " ".join(sentences),
                "title": f"Report {number}",
                "date": f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}",
                "source": f"Paper {number % 3}",
                "lang": "en",
            }
        )
    return made


def jsonl(items: list[dict[str, Any]]) -> bytes:
    """Write records as JSON lines, with letters beyond ASCII as they are."""
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items).encode()


def warc(path: Path, pages: list[tuple[str, str, bytes]]) -> None:
    """Write pages given as (address, content type, body) into a compressed web archive."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record("made-up.warc.gz", {"software": "test"}))
        for number, (address, content_type, body) in enumerate(pages):
            head = StatusAndHeaders("200 OK", [("Content-Type", content_type)], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                address,
                "response",
                payload=io.BytesIO(body),
                http_headers=head,
                warc_headers_dict={
                    "WARC-Record-ID": f"<urn:uuid:00000000-0000-0000-0000-{number:012d}>",
                    "WARC-Date": "2025-03-18T10:00:00Z",
                },
            )
            writer.write_record(record)


def page(text: str) -> bytes:
    """Make a page around a text, long enough to be seen as an article."""
    paragraph = " ".join(PLAIN)
    return (
        f'<html lang="en"><head><title>Report</title></head><body><article><h1>Report</h1><p>{paragraph}</p>'
        f"<p>{text}</p><p>{paragraph}</p></article></body></html>"
    ).encode()


def packed(data: bytes) -> bytes:
    """Pack as gzip, the same bytes every time."""
    return gzip.compress(data, mtime=0)
