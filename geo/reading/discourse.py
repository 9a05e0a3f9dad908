"""The discourse room: what one sentence says about the next: answers, questions, lists of demands.

"Russia wants all of Donbas. Kyiv has rejected the demand." An answer counts only where it points at the demand: a word
like "the demand", "that", "any such plan", or nothing at all behind the refusal ("Kyiv refuses"). "Will Ukraine leave
Donbas? No." is a refusal, "Moscow named two conditions. The first is the withdrawal from Donbas." a demand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from geo.reading.clauses import Clause, clause, may_hold
from geo.reading.cues import Cue, Dispute
from geo.reading.decide import Side, decide, side, threatened, weigh
from geo.reading.scope import agent, governed, negated, nominal, operators, parties_before, subject

if TYPE_CHECKING:
    from geo.reading.document import Doc
    from geo.reading.roles import Finding

#: How many sentences behind a demand an answer may stand.
_REACH = 2
_ASKED = ("demanded", "conceded")
#: The rule of a claim, which may be rejected as a demand is.
_CLAIMED = "claimed as its own"
_REFUSING = frozenset((("op", "refuse"), ("op", "accept"), ("op", "allow"), ("act", "closed")))
_OPENING = frozenset(('"', "“", "„", "«", ":"))


#: Rules that call something conceded for want of a demander, and so give way to one in the sentence before.
_BY_DEFAULT = frozenset(
    {
        "transfer by owner",
        "recognition possible",
        "owner would lose it",
        "control allowed",
        "control expected",
        "claimant would get it",
        "zone that the owner leaves",
    }
)
#: Acts whose object may go unsaid ("Ukrainian troops must pull out").
_UNSAID = frozenset({"withdraw", "leave"})
_LEAVING = frozenset(("act", name) for name in _UNSAID)


def joined(doc: Doc, found: list[Finding]) -> list[Finding]:
    """The findings with questions answered and lists of demands carried on, and the refusals that answer demands."""
    turned = [_answered(doc, f) for f in found]
    turned += _unsaid(doc, turned)
    turned = [_carried(doc, f) for f in turned]
    turned += _fragments(doc, turned)
    return turned + answers(doc, turned)


def _fragments(doc: Doc, found: list[Finding]) -> list[Finding]:
    """ "What does Moscow want? Donetsk and Luhansk." """
    from geo.reading.roles import Finding

    out = []
    told = {f.sentence for f in found}
    for index in sorted({m.sentence for m in doc.mentions} - told):
        asked = clause(doc, index - 1) if index and _is_question(doc, index - 1) else None
        parsed = clause(doc, index) if asked is not None else None
        if asked is None or parsed is None or not parsed.groups or parsed.groups[0].first > 2:
            continue
        cue = next((c for c in asked.cues if c.name == "demand" and not negated(asked, c)), None)
        if cue is None:
            continue
        for token in parsed.groups[0].regions:
            number = parsed.mention[token] or 0
            for region in doc.mentions[number].regions:
                dispute = parsed.lexicon.dispute(region)
                who = subject(asked, cue)
                if dispute is not None and side(who, dispute) in ("C", None):
                    who = who or dispute.claimant[0]
                    out.append(Finding(region, "demanded", number, index, "answer names it", cue, 0.0, who, asked))
    return out


def _answered(doc: Doc, finding: Finding) -> Finding:
    """ "Will Kyiv leave Donbas? "No," he said": what a question asks and a no answers is refused."""
    if finding.role != "conceded":
        return finding
    parsed, last = finding.parsed, finding.cue.last
    if _is_question(doc, finding.sentence):
        if finding.sentence + 1 >= len(doc.sentences):
            return finding
        answer = clause(doc, finding.sentence + 1)
        says_no = answer is not None and _says_no(answer, 0)
    elif any(parsed.has("question", k) for k in range(finding.cue.first)):
        opened = [k for k in range(last + 1, len(parsed.words)) if parsed.words[k] in _OPENING]
        says_no = bool(opened) and _says_no(parsed, opened[0] + 1)
        says_no = says_no or (parsed.words[0] in _OPENING and _says_no(parsed, 1))
    else:
        return finding
    owner = _owner(parsed, finding.region)
    return replace(finding, role="refused", rule="question answered by no", actor=owner) if says_no else finding


def _is_question(doc: Doc, index: int) -> bool:
    return doc.text.endswith("?", 0, doc.sentences[index].end)


def _says_no(parsed: Clause, k: int) -> bool:
    """Does a "no" stand among the first words from token k on, before any comma?"""
    for j in range(k, min(k + 5, len(parsed.words))):
        if parsed.has("neg", j):
            return not parsed.has("notneg", j)
        if parsed.words[j] in (",", "."):
            return False
    return False


def _carried(doc: Doc, finding: Finding) -> Finding:
    """An item of the claimant's list of demands: nobody else is named as wanting it."""
    listed = finding.cue.form == "noun" and finding.role == "controlled" and finding.parsed.any("amongthem", 0, 6)
    if not listed and (finding.role != "conceded" or finding.rule not in _BY_DEFAULT):
        return finding
    if finding.sentence == 0:
        return finding
    parsed = finding.parsed
    dispute = parsed.lexicon.dispute(finding.region)
    ops = [over for over in operators(parsed, finding.cue) if over.cue.name != "must"]
    if dispute is None or any(not nominal(over.cue) or over.cue.name != "offer" or over.subject for over in ops):
        return finding
    wanting = {side(code, dispute) for _, code in parties_before(parsed, finding.cue.first)}
    if "T" in wanting:
        return finding
    for earlier in range(finding.sentence - 1, max(finding.sentence - 6, -1), -1):
        before = clause(doc, earlier)
        owner = _plan_of(before, dispute) if before is not None else None
        if owner is not None:
            rule = "a plan of the claimant's"
            return replace(finding, role="demanded", rule=rule, actor=dispute.claimant[0]) if owner == "C" else finding
        if parsed.any("plan", 0, len(parsed.words)) or earlier < finding.sentence - 2:
            continue
        if before is None or any(side(code, dispute) == "O" for code in _subjects(before)):
            return finding
        if _lists_demands(before, dispute):
            return replace(finding, role="demanded", rule="list of demands", actor=dispute.claimant[0])
    return finding


def _plan_of(parsed: Clause, dispute: Dispute) -> Side | None:
    """Whose plan does a sentence put forward ("Russia handed Ukraine a memorandum", "Putin's terms")?"""
    for k in parsed.places.get("plan", ()):
        if parsed.kinds[k] != "w":
            continue
        near = range(max([j + 1 for j in range(k) if parsed.has("article", j)] + [k - 3, 0]), k)
        named = next((parsed.party[j] for j in reversed(near) if parsed.kinds[j] == "a"), None)
        if named is None:
            put = next((j for j in range(k - 1, max(k - 8, -1), -1) if parsed.has("puts", j)), None)
            put = put if put is not None else next((j for j in range(k + 1, k + 4) if parsed.has("puts", j)), None)
            if put is not None and parsed.any("by", put + 1, put + 3):
                named = next((parsed.party[j] for j in range(put + 1, len(parsed.words)) if parsed.party[j]), None)
            elif put is not None:
                named = next((code for j, code in parties_before(parsed, put) if put - j < 8), None)
        if named is not None:
            return side(named, dispute)
    return None


def _unsaid(doc: Doc, found: list[Finding]) -> list[Finding]:
    """ "Moscow wants all of Donetsk. It insists that Ukrainian troops pull out": the land goes unsaid."""
    named = sorted({m.sentence for m in doc.mentions if not m.anaphor})
    told = {(f.sentence, f.cue) for f in found}
    out = []
    for place, low in enumerate(named):
        stop = min(low + _REACH + 1, named[place + 1] if place + 1 < len(named) else len(doc.sentences))
        for index in range(low, stop):
            if not may_hold(doc, index, _LEAVING):
                continue
            parsed = clause(doc, index)
            if parsed is None:
                continue
            for act in parsed.cues:
                if act.kind == "act" and act.name in _UNSAID and (index, act) not in told:
                    out += _understood(doc, index, parsed, act, low)
    return out


def _understood(doc: Doc, index: int, parsed: Clause, act: Cue, low: int) -> list[Finding]:
    """What an act without an object says of the only regions that the sentence ``low`` names."""
    from geo.reading.roles import Finding

    if governed(parsed, act) or not _ends_after(parsed, act.last + 1):
        return []
    source = parsed if index == low else clause(doc, low)
    groups = [g for g in source.groups if index > low or g.last < act.first] if source is not None else []
    if source is None or len(groups) != 1 or (index == low and len(parsed.groups) > 1):
        return []
    ops, actor, out = operators(parsed, act), agent(parsed, act), []
    for token in groups[0].regions:
        number = source.mention[token]
        if number is None or number < 0:
            continue
        for region in doc.mentions[number].regions:
            dispute = parsed.lexicon.dispute(region)
            if dispute is None or side(actor, dispute) != "O":
                continue
            for role, rule in decide(act, weigh(parsed, act, ops, actor, dispute)):
                if role in ("demanded", "refused", "conceded"):
                    who = dispute.claimant[0] if role == "demanded" else dispute.owner
                    out.append(Finding(region, role, number, index, rule, act, 2.0, who, parsed))
    return out


def _ends_after(parsed: Clause, k: int) -> bool:
    """Is the phrase over before token k?"""
    return k >= len(parsed.words) or parsed.kinds[k] == "p" or parsed.has("and", k) or parsed.has("until", k)


def _subjects(parsed: Clause) -> list[str]:
    return [code for code in (subject(parsed, cue) for cue in parsed.cues if cue.kind == "op") if code]


def _lists_demands(parsed: Clause, dispute: Dispute) -> bool:
    """Does a sentence speak of the claimant's demands or conditions?"""
    for cue in parsed.cues:
        if cue.kind == "op" and cue.name == "demand" and not negated(parsed, cue):
            who = side(subject(parsed, cue), dispute)
            named = {side(code, dispute) for _, code in parties_before(parsed, cue.first)}
            if who in ("C", None) or (cue.form in ("noun", "weak") and "C" in named and "O" not in named):
                return True
    return False


def answers(doc: Doc, found: list[Finding]) -> list[Finding]:
    """The refusals that answer what was found demanded or conceded."""
    asked: dict[int, list[Finding]] = {}
    for finding in found:
        if finding.role in _ASKED or finding.rule == _CLAIMED:
            asked.setdefault(finding.sentence, []).append(finding)
    out: list[Finding] = []
    refused = {f.region for f in found if f.role == "refused"}
    for index, demands in asked.items():
        for later in range(index, min(index + _REACH + 1, len(doc.sentences))):
            if later > index and later in asked:
                break
            parsed = demands[0].parsed if later == index else clause(doc, later) if _may_refuse(doc, later) else None
            if parsed is None:
                continue
            cue = _refusal(parsed, demands, same=later == index)
            if cue is not None:
                out += [
                    replace(
                        f, role="refused", rule="answer to a demand", cue=cue, parsed=parsed, sentence=later, actor=who
                    )
                    for f in demands
                    for who in [_owner(parsed, f.region)]
                    if f.region not in refused and who is not None
                ]
                break
    return out


def _may_refuse(doc: Doc, index: int) -> bool:
    return may_hold(doc, index, _REFUSING)


def _owner(parsed: Clause, region: str) -> str | None:
    dispute = parsed.lexicon.dispute(region)
    return dispute.owner if dispute else None


def _refusal(parsed: Clause, demands: list[Finding], *, same: bool) -> Cue | None:
    """An owner's refusal in this clause that points at the demand, or None."""
    dispute = parsed.lexicon.dispute(demands[0].region)
    if dispute is None:
        return None
    for cue in parsed.cues:
        if not _says_no_to(parsed, cue):
            continue
        if same and not any(_set_apart(parsed, f.cue, cue) for f in demands):
            continue
        pointing = cue.form in ("post", "shut", "subj") or (same and _opens_answer(parsed, cue)) or _points(parsed, cue)
        if _by_owner(parsed, cue, dispute) and pointing:
            return cue
    return None


def _says_no_to(parsed: Clause, cue: Cue) -> bool:
    """A refusal, a negated acceptance, or a matter closed ("there is nothing to discuss") that names no region."""
    if (cue.kind, cue.name) not in _REFUSING:
        return False
    no = negated(parsed, cue)
    if cue.kind == "act":
        return (no or cue.form == "shut") and not governed(parsed, cue)
    return (cue.name == "refuse" and not no) or (cue.name in ("accept", "allow") and no and not threatened(parsed, cue))


def _set_apart(parsed: Clause, asked: Cue, cue: Cue) -> bool:
    """Is the refusal a clause of its own behind the demand (", but ...", ", a demand that ...", ", which ...")?"""
    if asked.first >= cue.first:
        return False
    if parsed.walled(asked.first, cue.first):
        return True
    for k in range(asked.last + 1, cue.first):
        if parsed.words[k] == "," and parsed.party[k + 1] and cue.first - k <= 5:
            return True
        if parsed.words[k] in (",", "—", "–") and any(
            parsed.has("pronoun", j) or parsed.has("relative", j) for j in range(k + 1, min(k + 4, cue.first))
        ):
            return not any(other.kind == "act" and k < other.first < cue.first for other in parsed.cues)
    return False


def _opens_answer(parsed: Clause, cue: Cue) -> bool:
    """ ", a demand Kyiv has refused to accept": does the word that points back open the clause of the refusal?"""
    comma = next((k for k in range(cue.first - 1, -1, -1) if parsed.words[k] in (",", "—", "–")), None)
    if comma is None or any(parsed.kinds[k] == "r" for k in range(comma, len(parsed.words))):
        return False
    return any(parsed.has("pronoun", k) for k in range(comma + 1, min(comma + 4, cue.first)))


def _by_owner(parsed: Clause, cue: Cue, dispute: Dispute) -> bool:
    """Does the owner's side refuse, as subject or as the only party ("Out of the question," he said)?"""
    who = side(subject(parsed, cue), dispute)
    if who is not None:
        return who == "O"
    sides = {side(code, dispute) for code in parsed.party if code}
    return sides == {"O"} or (not sides and parsed.any("polled", 0, len(parsed.words)))


def _points(parsed: Clause, cue: Cue) -> bool:
    """Does the refusal point back, instead of naming something of its own?"""
    for act in parsed.cues:
        if act.kind == "act" and 0 < act.first - cue.last <= 6 and governed(parsed, act):
            return False
    behind = range(cue.last + 1, min(cue.last + 6, len(parsed.words)))
    first = cue.first if parsed.lexicon.lang == "en" else max(cue.first - 3, 0)  # "ne l'acceptera pas", "dem nicht"
    if any(parsed.has("pronoun", k) for k in range(first, min(cue.last + 6, len(parsed.words)))):
        return True
    first = cue.last + 1
    if first >= len(parsed.words) or parsed.words[first] in (".", ",", ";", "”", '"', "»"):
        return True
    return all(parsed.kinds[k] == "p" for k in behind)
