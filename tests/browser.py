"""Chromium for tests: found by itself, offline, with every request and error written down.

A test module takes its fixtures with ``pytest_plugins = ["browser"]``. `CONCESSION_MAPS_BROWSER` names a browser to
use. Without any browser the tests are skipped, with the reason; where `CI` or `CONCESSION_MAPS_REQUIRE_BROWSER` is
set they fail instead, so that a run never looks better than it was.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOCAL = ("file:", "data:", "blob:", "about:")


@dataclass
class Opened:
    """A page in the browser, and what went wrong in it."""

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)


Open = Callable[..., Opened]


def give_up(reason: str) -> None:
    """Fail where a browser is required, skip elsewhere; the reason is printed either way."""
    if os.environ.get("CI") or os.environ.get("CONCESSION_MAPS_REQUIRE_BROWSER"):
        pytest.fail(f"a browser is required here, but {reason}")
    pytest.skip(reason)


def _installed() -> str | None:
    named = os.environ.get("CONCESSION_MAPS_BROWSER")
    return named or next((path for path in map(shutil.which, NAMES) if path), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, else Chrome, else Playwright's own."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        give_up("playwright is not installed: pip install 'concession-maps[test]'")
    with sync_playwright() as playwright:
        path = _installed()
        if path is None and not Path(playwright.chromium.executable_path).exists():
            give_up("no Chromium or Chrome was found: install one, or run `playwright install chromium`")
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, tmp_path: Path) -> Iterator[Open]:
    """Open a document from a file with the network off; every page must end without requests and errors."""
    opened: list[Opened] = []
    contexts: list[Any] = []

    def open_(html: str, fragment: str = "", *, ready: bool = True, clock: bool = False, **options: Any) -> Opened:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = chromium.new_context(offline=True, reduced_motion="reduce", **options)
        contexts.append(context)
        one = Opened(context.new_page())
        if clock:
            one.page.clock.install()
        one.page.on("request", lambda r: r.url.startswith(LOCAL) or one.requests.append(r.url))
        one.page.on("pageerror", lambda e: one.errors.append(str(e)))
        one.page.on("console", lambda m: m.type in ("error", "warning") and one.errors.append(m.text))
        path = tmp_path / f"page{len(opened)}.html"
        path.write_text(html, encoding="utf-8")
        one.page.goto(path.as_uri() + fragment)
        if ready:
            one.page.wait_for_selector("html[data-ready]", timeout=20_000)
        opened.append(one)
        return one

    yield open_
    for context in contexts:
        context.close()
    assert [one.requests for one in opened] == [[] for _ in opened]
    assert [one.errors for one in opened] == [[] for _ in opened]
