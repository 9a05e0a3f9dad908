"""Roles: who demands, offers, holds or refuses which region. Regions are marked by hand, so no gazetteer is needed."""

from __future__ import annotations

import re

import pytest

from geo.reading.document import Doc, Mention
from geo.reading.roles import claims, role_at
from geo.reading.sentences import sentences

D, L, Z, K, C, H, S = "UA-14", "UA-09", "UA-23", "UA-65", "UA-43", "UA-63", "UA-59"
UNITS = {"D": D, "L": L, "Z": Z, "K": K, "C": C, "H": H, "S": S}
_MARK = re.compile(r"\[([^|\]]+)\|([A-Z]+)\]")


def marked(text: str, lang: str = "en") -> Doc:
    """ "[Donbas|DL]" names the regions D and L."""
    plain, spans, position = "", [], 0
    for found in _MARK.finditer(text):
        plain += text[position : found.start()]
        spans.append((len(plain), len(plain) + len(found[1]), tuple(UNITS[letter] for letter in found[2])))
        plain += found[1]
        position = found.end()
    plain += text[position:]
    cut = sentences(plain)
    at = [next(k for k, s in enumerate(cut) if s.start <= start < s.end) for start, _, _ in spans]
    return Doc(plain, lang, cut, tuple(Mention(a, b, regions, k) for (a, b, regions), k in zip(spans, at, strict=True)))


def read(text: str, lang: str = "en") -> set[tuple[str, str]]:
    return {(claim.region, claim.role) for claim in claims(marked(text, lang))}


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Moscow demands that Kyiv leave the [Donetsk|D] region.", {(D, "demanded")}),
        ("Kyiv refuses to leave the [Donetsk|D] region.", {(D, "refused")}),
        ("Washington wants Kyiv to cede the [Donetsk|D] region.", {(D, "conceded")}),
        ("Russia occupies most of the [Donetsk|D] region.", {(D, "controlled")}),
        ("Russia annexed [Crimea|C] in 2014.", {(C, "annexed")}),
        ("Russia would withdraw from parts of the [Sumy|S] region.", {(S, "returned")}),
        ("The front line in the [Kherson|K] region would be frozen.", {(K, "frozen")}),
        ("Snow fell in the [Kharkiv|H] region.", {(H, "mentioned")}),
        ("Russia does not demand the [Kharkiv|H] region.", {(H, "mentioned")}),
        ("Russian troops withdrew from the [Sumy|S] region in 2022.", {(S, "mentioned")}),
        ("Fighting went on in the [Kharkiv|H] region.", {(H, "mentioned")}),
    ],
)
def test_each_role(text: str, want: set[tuple[str, str]]) -> None:
    assert read(text) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (
            "Moscow would leave [Sumy|S] region in exchange for the [Donetsk|D] region.",
            {(S, "returned"), (D, "conceded")},
        ),
        ("Moscow offered to leave [Sumy|S] region if Kyiv gives up [Donetsk|D].", {(S, "returned"), (D, "demanded")}),
        (
            "Kyiv rejected Moscow's demand to leave [Donbas|DL].",
            {(D, "demanded"), (D, "refused"), (L, "demanded"), (L, "refused")},
        ),
        (
            "[Crimea|C], annexed in 2014, is held by Russia; [Kherson|K] region is not.",
            {(C, "annexed"), (C, "controlled"), (K, "mentioned")},
        ),
        ("Russia wants [Donetsk|D] while shells fell on the [Kharkiv|H] region.", {(D, "demanded"), (H, "mentioned")}),
    ],
)
def test_two_acts_keep_apart(text: str, want: set[tuple[str, str]]) -> None:
    assert read(text) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("No Ukrainian leader may hand [Donetsk|D] to Russia, Kyiv said.", {(D, "refused")}),
        (
            "Neither [Kherson|K] nor [Zaporizhzhia|Z] region is up for negotiation, Kyiv said.",
            {(K, "refused"), (Z, "refused")},
        ),
        ("Kyiv dismissed leaving [Donetsk|D] region as unthinkable.", {(D, "refused")}),
        ("Russia will not stop until Kyiv leaves [Donetsk|D] region.", {(D, "demanded")}),
        ("If Kyiv does not leave [Donetsk|D] region, Russia will fight on.", {(D, "demanded")}),
        ("Ukraine must leave [Donetsk|D] region, Putin said.", {(D, "demanded")}),
        ("Russia demanded that Ukraine return [Donetsk|D] region.", {(D, "demanded")}),
        ("Kyiv demanded that Russia return [Donetsk|D] region.", {(D, "refused")}),
    ],
)
def test_negation_and_condition(text: str, want: set[tuple[str, str]]) -> None:
    assert read(text) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("The obstacle is [Donetsk|D] region. Moscow wants it in full.", {(D, "demanded")}),
        ("[Donetsk|D] and [Luhansk|L] are at stake. Putin demands both.", {(D, "demanded"), (L, "demanded")}),
        ("Will Kyiv leave [Donetsk|D] region? No, Zelensky said.", {(D, "refused")}),
        ("Will Kyiv leave [Donetsk|D] region? Perhaps, Zelensky said.", {(D, "conceded")}),
        ("What does Moscow want? [Donetsk|D] and [Luhansk|L].", {(D, "demanded"), (L, "demanded")}),
        ("Moscow named two conditions. One is a withdrawal from [Donetsk|D] region.", {(D, "demanded")}),
        ("Russia wants [Donetsk|D] region. Kyiv has rejected the demand.", {(D, "demanded"), (D, "refused")}),
        ("The weather in [Donetsk|D] region was fine. Moscow likes it.", {(D, "mentioned")}),
    ],
)
def test_across_sentences(text: str, want: set[tuple[str, str]]) -> None:
    assert read(text) == want


@pytest.mark.parametrize(
    ("lang", "demand", "refusal"),
    [
        (
            "uk",
            "Москва вимагає вивести війська з [Донецької|D] області.",
            "Київ відмовився вивести війська з [Донецької|D] області.",
        ),
        (
            "ru",
            "Москва требует вывести войска из [Донецкой|D] области.",
            "Киев отказался выводить войска из [Донецкой|D] области.",
        ),
        (
            "de",
            "Moskau fordert den Abzug aus der Region [Donezk|D].",
            "Kiew lehnt den Abzug aus der Region [Donezk|D] ab.",
        ),
        (
            "fr",
            "Moscou exige le retrait de la région de [Donetsk|D].",
            "Kiev refuse le retrait de la région de [Donetsk|D].",
        ),
        (
            "es",
            "Moscú exige la retirada de la región de [Donetsk|D].",
            "Kiev rechaza la retirada de la región de [Donetsk|D].",
        ),
        (
            "pl",
            "Moskwa żąda wycofania wojsk z obwodu [donieckiego|D].",
            "Kijów odmawia wycofania wojsk z obwodu [donieckiego|D].",
        ),
    ],
)
def test_demand_and_refusal_in_each_language(lang: str, demand: str, refusal: str) -> None:
    assert read(demand, lang) == {(D, "demanded")}
    assert read(refusal, lang) == {(D, "refused")}


@pytest.mark.parametrize(
    ("lang", "text", "want"),
    [
        # a nominative behind its verb is the subject; other cases never are
        ("uk", "[Донецьку область|D] утримує Україна.", {(D, "mentioned")}),
        ("uk", "[Донецьку область|D] утримує Росія.", {(D, "controlled")}),
        ("ru", "Зеленский ответил Трампу: «Мы не отдадим [Донбасс|DL]».", {(D, "refused"), (L, "refused")}),
        # who is asked is not who demands
        ("uk", "Від України вимагають піти з [Донецької області|D].", {(D, "demanded")}),
        # a condition told by its negation
        ("pl", "Bez uznania [Krymu|C] za rosyjski pokoju nie będzie, oświadczył Ławrow.", {(C, "demanded")}),
        (
            "uk",
            "Доки ЗСУ не підуть із [Донбасу|DL], вогню не припинять, сказав Путін.",
            {(D, "demanded"), (L, "demanded")},
        ),
        # one negation said twice, and a list of negations
        ("uk", "Київ не робитиме жодних поступок щодо [Донеччини|D].", {(D, "refused")}),
        (
            "ru",
            "Киев не готов уходить ни из [Донецкой|D], ни из [Луганской|L] области.",
            {(D, "refused"), (L, "refused")},
        ),
        # an infinitive in front of its verb
        ("ru", "Оставлять [Донецкую область|D] Киев не намерен.", {(D, "refused")}),
        ("uk", "Виходити з [Донбасу|D] Україна не буде.", {(D, "refused")}),
        # the future, the conditional, what is said never to be
        ("pl", "Zgodnie z planem [Krym|C] pozostanie pod kontrolą Rosji.", {(C, "conceded")}),
        ("pl", "Rosja zajęłaby wtedy [obwód charkowski|H].", {(H, "conceded")}),
        ("uk", "[Херсонщина|K] ніколи не стане російською, заявив Зеленський.", {(K, "refused")}),
        # a price with its own preposition, an opposite, a clause of its own
        ("uk", "Кремль готовий обміняти [Сумщину|S] на [Донеччину|D].", {(S, "returned"), (D, "demanded")}),
        ("ru", "Россия готова уйти из [Сумской области|S], но не из [Донецкой|D].", {(S, "returned"), (D, "demanded")}),
        (
            "ru",
            "Россия отведёт войска из [Сумской области|S], если Киев покинет [Донецкую|D].",
            {(S, "returned"), (D, "demanded")},
        ),
        # whose control it is
        ("uk", "Росія обстрілює непідконтрольну їй частину [Донецької області|D].", {(D, "mentioned")}),
        ("ru", "Часть [Донецкой области|D] остаётся под контролем Киева.", {(D, "mentioned")}),
        ("pl", "Część [obwodu donieckiego|D] pozostaje poza kontrolą Kijowa.", {(D, "controlled")}),
        # who tells it, a threat by others, a nominalised red line
        ("pl", "Według Pieskowa Kijów wyjdzie z [Donbasu|D].", {(D, "demanded")}),
        ("ru", "США предупредили: если Украина не отдаст [Донбасс|D], помощи не будет.", {(D, "conceded")}),
        ("ru", "Отказ от [Крыма|C] — красная линия для Киева.", {(C, "refused")}),
        # people who leave, aid that is received: no land
        ("ru", "Жители уходят из [Донецкой области|D] пешком.", {(D, "mentioned")}),
        ("pl", "Szpital w [obwodzie donieckim|D] otrzymał pomoc.", {(D, "mentioned")}),
    ],
)
def test_slavic_syntax(lang: str, text: str, want: set[tuple[str, str]]) -> None:
    assert read(text, lang) == want


def test_an_aside_keeps_nothing_apart() -> None:
    told = "У [Херсонській області|K] Москва, як стверджує джерело, готова зупинити вогонь по лінії фронту."
    assert read(told, "uk") == {(K, "frozen")}


@pytest.mark.parametrize(
    "text",
    [
        "Moscow claims the [Kherson|K] region, some 28,000 square kilometres of land.",
        "Russia claims [Donetsk|D], roughly 26,500 sq km.",
        "Russia claimed [Crimea|C], about 27,000 square kilometres.",
    ],
)
def test_to_claim_land_of_a_size_is_not_to_hold_it(text: str) -> None:
    assert {role for _, role in read(text)} == {"annexed"}


def test_a_claim_points_at_its_words() -> None:
    doc = marked("Officials met. Moscow reportedly demands the [Donetsk|D] region. Kyiv will not give it up.")
    told = claims(doc)
    assert [claim.role for claim in told] == ["demanded", "refused"]
    for claim in told:
        assert doc.text[claim.start : claim.end] == claim.surface
        assert doc.text[claim.sentence_start :].startswith(claim.sentence)
        assert claim.why is not None
        assert claim.why.cue is not None
        assert doc.text[claim.why.cue_start : claim.why.cue_end] == claim.why.cue
    assert told[0].hedged
    assert (told[0].actor, told[1].actor) == ("RU", "UA")
    assert told[1].surface == "it"


def test_each_pair_is_told_once_and_in_order() -> None:
    doc = marked("Russia holds [Crimea|C]. Russia wants [Donetsk|D]. Russia holds [Crimea|C].")
    assert [(c.region, c.role) for c in claims(doc)] == [(C, "controlled"), (D, "demanded")]


def test_the_role_of_an_amount() -> None:
    doc = marked("Russia holds 75% of the [Donetsk|D] region and demands the rest.")
    start = doc.text.index("75%")
    assert role_at(doc, 0, start, start + 3) == "controlled"


def test_a_language_without_cues_names_regions_only() -> None:
    assert read("Moskova [Donetsk|D] bölgesini istiyor.", "tr") == {(D, "mentioned")}


def test_regions_outside_every_dispute_have_no_role() -> None:
    doc = Doc("Russia demands Bavaria.", "en", sentences("Russia demands Bavaria."), (Mention(15, 22, ("DE-BY",), 0),))
    assert [(c.region, c.role) for c in claims(doc)] == [("DE-BY", "mentioned")]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        # whose words they are
        ('"They want all of [Donbas|DL]. They won\'t get it," a Ukrainian negotiator said.', {"demanded", "refused"}),
        ('"The war could stop," Putin said. "We need Ukraine out of the [Donetsk|D] region first."', {"demanded"}),
        # land that is described, or goes unsaid
        ("The [Donetsk|D] region is the sticking point. Russia insists that Ukrainian troops pull out.", {"demanded"}),
        ("Talks on [Donetsk|D] go on. Ukrainian forces would leave the area.", {"conceded"}),
        # whose plan it is
        ("Russia handed Kyiv a memorandum. Ukraine would withdraw from the [Donetsk|D] region.", {"demanded"}),
        ("The US presented a plan. Ukraine would withdraw from the [Donetsk|D] region.", {"conceded"}),
        # relative clauses without a pronoun, shared objects, towns before their region
        ("Russia would pull out of small pockets it occupies in the [Sumy|S] region.", {"returned", "controlled"}),
        ("Russia has annexed but does not fully control [Kherson|K] region.", {"annexed", "controlled"}),
        ("Russian troops occupied Selydove, [Donetsk|D] region, on Sunday.", {"controlled"}),
        ("Russian forces in the [Sumy|S] region hold 200 square kilometres.", {"controlled"}),
        # what is not done, not land, or not so
        ("Russia has yet to take the [Donetsk|D] region.", set()),
        ("Russia will leave neither the [Kherson|K] region nor Kyiv alone.", {"demanded"}),
        ("The governor of the [Sumy|S] region handed over 20 ambulances to hospitals.", set()),
        ("Moscow denies wanting the [Kherson|K] region.", set()),
        ("Putin's army was retreating from parts of the [Kherson|K] region.", set()),
    ],
)
def test_how_things_are_said_in_english(text: str, want: set[str]) -> None:
    assert {role for _, role in read(text)} - {"mentioned"} == want


def test_the_former_and_the_latter() -> None:
    text = "[Kherson|K] and [Zaporizhzhia|Z] regions are split. Moscow demands the latter in full."
    assert (Z, "demanded") in read(text)
    assert (K, "demanded") not in read(text)


@pytest.mark.parametrize(
    ("lang", "text", "want"),
    [
        ("pl", "Moskwa żąda opuszczenia przez ukraińską armię [Donbasu|DL].", {(D, "demanded"), (L, "demanded")}),
        ("uk", "Умова Москви - залишення українською армією [Донеччини|D].", {(D, "demanded")}),
        ("pl", "Za wyjście z [Donbasu|D] Rosja oddałaby część [Sumszczyzny|S].", {(D, "conceded"), (S, "returned")}),
        ("pl", "Przekazanie Rosji [Donbasu|D] jest możliwe.", {(D, "conceded")}),
        ("fr", "L'Ukraine quittera le [Donbass|D], a dit Poutine.", {(D, "demanded")}),
        ("es", "Drones atacaron la [Crimea|C] ocupada.", {(C, "controlled")}),
        ("es", "Entraron en la región de [Sumi|S] y tomaron varias aldeas.", {(S, "controlled")}),
        ("fr", "Reconnaître la [Crimée|C] comme russe est exclu, répond Kiev.", {(C, "refused")}),
        ("fr", "En échange du [Donbass|D], Poutine promet une trêve.", {(D, "demanded")}),
        ("fr", "En échange du [Donbass|D], Kiev obtient une trêve.", {(D, "conceded")}),
        (
            "ru",
            "Украина уходит из [Донбасса|D], а Россия - из части [Сумской|S] области, таков план США.",
            {(D, "conceded"), (S, "returned")},
        ),
        (
            "es",
            "Ucrania rechaza ceder [Zaporiyia|Z] igual que en el caso de [Jersón|K].",
            {(Z, "refused"), (K, "refused")},
        ),
        ("es", "Kiev está dispuesta a hablar de todo salvo de la entrega de [Crimea|C].", {(C, "refused")}),
        ("uk", "Росія отримала б [Донбас|D].", {(D, "conceded")}),
        ("de", "Kiew weiß, dass Moskau den [Donbass|D] kontrollieren will.", {(D, "demanded")}),
        (
            "pl",
            "Z [donieckiego|D] Rosjanie kontrolują blisko 80 proc., z [chersońskiego|K] około trzy czwarte.",
            {(D, "controlled"), (K, "controlled")},
        ),
        (
            "fr",
            "La [Crimée|C], occupée depuis 2014, n'est pas négociable pour Kiev.",
            {(C, "controlled"), (C, "refused")},
        ),
    ],
)
def test_other_languages(lang: str, text: str, want: set[tuple[str, str]]) -> None:
    assert read(text, lang) == want
