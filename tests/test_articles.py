"""Articles: every kind of input gives its text unchanged, and every bad one a reason, with the others still read."""

from __future__ import annotations

import builtins
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import articles
from geo.articles import decode, is_iso_date, load_sidecar, parse_line, read_inputs
from geo.errors import InputError
from geo.markdown import plain
from geo.models import Article, Reading

SEEDS = Path(__file__).parent.parent / "seeds"
ENGLISH = "The council of Testland met on Monday.\r\n\r\nIt offered the northern valley – nothing else.\n"
UKRAINIAN = "Перемовини тривали до вечора. Сторони говорили про Херсонську область, Крим і лінію фронту. Рішення немає."
RUSSIAN = "Переговоры шли до вечера. Стороны обсудили Херсонскую область, Крым и линию фронта. Решения пока нет."
POLISH = "Rozmowy trwały do późnego wieczora. Żadna ze stron nie chciała mówić o granicy; świadkowie są zgodni."


def read(*inputs: str | Path, **options: Any) -> list[Article | Reading]:
    return list(read_inputs(inputs, **options))


def texts(found: list[Article | Reading]) -> list[str]:
    return [one.text for one in found if isinstance(one, Article)]


def ids(found: list[Article | Reading]) -> list[str]:
    return [one.info.id if isinstance(one, Article) else one.article.id for one in found]


def only_skipped(found: list[Article | Reading]) -> tuple[str, str]:
    (one,) = (each for each in found if isinstance(each, Reading))
    assert one.skipped is not None
    assert not one.claims
    return one.skipped.stage, one.skipped.reason


# --- seeds ----------------------------------------------------------------------------------------------------


def test_the_seeds_are_read_whole_and_the_sidecar_invents_nothing() -> None:
    found = read(SEEDS)
    assert ids(found) == ["000_21799972783487f5", "002_4690160e7602602b"]
    for one in found:
        assert isinstance(one, Article)
        assert one.text.encode() == (SEEDS / f"{one.info.id}.txt").read_bytes()
        assert one.info.title
        assert one.text.startswith(one.info.title)
        assert (one.info.date, one.info.source, one.info.url, one.info.lang) == (None, None, None, "en")


def test_reading_plain_text_loads_nothing_heavy() -> None:
    code = (
        "import sys; from geo.articles import read_inputs; list(read_inputs([sys.argv[1]]));"
        "heavy = ('pandas', 'trafilatura', 'requests', 'charset_normalizer', 'yaml', 'numpy');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(SEEDS)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- text files -----------------------------------------------------------------------------------------------


def test_text_is_exactly_what_the_file_holds(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(ENGLISH.encode())
    assert texts(read(tmp_path / "a.txt")) == [ENGLISH]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "utf-8-sig"),
        (ENGLISH, "utf-16"),
        (ENGLISH, "utf-32"),
        (ENGLISH, "utf-16-le"),
        (ENGLISH, "utf-16-be"),
        (UKRAINIAN, "utf-16"),
        (UKRAINIAN, "cp1251"),
        (UKRAINIAN, "koi8_u"),
        (RUSSIAN, "koi8_r"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "cp866"),
        (POLISH, "iso8859_2"),
        (POLISH, "cp1250"),
        (ENGLISH, "cp1252"),
    ],
)
def test_encodings_are_detected(text: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert texts(read(tmp_path / "a.txt")) == [text]


@pytest.mark.parametrize(
    ("data", "stage", "words"),
    [
        (b"", "read", "empty"),
        (b"", "read", "save its text there, or leave it out"),
        (b" \n\t\n", "read", "empty"),
        (b"%PDF-1.7 ...", "decode", "PDF"),
        (b"PK\x03\x04rest", "decode", "ZIP"),
        (b"some\x00text with zeros", "decode", "zero bytes"),
        (bytes(range(1, 32)) * 20, "decode", "binary"),
        (UKRAINIAN.encode()[:41] + b" " + UKRAINIAN.encode()[42:], "decode", "UTF-8 that is damaged at byte"),
        (b"\xff\xfea", "decode", "UTF-16"),
    ],
)
def test_a_bad_file_is_skipped_with_its_reason_and_the_others_go_on(
    data: bytes, stage: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("First.")
    (tmp_path / "b.txt").write_bytes(data)
    (tmp_path / "c.txt").write_text("Third.")
    found = read(tmp_path)
    assert texts(found) == ["First.", "Third."]
    assert ids(found) == ["a", "b", "c"]
    got_stage, reason = only_skipped(found)
    assert got_stage == stage
    assert words in reason
    assert "b.txt" in reason


def test_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(articles.ARTICLE_BYTES + 1)
    assert "an article may have" in only_skipped(read(tmp_path / "a.txt"))[1]


def test_missing_and_unknown_files(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"x")
    (tmp_path / "b.jsonl.gz").write_bytes(b"x")
    (tmp_path / "none").write_bytes(b"x")
    os.mkfifo(tmp_path / "pipe.txt")
    found = read(*(tmp_path / name for name in ("gone.txt", "a.docx", "b.jsonl.gz", "none", "pipe.txt")))
    reasons = [one.skipped.reason for one in found if isinstance(one, Reading) and one.skipped]
    assert len(reasons) == 5
    assert "no such file" in reasons[0]
    assert "check the path" in reasons[0]
    assert "expected a .txt" in reasons[1]
    assert "concession-maps corpus" in reasons[2]
    assert "expected a .txt" in reasons[3]
    assert "not a regular file" in reasons[4]


def test_permission_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "a.txt").write_text("x")
    monkeypatch.setattr(Path, "open", refuse)
    assert "Permission denied" in only_skipped(read(tmp_path / "a.txt"))[1]


# --- folders --------------------------------------------------------------------------------------------------


def test_a_folder_is_sorted_and_leaves_other_files_alone(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c.txt", ".hidden.txt", ".git/d.txt", "picture.jpg", "notes.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert texts(read(tmp_path)) == ["a.md", "b.txt", "sub/c.txt"]


def test_a_document_in_a_folder_is_not_dropped_in_silence(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "b.pdf").write_bytes(b"%PDF")
    assert "b.pdf" in only_skipped(read(tmp_path))[1]


def test_a_folder_without_articles(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(InputError, match="no articles"):
        read(tmp_path / "empty")
    found = read(tmp_path / "empty", tmp_path / "a.txt")
    assert texts(found) == ["x"]
    assert "no articles" in only_skipped(found)[1]


def test_nothing_given() -> None:
    with pytest.raises(InputError, match="nothing to read"):
        read()


def test_ids_are_unique_and_safe(tmp_path: Path) -> None:
    for name in ("x.txt", "x.md", "sub/x.txt", "a\nb.txt", "e\u0301.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/z\xff.txt")).write_text("text")
    assert ids(read(tmp_path)) == ["a b", "é", "x", "x-2", "x-3", "z\ufffd"]


def test_the_same_text_counts_once_and_the_second_says_so(tmp_path: Path) -> None:
    for name, text in (("a.txt", "One text."), ("b.md", "One *text*."), ("c.txt", "Another."), ("d.txt", "One text.")):
        (tmp_path / name).write_text(text)
    found = read(tmp_path)
    assert ids(found) == ["a", "b", "c", "d"]
    assert texts(found) == ["One text.", "Another."]
    reasons = [(one.skipped.stage, one.skipped.reason) for one in found if isinstance(one, Reading) and one.skipped]
    assert [stage for stage, _ in reasons] == ["read", "read"]
    assert all("the same text as a" in reason for _, reason in reasons)


def test_the_same_text_in_json_lines_stays(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "x", "text": "One."}\n{"id": "y", "text": "One."}\n')
    assert ids(read(tmp_path / "a.jsonl")) == ["x", "y"]
    assert texts(read(tmp_path / "a.jsonl")) == ["One.", "One."]


# --- sidecar --------------------------------------------------------------------------------------------------


def test_sidecar_values_and_toml_dates(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "articles.toml").write_text(
        '[a]\ntitle = "A title"\ndate = 2025-03-18\nsource = "The Paper"\nurl = "https://example.org/a"\n'
        'lang = "en-GB"\n'
    )
    (one,) = read(tmp_path)
    assert isinstance(one, Article)
    info = one.info
    assert (info.title, info.date, info.source, info.url, info.lang) == (
        "A title",
        "2025-03-18",
        "The Paper",
        "https://example.org/a",
        "en",
    )


@pytest.mark.parametrize(
    "content",
    ["not toml", "[a]\nheadline = 'x'", "[a]\ntitle = 3", "[a]\ndate = '18 March'", "a = 1", "x = " + "[" * 5000],
)
def test_a_broken_sidecar_is_reported_and_its_articles_are_read(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "articles.toml").write_text(content)
    found = read(tmp_path)
    assert texts(found) == ["x"]
    stage, reason = only_skipped(found)
    assert stage == "sidecar"
    assert "articles.toml" in reason
    with pytest.raises(InputError):
        load_sidecar(tmp_path / "articles.toml")


# --- Markdown -------------------------------------------------------------------------------------------------


def test_front_matter_is_text_and_no_part_of_the_article(tmp_path: Path) -> None:
    body = "\n# Heading\n\nThe body --- with a line.\n\n---\n\nMore.  \n"
    (tmp_path / "a.md").write_text(
        f"---\ntitle: NO\ndate: 2025-03-18\nlang: uk\nsource: 12:30\nother: [1]\n---\n{body}", newline=""
    )
    (one,) = read(tmp_path / "a.md")
    assert isinstance(one, Article)
    assert one.text == "\nHeading\n\nThe body --- with a line.\n\n\n\nMore.  \n"
    assert (one.info.title, one.info.date, one.info.lang, one.info.source) == ("NO", "2025-03-18", "uk", "12:30")


def test_markdown_without_front_matter_takes_its_heading(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A heading #\n\nText.\n")
    (tmp_path / "b.md").write_text("Text.\n\n# A heading\n")
    (tmp_path / "c.md").write_text("---\n\nA rule, no front matter.\n")
    found = read(tmp_path)
    assert [one.info.title for one in found if isinstance(one, Article)] == ["A heading", None, None]
    assert texts(found)[2] == "\n\nA rule, no front matter.\n"


MARKED = [
    ("Both **Alpha** and [Beta](https://e.org).", "Both Alpha and Beta."),
    ("*a* _b_ __c__ ***d*** ~~e~~ **f *g* h**", "a b c d e f g h"),
    ("5 * 3 and snake_case_word and [sic] and 2*", "5 * 3 and snake_case_word and [sic] and 2*"),
    ("**open and \\*escaped\\*", "**open and *escaped*"),
    ("`**code**` and ``a ` b`` and `alone", "**code** and a ` b and `alone"),
    ("![A map](m.png 'T') <b>bold</b> &amp; <https://e.org/a>", "A map bold & https://e.org/a"),
    ('[one *two*](<a b> "t") [![pic](p_(1).png)](x)', "one two pic"),
    ("[words][r] and [r][] and [other][none]\n\n[r]: https://e.org\n", "words and r and [other][none]\n\n"),
    ("# Head **x** ##\nText", "Head x\nText"),
    ("**Head**\nText", "Head\nText"),
    ("> quoted\n> words\n\nText", "quoted words\n\nText"),
    ("- one\n- two\n  more\n1. three", "one\ntwo more\nthree"),
    ("a wrapped\nline, a hard  \nbreak, a stop\\\nhere\n", "a wrapped line, a hard  \nbreak, a stop\nhere\n"),
    ("```py\nx *y* z\n```\nText", "\nx *y* z\n\nText"),
    ("a<!-- no\n\n -->b <!-- open", "ab <!-- open"),
    ("| a | **b** |\n|---|---|\n| c | d |\n", "| a | b |\n\n| c | d |\n"),
    ("Note[^1].\r\n\r\n[^1]: Its words.\r\n", "Note.\r\n\r\nIts words.\r\n"),
]


@pytest.mark.parametrize(("marked", "words"), MARKED)
def test_marks_go_and_words_stay(marked: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(marked, newline="")
    (tmp_path / "b.txt").write_text(marked, newline="")
    assert texts(read(tmp_path / "a.md")) == [words]
    assert texts(read(tmp_path / "b.txt")) == [marked]


def test_a_bold_or_linked_name_is_read_like_a_plain_one(tmp_path: Path) -> None:
    from geo.reading.reader import read_article

    (tmp_path / "a.md").write_text("Putin demanded **Zaporizhzhia** and [Kherson](https://e.org).\n")
    (one,) = read(tmp_path / "a.md")
    assert isinstance(one, Article)
    found = read_article(one).claims
    assert {(claim.region, claim.role) for claim in found} == {("UA-23", "demanded"), ("UA-65", "demanded")}


@settings(max_examples=150, deadline=None)
@given(st.text("ab_*[]()`~<>!\\#>-|&:^\"' \n", max_size=60))
def test_any_marks_keep_every_letter_outside_targets(text: str) -> None:
    words = plain(text)
    if not set(text) & set("[(<`~"):
        assert [c for c in words if c in "ab"] == [c for c in text if c in "ab"]


@pytest.mark.parametrize("front", ["a: [", "a: " + "[" * 3000, "&a x: *b", "x" * 70_000])
def test_broken_front_matter(front: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"---\n{front}\n---\nText")
    assert only_skipped(read(tmp_path / "a.md"))[0] == "front matter"


def test_front_matter_that_multiplies_itself_stays_small(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 25)]
    (tmp_path / "a.md").write_text("---\n" + "\n".join(lines) + "\n---\nText")
    assert texts(read(tmp_path / "a.md")) == ["Text"]


def test_a_guessed_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(UKRAINIAN.encode("cp1251"))
    (tmp_path / "b.txt").write_bytes(RUSSIAN.encode("utf-16"))
    guessed, certain = (one for one in read(tmp_path / "a.txt", tmp_path / "b.txt") if isinstance(one, Article))
    assert [note.partition(",")[0] for note in guessed.notes] == ["read as Windows-1251"]
    assert certain.notes == ()


# --- HTML -----------------------------------------------------------------------------------------------------

PARAGRAPH = "The council of Testland met on Monday and spoke for hours about the northern valley and its few roads. "
PAGE = f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Valley talks | The Paper</title>
<meta property="og:title" content="Valley talks"><meta property="og:site_name" content="The Paper">
<meta property="article:published_time" content="2025-03-18T10:00:00Z"></head><body>
<nav><a href="/">Home</a><a href="/world">World</a></nav><article><h1>Valley talks</h1>
<p>{PARAGRAPH * 3}</p><p>{PARAGRAPH * 2}“Never”, said the mayor.</p></article>
<footer>All rights reserved by nobody</footer><script>alert('x')</script></body></html>"""


def test_main_text_and_metadata_of_a_page(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    (one,) = read(tmp_path / "a.html")
    assert isinstance(one, Article)
    assert "“Never”, said the mayor." in one.text
    assert "alert" not in one.text
    assert "World" not in one.text
    info = one.info
    assert (info.title, info.date, info.source, info.lang) == ("Valley talks", "2025-03-18", "The Paper", "en")


def test_declared_encoding_of_a_page(tmp_path: Path) -> None:
    page = PAGE.replace("utf-8", "windows-1251").replace("“Never”, said the mayor.", "«Ніколи», сказав голова.")
    (tmp_path / "a.html").write_bytes(page.encode("cp1251"))
    assert "«Ніколи», сказав голова." in texts(read(tmp_path / "a.html"))[0]


@pytest.mark.parametrize(
    "page", ["<html><body></body></html>", "<", "<div>" * 20_000, "<!-- x -->", "<script>x</script>"]
)
def test_a_page_without_text_is_skipped(page: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page)
    assert only_skipped(read(tmp_path / "a.html"))[0] in ("html", "read")


def test_missing_extra_is_a_reason_with_the_next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "trafilatura":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    (tmp_path / "a.html").write_text(PAGE)
    assert "pip install 'concession-maps[html]'" in only_skipped(read(tmp_path / "a.html"))[1]


# --- JSON lines -----------------------------------------------------------------------------------------------


def test_json_lines_keep_what_they_say(tmp_path: Path) -> None:
    records = [
        {
            "id": "a/1",
            "text": "One\r\n",
            "title": "T",
            "date": "2025-03-18T10:00:00Z",
            "url": "https://e.org",
            "lang": "uk",
        },
        {"id": 7, "text": "Two", "unknown": {"deep": [1]}, "date": "Tue, 18 Mar 2025 10:00:00 GMT", "lang": "English"},
        {"id": "3", "text": "Three", "date": "soon", "title": None},
    ]
    (tmp_path / "a.jsonl").write_text("\n\n".join(map(json.dumps, records)))
    found = read(tmp_path / "a.jsonl")
    assert texts(found) == ["One\r\n", "Two", "Three"]
    assert ids(found) == ["a/1", "7", "3"]
    infos = [one.info for one in found if isinstance(one, Article)]
    assert [one.date for one in infos] == ["2025-03-18T10:00:00Z", "2025-03-18", None]
    assert [one.lang for one in infos] == ["uk", None, None]


@pytest.mark.parametrize(
    ("line", "id", "words"),
    [
        (b"{", "b.jsonl:2", "truncated"),
        (b"[]", "b.jsonl:2", "Expected `object`"),
        (b'{"id": "x"}', "x", "text"),
        (b'{"text": "x"}', "b.jsonl:2", "id"),
        (b'{"id": "x", "text": 3}', "x", "$.text"),
        (b'{"id": null, "text": "x"}', "b.jsonl:2", "$.id"),
        (b'{"id": "", "text": "x"}', "b.jsonl:2", "id"),
        (b'{"id": "x", "text": " "}', "x", "empty"),
        (b'{"id": "x", "text": "a\\u0000b"}', "x", "binary"),
        (b'{"id": "x", "text": "\\ud800"}', "b.jsonl:2", "b.jsonl:2"),
        (b'{"id": "x", "text": "\xff"}', "x", "b.jsonl:2"),
        (b'{"id": "a", "text": "again"}', "a", "used already"),
        (b'{"id": "x", "text": "y", "z": ' + b"[" * 100_000, "b.jsonl:2", "b.jsonl:2"),
    ],
)
def test_a_bad_line_costs_that_line_only(line: bytes, id: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_bytes(b'{"id": "a", "text": "A"}\n' + line + b'\n{"id": "c", "text": "C"}\n')
    found = read(tmp_path / "b.jsonl")
    assert texts(found) == ["A", "C"]
    assert ids(found)[1] == id
    assert words in only_skipped(found)[1]


def test_a_huge_line_is_skipped_without_holding_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "ARTICLE_BYTES", 1000)
    data = b'{"id": "a", "text": "A"}\n{"id": "b", "text": "' + b"x" * 5000 + b'"}\n{"id": "c", "text": "C"}\n'
    found = read("-", stdin=io.BytesIO(data))
    assert texts(found) == ["A", "C"]
    assert ids(found)[1] == "stdin:2"


def test_standard_input_and_its_wrong_use() -> None:
    line = b'{"id": "a", "text": "A"}'
    assert texts(read("-", stdin=io.BytesIO(line))) == ["A"]
    assert texts(read("-", stdin=io.BytesIO(b"\xef\xbb\xbf" + line))) == ["A"]
    assert texts(read("-", stdin=io.BytesIO(line.decode().encode("utf-16")))) == ["A"]
    assert "empty" in only_skipped(read("-", stdin=io.BytesIO(b"\n")))[1]
    found = read("-", "-", stdin=io.BytesIO(line))
    assert texts(found) == ["A"]
    assert "more than once" in only_skipped(found)[1]


# --- addresses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["ftp://example.org/a.txt", "file:///etc/passwd", "http://127.0.0.1:9/a", "https://"]
)
def test_an_address_that_is_not_fetched_is_skipped(address: str) -> None:
    stage, reason = only_skipped(read(address))
    assert stage == "fetch"
    assert reason


# --- properties -----------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except articles._Unreadable as error:
        text = error.skipped.reason
    assert isinstance(text, str)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda t: t.strip("\ufeff ").strip()))
def test_text_survives_the_way_through_json(text: str) -> None:
    one = parse_line(json.dumps({"id": "x", "text": text}).encode(), where="f:1")
    assert isinstance(one, Article)
    assert one.text == text


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_line_gives_a_record(line: bytes) -> None:
    assert isinstance(parse_line(line, where="f:1"), Article | Reading)


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("2025", True),
        ("2025-03", True),
        ("2024-02-29", True),
        ("2025-02-29", False),
        ("2025-13", False),
        ("18.03.2025", False),
        ("2025-03-18T10:00", True),
        ("0000", False),
    ],
)
def test_iso_dates(value: str, good: bool) -> None:
    assert is_iso_date(value) is good
