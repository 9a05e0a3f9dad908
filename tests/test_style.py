"""The style: colours that can be told apart and read, patterns that differ, a newsroom's file over the built-in one."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from geo import style
from geo.errors import StyleError
from geo.models import GROUND_ROLES, ROLES

THEMES: tuple[style.Theme, ...] = ("light", "dark")


def ground(theme: style.Theme) -> style.Ground:
    grounds = style.default().ground
    return grounds.light if theme == "light" else grounds.dark


def test_contrast_follows_the_published_examples() -> None:
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert style.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert style.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert style.contrast("#336699", "#336699") == 1


def test_blend_mixes_by_share() -> None:
    assert style.blend("#ff0000", "#000000", 1) == "#ff0000"
    assert style.blend("#ff0000", "#000000", 0) == "#000000"
    assert style.blend("#ffffff", "#000000", 0.2) == "#333333"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("under", ["paper", "sea", "land", "country"])
def test_text_can_be_read_on_every_ground(theme: style.Theme, under: str) -> None:
    colours = ground(theme)
    behind = getattr(colours, under)
    assert style.contrast(colours.ink, behind) >= 7
    assert style.contrast(colours.muted, behind) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", ROLES)
def test_roles_stand_out_from_the_country(theme: style.Theme, role: str) -> None:
    look = style.default().roles[role]  # type: ignore[index]
    assert style.contrast(look.colour(theme), ground(theme).country) >= 3


def test_every_role_has_a_colour_and_a_pattern_of_its_own() -> None:
    looks = style.default().roles
    assert set(looks) == set(ROLES)
    for one, other in combinations(ROLES, 2):
        assert looks[one].pattern != looks[other].pattern, (one, other)
        for theme in THEMES:
            assert looks[one].colour(theme) != looks[other].colour(theme), (one, other)


def test_only_what_is_held_is_solid() -> None:
    looks = style.default().roles
    assert [role for role in ROLES if looks[role].pattern == "solid"] == ["controlled"]
    assert "controlled" in GROUND_ROLES


def test_a_newsroom_sets_only_what_differs(tmp_path: Path) -> None:
    house = tmp_path / "house.toml"
    house.write_text('[roles.demanded]\nlight = "#123456"\n[words]\ncredit = "Desk"\n', encoding="utf-8")
    look = style.load(house)
    assert look.roles["demanded"].light == "#123456"
    assert look.roles["demanded"].pattern == style.default().roles["demanded"].pattern
    assert look.words.credit == "Desk"
    assert look.ground == style.default().ground


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[roles.demandd]\nlight = '#123456'", ["roles.demandd", "demanded", "conceded"]),
        ("[roles.demanded]\ncolor = '#123456'", ["roles.demanded.color", "pattern", "light", "dark"]),
        ("[fonds]\nsans = []", ["fonds", "fonts"]),
        ("[roles.demanded]\npattern = 'stripes'", ["stripes", "demanded"]),
        ("[fonts]\nsans = 3", ["sans"]),
        ("[fonts\n", ["not valid TOML"]),
        ("roles = 3", ["roles", "table"]),
        ("[ground]\nlight = '#ffffff'", ["ground.light", "table"]),
    ],
)
def test_a_wrong_key_or_value_is_an_error_that_names_the_right_ones(
    tmp_path: Path, text: str, named: list[str]
) -> None:
    house = tmp_path / "house.toml"
    house.write_text(text, encoding="utf-8")
    with pytest.raises(StyleError) as caught:
        style.load(house)
    message = str(caught.value)
    assert "house.toml" in message
    assert "\n" not in message
    for word in named:
        assert word in message, message


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "#123456 ", "url(x)", ""])
def test_a_colour_is_six_hexadecimal_digits(tmp_path: Path, colour: str) -> None:
    house = tmp_path / "house.toml"
    house.write_text(f'[ground.light]\nsea = "{colour}"', encoding="utf-8")
    with pytest.raises(StyleError, match="#rrggbb"):
        style.load(house)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StyleError, match=r"nowhere\.toml"):
        style.load(tmp_path / "nowhere.toml")


def test_font_files_are_looked_for_beside_the_style_file(tmp_path: Path) -> None:
    house = tmp_path / "house.toml"
    house.write_text('[fonts]\nfiles = ["house.ttf"]', encoding="utf-8")
    with pytest.raises(StyleError, match=r"house\.ttf"):
        style.load(house)
    (tmp_path / "house.ttf").write_bytes(b"\0\x01\0\0")
    assert style.load(house).fonts.files == (str(tmp_path / "house.ttf"),)


def test_the_style_file_of_the_guide_is_a_right_one(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "images.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", guide, flags=re.DOTALL)
    (tmp_path / "house.toml").write_text(text, encoding="utf-8")
    (tmp_path / "fonts").mkdir()
    for weight in ("Regular", "Bold"):
        (tmp_path / "fonts" / f"OurSans-{weight}.ttf").write_bytes(b"\0\1\0\0")
    look = style.load(tmp_path / "house.toml")
    assert look.words.roles["conceded"] == "on offer"
    assert len(look.fonts.files) == 2
