"""The role room: a document -> claims. Each region's cues, operators and parties are put together sentence by sentence.

The rooms behind it: `cues` finds the words, `clauses` cuts the sentence, `scope` says which cue speaks of which region
and under whose demand or refusal, `decide` names the role, `discourse` links answers across sentences, `attribution`
says who speaks and how surely.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from geo.models import TALK_ROLES, Claim, Quantity, Role, Why
from geo.reading.attribution import hedged, speaker
from geo.reading.clauses import Clause, Group, asked_clause, clause, may_act, may_hold
from geo.reading.cues import LANGUAGES, Cue, Dispute, lexicon
from geo.reading.decide import Side, decide, side, weigh
from geo.reading.document import nearest_mention, with_mentions_only
from geo.reading.gazetteer import UNITS
from geo.reading.pronouns import with_pronouns
from geo.reading.scope import (
    Over,
    Reached,
    agent,
    attributive,
    contact_rebate,
    contrasted,
    gapped,
    governed,
    operators,
    parties_before,
    passive,
    predicate,
    reporter,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.reading.document import Doc, Mention

_FLIPPED: dict[str, Role] = {
    "conceded": "returned",
    "demanded": "returned",
    "returned": "conceded",
    "frozen": "conceded",
}


#: Bare names that in reports on talks mean the region rather than its city, which has been held since 2014.
_RATHER_REGIONS = frozenset(("UA-14", "UA-09"))
#: Roles that an amount of a region gives the region.
_OF_AMOUNTS = frozenset(("controlled", "annexed", "demanded", "conceded"))
#: How the role of such an amount was found.
_SURE = ("role of the clause", "role of the figure before", "role of the region")
#: Roles that a region has, and hardly ever a city.
_OF_LAND = frozenset(("demanded", "conceded", "returned", "frozen", "annexed"))
#: Regions of which the claimant holds little: of their bare names only what it would leave counts.
_AT_THE_EDGE = frozenset(("UA-63", "UA-59"))

#: What a sentence must hold whose only region is a price.
_PRICED = frozenset((("mark", "strictexchange"),))


class Finding(msgspec.Struct, frozen=True):
    """One role of one region in one sentence. ``mention`` is -1 for the span that `role_at` asks about."""

    region: str
    role: Role
    mention: int
    sentence: int
    rule: str
    cue: Cue
    cost: float
    actor: str | None
    parsed: Clause


def claims(doc: Doc) -> list[Claim]:
    """Every (region, role) of a document once, where it is first said; `mentioned` for regions with no other role."""
    from geo.reading.discourse import joined

    doc = with_pronouns(doc)
    found: list[Finding] = []
    for index in sorted({mention.sentence for mention in doc.mentions}):
        found += sentence_findings(doc, index)
    found = [f for f in joined(doc, found) if _is_land(doc, f)]
    found.sort(key=lambda f: (f.sentence, doc.mentions[f.mention].start))
    seen: set[tuple[str, str]] = set()
    told: list[Claim] = []
    for finding in found:
        if (finding.region, finding.role) not in seen:
            seen.add((finding.region, finding.role))
            told.append(_claim(doc, finding))
    told += _mentioned(doc, {region for region, _ in seen})
    return told


def of_amounts(doc: Doc, told: Sequence[Claim], amounts: Sequence[Quantity]) -> list[Claim]:
    """The claims, and what the amounts say of their wholes ("three quarters of Kherson region" held: it is held)."""
    known = {(claim.region, claim.role) for claim in told}
    more: list[Claim] = []
    for amount in amounts:
        for region in UNITS.get(amount.of or "", tuple((amount.of or "").split("+"))):
            sure = amount.why is not None and amount.why.rule.endswith(_SURE)
            if amount.role not in _OF_AMOUNTS or not sure or (region, amount.role) in known:
                continue
            named = [m for m in doc.mentions if region in m.regions and not m.anaphor]
            if not named:
                continue
            known.add((region, amount.role))
            at = min(named, key=lambda m: (abs(m.start - amount.start), m.start))
            more.append(_of_amount(doc, region, amount, at))
    if not more:
        return list(told)
    better = {claim.region for claim in more}
    kept = [claim for claim in told if claim.role != "mentioned" or claim.region not in better]
    return sorted([*kept, *more], key=lambda claim: claim.start)


def _of_amount(doc: Doc, region: str, amount: Quantity, at: Mention) -> Claim:
    dispute = dispute_of(doc, region)
    sentence = doc.sentences[at.sentence]
    rule = f"amount: {amount.why.rule}" if amount.why else "amount"
    return Claim(
        region=region,
        role=amount.role,
        actor=_actor_of(amount.role, dispute) if dispute else None,
        speaker=None,
        hedged=False,
        partial=amount.unit == "km2" or amount.max < 100,
        surface=doc.text[at.start : at.end],
        start=at.start,
        end=at.end,
        sentence=doc.text[sentence.start : sentence.end],
        sentence_start=sentence.start,
        why=Why(rule, amount.surface, amount.start, amount.end),
    )


def dispute_of(doc: Doc, region: str) -> Dispute | None:
    """The dispute that a region is in; None where the language or the dispute is not known."""
    return lexicon(doc.lang).dispute(region) if doc.lang in LANGUAGES else None


def settled(doc: Doc, told: list[Claim]) -> Doc:
    """The document without the bare names of which no claim says that they mean the region."""
    sure = {(claim.start, claim.end) for claim in told}
    kept = tuple(m for m in doc.mentions if not m.maybe or (m.start, m.end) in sure)
    return doc if len(kept) == len(doc.mentions) else with_mentions_only(doc, kept)


def _is_land(doc: Doc, finding: Finding) -> bool:
    """Is it said of land? Of a name that may be the city's, who holds it says nothing ("captured Kherson")."""
    if not doc.mentions[finding.mention].maybe or finding.region in _RATHER_REGIONS:
        return True
    return finding.role == "returned" if finding.region in _AT_THE_EDGE else finding.role in _OF_LAND


def role_at(doc: Doc, sentence: int, start: int, end: int) -> Role:
    """The role of the clause around doc.text[start:end], a span in that sentence (an amount of land)."""
    parsed = asked_clause(doc, sentence, start, end)
    if parsed is None:
        return "mentioned"
    mine = [f for f in _findings(doc, sentence, parsed, only=parsed.mention.index(-1)) if f.mention == -1]
    if not mine:
        return "mentioned"
    best = min(mine, key=lambda f: (round(f.cost, 1), f.role not in TALK_ROLES))
    return best.role


def sentence_findings(doc: Doc, index: int) -> list[Finding]:
    """All roles said in one sentence."""
    asked = may_act(doc, index) or may_hold(doc, index, _PRICED)
    parsed = clause(doc, index) if asked else None
    return [] if parsed is None else _findings(doc, index, parsed)


def _findings(doc: Doc, index: int, parsed: Clause, *, only: int | None = None) -> list[Finding]:
    """All roles said in one sentence; ``only``: those of the group that holds this token."""
    found: list[Finding] = []
    for cue in parsed.cues:
        if cue.kind == "act":
            found += _act(doc, index, parsed, cue, only)
        elif cue.name == "demand" and not _part_of_an_act(parsed, cue):
            found += _demand(doc, index, parsed, cue, only)
    return found + _opening_price(doc, index, parsed, found)


def _opening_price(doc: Doc, index: int, parsed: Clause, found: list[Finding]) -> list[Finding]:
    """ "En échange du Donbass, Poutine promet ...": a region alone that opens the sentence as the price."""
    group = parsed.groups[0] if parsed.groups else None
    told = {finding.mention for finding in found}
    if group is None or parsed.lexicon.lang == "en" or not parsed.any("strictexchange", 0, min(3, group.first)):
        return []
    if group.first > 6 or any(cue.kind == "act" and cue.first < group.first for cue in parsed.cues):
        return []
    k = next((k for k in range(group.last + 1, len(parsed.words)) if parsed.kinds[k] == "a"), None)
    if k is None or parsed.walled(group.last, k):
        return []
    out = []
    cue = Cue("op", "offer", "noun", (0,), 0, 0)
    for number, region, dispute in _regions(doc, parsed, group, index):
        if number not in told:
            role: Role = "demanded" if side(parsed.party[k], dispute) == "C" else "conceded"
            out.append(Finding(region, role, number, index, "price that opens", cue, 1.0, parsed.party[k], parsed))
    return out


def _part_of_an_act(parsed: Clause, cue: Cue) -> bool:
    """ "give up its claims to X": the claims are what is given up."""
    return any(other.kind == "act" and other is not cue and cue.first in other.tokens for other in parsed.cues)


def _regions(doc: Doc, parsed: Clause, group: Group, index: int) -> list[tuple[int, str, Dispute]]:
    """(mention, region, dispute) of a group's members that are in a known dispute."""
    out = []
    for token in group.regions:
        number = parsed.mention[token]
        if number is None:
            continue
        regions = doc.mentions[number].regions if number >= 0 else (_nearest_region(doc, index),)
        for region in regions:
            dispute = parsed.lexicon.dispute(region)
            if dispute is not None:
                out.append((number, region, dispute))
    return out


def _nearest_region(doc: Doc, index: int) -> str:
    """The region whose dispute an amount belongs to: the nearest one named, Ukraine's where there is none."""
    nearest = nearest_mention(doc, index)
    return nearest.regions[0] if nearest is not None else "UA-"


class _Target(msgspec.Struct, frozen=True):
    """A group that an act speaks of: as what is given in return (``flip``), as the one of which the opposite is said,
    or as what another party does it with.
    """

    reached: Reached
    flip: bool = False
    opposite: bool = False
    other: str | None = None


def _act(doc: Doc, index: int, parsed: Clause, cue: Cue, only: int | None) -> list[Finding]:
    """The roles that one act gives the regions it governs."""
    targets = [target for target in _targets(parsed, cue) if only is None or only in target.reached.group.regions]
    if not targets:
        return []
    ops = operators(parsed, cue)
    actor = agent(parsed, cue)
    found = []
    for target in targets:
        found += _decided(doc, index, parsed, cue, ops, target.other or actor, target)
    return found


def _targets(parsed: Clause, cue: Cue) -> list[_Target]:
    reached = governed(parsed, cue)
    if not reached or (cue.name == "own" and not _ends_there(parsed, cue.last + 1)):
        return []
    last = reached[-1].group
    found = [_Target(one, flip=cue.name == "swap" and _is_price(parsed, cue, one.group)) for one in reached]
    opposite = contrasted(parsed, cue, last)
    if opposite is not None:
        found.append(_Target(opposite, opposite=True))
    found += [_Target(one, other=other) for one, other in gapped(parsed, cue, last)]
    if cue.name in ("cede", "withdraw", "leave", "giveback", "swap", "freeze"):
        known = {one.group for one in reached}
        found += [_Target(one, flip=True) for one in _prices(parsed, cue, last) if one.group not in known]
    return found


def _ends_there(parsed: Clause, k: int) -> bool:
    """Is the party at the end of "X is ..." the whole predicate (not "X is Ukrainian farmland")?"""
    return (
        k >= len(parsed.words)
        or parsed.kinds[k] == "p"
        or parsed.has("oblique", k)
        or parsed.has("by", k)
        or parsed.has("land", k)
        or parsed.has("and", k)
        or parsed.has("wall", k)
        or parsed.has("tail", k)
    )


def _decided(
    doc: Doc,
    index: int,
    parsed: Clause,
    cue: Cue,
    ops: list[Over],
    actor: str | None,
    target: _Target,
) -> list[Finding]:
    found = []
    verdicts: dict[Dispute, list[tuple[Role, str]]] = {}
    for number, region, dispute in _regions(doc, parsed, target.reached.group, index):
        if dispute not in verdicts:
            state = weigh(parsed, cue, ops, actor, dispute)
            state.located = target.reached.located
            if target.opposite and state.agent not in ("C", "O"):
                continue
            state.act_negated = state.act_negated != target.opposite
            unknown = state.agent != "C" and region.startswith("RU-") and cue.name in ("hold", "annex", "keep", "claim")
            verdicts[dispute] = [] if unknown else decide(cue, state)
        for role, rule in verdicts.get(dispute, ()):
            swapper = (side(actor, dispute) if actor else None) if cue.name == "swap" else "O"
            turned = _flipped(role, ops, dispute, swapper) if target.flip else role
            if turned is not None:
                named = actor or _actor_of(role, dispute)
                found.append(
                    Finding(
                        region,
                        turned,
                        number,
                        index,
                        rule,
                        cue,
                        target.reached.cost,
                        _acting(role, ops, named, dispute),
                        parsed,
                    )
                )
    return found


def _flipped(role: Role, ops: list[Over], dispute: Dispute, by: str | None) -> Role | None:
    """The role of the price: what is given in return. What the claimant asks for in an offer of its own, it demands."""
    own_offer = by == "C" or any(
        over.cue.name in ("offer", "accept") and not over.negated and side(over.subject, dispute) == "C" for over in ops
    )
    if role == "refused":
        return "returned" if by is None else None
    return "demanded" if role in ("returned", "frozen") and own_offer else _FLIPPED.get(role)


def _actor_of(role: Role, dispute: Dispute) -> str | None:
    """The party that must be meant where none is named."""
    if role in ("controlled", "annexed", "demanded", "returned"):
        return dispute.claimant[0]
    return dispute.owner if role in ("refused", "conceded") else None


def _acting(role: Role, ops: list[Over], actor: str | None, dispute: Dispute) -> str | None:
    """The party that the role is about: who demands, who refuses, who proposes or gives, else who acts."""
    if role == "conceded":
        return _giver(ops, actor, dispute)
    wanted = "C" if role == "demanded" else "O" if role == "refused" else None
    if wanted is None:
        return actor
    for over in ops:
        if over.subject is not None and side(over.subject, dispute) == wanted:
            return over.subject
    if side(actor, dispute) == wanted:
        return actor
    return dispute.claimant[0] if wanted == "C" else dispute.owner


def _giver(ops: list[Over], actor: str | None, dispute: Dispute) -> str | None:
    """Who would give the land or proposes it: never the claimant, who would get it."""
    for over in reversed(ops):
        if over.subject is not None and side(over.subject, dispute) != "C":
            return over.subject
    return None if side(actor, dispute) == "C" else actor


def _is_price(parsed: Clause, cue: Cue, group: Group) -> bool:
    """In "swap A for B": is this group B?"""
    return parsed.any("exchange", cue.first, group.first)


def _prices(parsed: Clause, cue: Cue, group: Group) -> list[Reached]:
    """The groups behind "in exchange for" that have no act of their own, before or after the cue."""
    mark = "exchange" if cue.name == "swap" else "strictexchange"
    found = []
    for other in parsed.groups:
        low, high = min(group.last, other.last), max(cue.first, other.first)
        if other == group or (parsed.walled(low, high) and not _only_in_exchange(parsed, mark, low, high)):
            continue
        marks = [k for k in range(max(other.first - 9, 0), other.first) if parsed.has(mark, k)]
        behind = marks and other.first > group.last and marks[-1] > group.last
        ahead = marks and other.last < cue.first and mark == "strictexchange"
        if not (behind or ahead):
            continue
        inside = [c for c in parsed.cues if c.kind == "act" and c is not cue and marks[-1] < c.first < other.first]
        if parsed.between(marks[-1], other.first) > 1.5 + 2.2 * len(inside):
            continue
        if all(attributive(parsed, c) or parsed.has("article", c.first - 1) for c in inside):
            found.append(Reached(other, 1.0, False))
    return found


def _only_in_exchange(parsed: Clause, mark: str, low: int, high: int) -> bool:
    """ "..., but only in exchange for ...": a wall right before the price separates nothing."""
    walls = [k for k in range(low + 1, high + 1) if parsed.has("wall", k)]
    return all(parsed.any(mark, k + 1, k + 4) for k in walls)


def _demand(doc: Doc, index: int, parsed: Clause, cue: Cue, only: int | None) -> list[Finding]:
    """A demand that names the region itself ("Putin wants all of Donbas")."""
    from geo.reading.scope import negated, subject

    targets = [target for target in governed(parsed, cue) if only is None or only in target.group.regions]
    if not targets or negated(parsed, cue) or parsed.any("nolonger", cue.first - 2, cue.first):
        return []
    if any(op.name == "deny" and op.last == cue.first - 1 for op in parsed.cues):
        return []  # "denies wanting"
    found = []
    who = subject(parsed, cue)
    for target in targets:
        group = target.group
        if (
            _act_behind(parsed, cue, group)
            or (_act_between(parsed, cue, group) and not contact_rebate(parsed, cue, group.first))
            or (group.last < cue.first and not _points_back(parsed, cue, group))
        ):
            continue
        for number, region, dispute in _regions(doc, parsed, group, index):
            wanted = side(_likely(cue, who or reporter(parsed, cue.last), dispute), dispute)
            if who is None and _they(parsed, cue, dispute):
                wanted, who = "C", dispute.claimant[0]
            if wanted == "T" and parsed.has("possessor", cue.first - 1):
                wanted = next((s for s in _sides_before(parsed, cue, dispute) if s == "C"), wanted)
            role = _demanded_by(wanted)
            rule = "region demanded"
            if role == "demanded" and parsed.has("lays", cue.first) and not region.startswith(("UA-", "RU-")):
                role, rule = "annexed", "claimed as its own"  # "Venezuela reclama el Esequibo"
            if role is not None:
                named = who if side(who, dispute) in ("C", "O") else dispute.claimant[0]
                found.append(Finding(region, role, number, index, rule, cue, target.cost, named, parsed))
    return found


def _they(parsed: Clause, cue: Cue, dispute: Dispute) -> bool:
    """ "They want our Donbas," says the owner's side: the others do."""
    pronoun = any(parsed.has("they", k) for k in range(max(cue.first - 2, 0), cue.first))
    return pronoun and side(reporter(parsed, cue.last), dispute) in ("O", "T")


def _sides_before(parsed: Clause, cue: Cue, dispute: Dispute) -> list[Side | None]:
    """The sides of the parties before a cue, nearest first."""
    return [side(code, dispute) for _, code in parties_before(parsed, cue.first)]


def _likely(cue: Cue, who: str | None, dispute: Dispute) -> str | None:
    """The demander; "the demands" without a name are the claimant's."""
    if who is not None or cue.form != "noun":
        return who
    return dispute.claimant[0]


def _demanded_by(who: Side | None) -> Role | None:
    return "demanded" if who == "C" else "refused" if who == "O" else None


def _act_between(parsed: Clause, cue: Cue, group: Group) -> bool:
    low, high = (cue.last, group.first) if group.first > cue.last else (group.last, cue.first)
    return any(other.kind == "act" and low < other.first < high for other in parsed.cues)


def _act_behind(parsed: Clause, cue: Cue, group: Group) -> bool:
    """ "wants the fighting in Donbas to stop": what is demanded is the act behind the region."""
    if group.first < cue.last:
        return False
    return any(
        act.kind == "act"
        and 0 < act.first - group.last <= 4
        and parsed.words[act.first - 1] == "to"
        and any(reached.group == group for reached in governed(parsed, act))
        for act in parsed.cues
    )


def _points_back(parsed: Clause, cue: Cue, group: Group) -> bool:
    """ "the Donbas, which Moscow demands", "Donbas, demanded by Russia"."""
    relative = any(
        parsed.has("relative", k) or parsed.has("that", k)
        for k in range(group.last + 1, min(group.last + 5, cue.first))
    )
    if group.last == cue.first - 1 and parsed.lexicon.lang != "en" and parsed.raw[group.last].islower():
        return True
    return (
        relative
        or predicate(parsed, cue, group)
        or passive(parsed, cue)
        or parsed.any("by", cue.last + 1, cue.last + 2)
    )


def _claim(doc: Doc, finding: Finding) -> Claim:
    mention = doc.mentions[finding.mention]
    parsed, cue = finding.parsed, finding.cue
    sentence = doc.sentences[finding.sentence]
    start, end = parsed.starts[cue.first], parsed.end(cue.last)
    return Claim(
        region=finding.region,
        role=finding.role,
        actor=finding.actor,
        speaker=speaker(parsed, cue.first, doc.text),
        hedged=hedged(parsed, cue.first),
        partial=mention.partial,
        surface=doc.text[mention.start : mention.end],
        start=mention.start,
        end=mention.end,
        sentence=doc.text[sentence.start : sentence.end],
        sentence_start=sentence.start,
        why=Why(finding.rule, doc.text[start:end], start, end),
    )


def _mentioned(doc: Doc, known: set[str]) -> list[Claim]:
    """Regions that are named and nothing more."""
    out = []
    for mention in doc.mentions:
        for region in mention.regions:
            if region in known or mention.maybe:
                continue
            known.add(region)
            sentence = doc.sentences[mention.sentence]
            out.append(
                Claim(
                    region=region,
                    role="mentioned",
                    actor=None,
                    speaker=None,
                    hedged=False,
                    partial=mention.partial,
                    surface=doc.text[mention.start : mention.end],
                    start=mention.start,
                    end=mention.end,
                    sentence=doc.text[sentence.start : sentence.end],
                    sentence_start=sentence.start,
                    why=Why("named only"),
                )
            )
    return out


__all__ = ["Finding", "claims", "of_amounts", "parties_before", "role_at", "sentence_findings", "settled"]
