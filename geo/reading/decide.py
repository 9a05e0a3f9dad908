"""The decision room: an act on a region, the operators over it and the parties' sides -> roles.

The side of a party depends on the region: C took, holds or demands it, O is the one from whom, T is anybody else.
`Finding.rule` names the branch that was taken, for `--explain`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from geo.models import Role
from geo.reading.clauses import Clause
from geo.reading.cues import Cue, Dispute
from geo.reading.scope import (
    Over,
    bare,
    conditional,
    finite,
    future,
    headline,
    irrealis_passive,
    negated,
    nominal,
    parties_before,
    reporter,
    teller,
    to_come,
)

Side = Literal["C", "O", "T"]
#: Acts that hand land from the owner to the claimant.
TRANSFERS = frozenset({"cede", "withdraw", "recognise", "swap"})
#: Languages whose verbs of holding stand in the vocabulary as infinitives, apart from their finite forms.
_INFINITIVES = frozenset({"de", "fr", "es", "uk", "ru", "pl"})
#: Languages that say by case alone to whom something is given.
_DATIVES = frozenset({"uk", "ru", "pl"})


def side(code: str | None, dispute: Dispute) -> Side | None:
    """Which side a party is on in this dispute."""
    if code is None:
        return None
    return "C" if code in dispute.claimant else "O" if code == dispute.owner else "T"


class State(msgspec.Struct):
    """What stands over an act, seen from one dispute."""

    agent: Side | None
    located: bool = False
    entered: bool = False
    given_to: Side | None = None
    gets: bool = False
    act_negated: bool = False
    partly: bool = False
    realis: bool = False
    modal: bool = False
    cancelled: bool = False
    denied: bool = False
    fails: bool = False
    offered: bool = False
    allowed: bool = False
    wishes: bool = False
    conditional: bool = False
    planned: bool = False
    vacated: bool = False
    owner_says_no: bool = False
    first: int = 0
    gives_back: bool = False
    alone: bool = False
    unopposed: bool = False
    bound: bool = False
    told: bool = False
    infinitive: bool = False
    bare: bool = False
    foretold: bool = False
    said_by: Side | None = None
    attempted: bool = False
    pressed: bool = False
    proposed: bool = False
    demanders: list[Side | None] = msgspec.field(default_factory=list)
    refusers: list[Side | None] = msgspec.field(default_factory=list)
    aims: list[Side | None] = msgspec.field(default_factory=list)

    @property
    def refused(self) -> bool:
        """An odd number of refusals and negations."""
        return (len(self.refusers) + self.act_negated) % 2 == 1

    @property
    def refuser(self) -> Side | None:
        """Who says no: the outermost refuser, else the one who (does not) act."""
        spare = None if self.refusers and self.agent == "C" else self.agent
        return next((s for s in self.refusers if s), spare or self.said_by)

    def demanded_by(self, wanted: Side) -> bool:
        """Does this side demand it?  What the claimant proposes for itself, it demands."""
        return wanted in self.demanders or (wanted == "C" and self.wishes)


def weigh(clause: Clause, cue: Cue, ops: list[Over], agent: str | None, dispute: Dispute) -> State:
    """Read the operators over an act."""
    state = State(side(agent, dispute), first=cue.first, gives_back=cue.name == "giveback", bound=_bound(ops))
    state.act_negated = negated(clause, cue)
    if clause.any("concord", cue.first - 3, cue.last + 1) and any(over.negated for over in ops):
        state.act_negated = False  # "не робитиме жодних поступок": one negation, said twice
    state.partly = clause.any("full", cue.first - 2, cue.last + 5)
    state.realis = _is_fact(clause, cue)
    state.conditional = clause.any("if", cue.first - 8, cue.first) or clause.has("inverting", 0)
    state.planned = clause.any("planned", cue.first - 4, cue.first)
    if headline(clause, cue):
        state.aims.append("C")
    state.modal = clause.any("modal", cue.first - 5, cue.last + 1) and any(
        clause.has("modal", k)
        for k in (*range(max(cue.first - 5, 0), cue.first + 1), *_gaps(cue))
        if not clause.walled(k, cue.first)
    )
    state.modal = state.modal or cue.form in ("will", "goes") or _conditional(clause, cue) or _heading(clause, cue)
    state.offered = _under_a_plan(clause, cue) or _for_somebody_to(clause, cue)
    ours = "ours" in clause.places and any(clause.has("ours", t) for t in cue.tokens)
    state.said_by = side(reporter(clause, cue.last) or teller(clause, cue), dispute)
    state.infinitive = clause.lexicon.lang in _INFINITIVES and cue.form == "verb" and cue.name == "hold"
    state.foretold = state.agent == "O" and state.said_by == "C" and _tells_ahead(clause, cue)
    state.told = _told_of_a_plan(clause, cue)
    state.bare = bare(clause, cue)
    if cue.name == "cede" and cue.first + 1 in cue.tokens:
        state.given_to = side(clause.party[cue.first + 1], dispute)
    if cue.name == "cede" and state.given_to is None and clause.kinds[cue.last] == "a":
        state.given_to = side(clause.party[cue.last], dispute)
    if cue.name in ("cede", "giveback") and state.given_to is None and _given_whom(clause, cue):
        state.given_to = side(clause.party[cue.first + 1], dispute)
    if state.agent == "C" and cue.name == "cede" and _given_by_infinitive(clause, cue):
        state.given_to, state.agent = "C", None
    if state.given_to == "C" and state.agent == "C" and nominal(cue) and clause.lexicon.lang in _DATIVES:
        state.agent = None
    state.gets = clause.words[cue.first] == "gets"
    state.modal = state.modal or (cue.name in ("hold", "retake") and cue.form == "verb" and to_come(clause, cue))
    state.entered = clause.any("entered", cue.first - 3, cue.first)
    state.modal = (
        state.modal
        or conditional(clause, cue)
        or future(clause, cue)
        or ("would" in clause.places and any(clause.has("would", k) for k in cue.tokens))
    )
    state.alone = ours or {side(code, dispute) for code in clause.party if code} == {"C"}
    state.unopposed = {side(code, dispute) for code in clause.party if code} <= {"O"}
    state.vacated = any(
        other.kind == "act" and other.name in ("withdraw", "leave") and other is not cue for other in clause.cues
    )
    state.owner_says_no = any(
        over.cue.name == "refuse" and not over.negated and side(over.subject, dispute) == "O" for over in ops
    )
    state.allowed = cue.name == "hold" and nominal(cue) and _object_of_transfer(clause, cue)
    state.realis = state.realis or (cue.name == "hold" and nominal(cue) and _given_away(clause, cue))
    for over in ops:
        _weigh_one(clause, state, over, ops, dispute)
    leader = next((code for code in clause.party if code), None)
    if state.agent == "O" and (state.modal or nominal(cue)) and not state.offered and _foretells(clause, cue, dispute):
        state.foretold = True
    if cue.name == "recognise" and nominal(cue) and state.agent == "C" and _foretells(clause, cue, dispute):
        state.foretold = True
    if _for_somebody_to(clause, cue) and state.agent == "O" and side(leader, dispute) == "C":
        state.demanders.append("C")  # "the Kremlin said it would be wise for Kyiv to withdraw"
    if clause.any("strictexchange", cue.first - 6, cue.first) and state.agent == "O" and side(leader, dispute) == "C":
        state.demanders.append("C")
    return state


def _tells_ahead(clause: Clause, cue: Cue) -> bool:
    """Is it told of what is to come ("L'Ukraine quittera le Donbass, a dit Poutine")?"""
    return teller(clause, cue) is not None or (clause.lexicon.lang != "en" and cue.form == "verb")


def _given_whom(clause: Clause, cue: Cue) -> bool:
    """ "przekazanie Rosji Donbasu": a noun of giving, right behind it to whom and then what."""
    k = cue.first + 1
    if clause.lexicon.lang not in _DATIVES or not nominal(cue) or clause.kinds[k : k + 1] != ["a"]:
        return False
    behind = clause.kinds[k + 1 : k + (4 if cue.name == "cede" else 8)]
    return not clause.has("adjective", k) and "r" in behind


def _given_by_infinitive(clause: Clause, cue: Cue) -> bool:
    """German: "X Russland zu überlassen": right before the infinitive stands to whom it is given."""
    k = cue.first - 1
    return clause.lexicon.lang == "de" and k > 1 and clause.words[k] == "zu" and clause.kinds[k - 1] == "a"


def _bound(ops: list[Over]) -> bool:
    """Does "must" stand over it, not negated?"""
    return any(over.cue.name == "must" and not over.negated for over in ops)


def _gaps(cue: Cue) -> list[int]:
    """The tokens inside a cue that are none of its own ("troops WOULD remain in")."""
    return [k for k in range(cue.first + 1, cue.last) if k not in cue.tokens]


def _object_of_transfer(clause: Clause, cue: Cue) -> bool:
    """ "would be granted administrative control over": the noun is what another act gives."""
    acts = (c for c in clause.cues if c.kind == "act" and c.name in ("receive", "cede", "keep") and c is not cue)
    return any(0 <= cue.first - c.last <= 4 or c.first < cue.first <= c.last for c in acts)


def _given_away(clause: Clause, cue: Cue) -> bool:
    """ "swap its foothold in Kharkiv region for ...": what is given away is held."""
    acts = (c for c in clause.cues if c.kind == "act" and c.name in ("swap", "giveback") and c is not cue)
    return clause.has("possessor", cue.first - 1) and any(0 < cue.first - c.last <= 2 for c in acts)


def _under_a_plan(clause: Clause, cue: Cue) -> bool:
    """Is it what a plan holds ("a swap in which Kyiv gets ...", "a deal that lets ...")?"""
    if "plan" not in clause.places:
        return False
    for k in range(cue.first - 1, 0, -1):
        if clause.has("wall", k) or clause.words[k] == ";":
            return False
        if clause.has("relative", k) or clause.has("that", k):
            return clause.any("plan", k - 3, k)
    return False


def _foretells(clause: Clause, cue: Cue, dispute: Dispute) -> bool:
    """ "Putin said the Ukrainian army would leave": the claimant says what the owner will do."""
    if clause.lexicon.lang != "en":
        return False
    first = next((k for k in range(cue.first) if clause.kinds[k] == "a"), None)
    said = first is not None and clause.any("say", first + 1, first + 4)
    return said and first is not None and side(clause.party[first], dispute) == "C"


def _for_somebody_to(clause: Clause, cue: Cue) -> bool:
    """ "For Zelensky to order his men out of Donbas would be ..."."""
    k = cue.first - 1
    if clause.lexicon.lang != "en" or k < 2 or clause.words[k] != "to" or clause.kinds[k - 1] != "a":
        return False
    return "for" in clause.words[max(k - 4, 0) : k - 1]


def _told_of_a_plan(clause: Clause, cue: Cue) -> bool:
    """ "Russia would keep Crimea": where nobody says it, that is what a plan holds; "Putin said he would" is a vow."""
    reach = 16 if clause.lexicon.lang == "de" else 4
    would = clause.any("would", cue.first - reach, cue.first + 1) or conditional(clause, cue)
    would = would or (clause.lexicon.lang in _DATIVES and clause.has("would", cue.first + 1))
    return would and "say" not in clause.places


def _is_fact(clause: Clause, cue: Cue) -> bool:
    """Is the act told as done or going on?"""
    if cue.form == "fact" or _gone(clause, cue):
        return True
    if cue.form == "fin" and _governed_infinitive(clause, cue):
        return False
    if cue.form in ("past", "fin", "view"):
        return not (irrealis_passive(clause, cue) or _conditional(clause, cue))
    if cue.name in ("withdraw", "leave", "hold") and _going_on(clause, cue):
        return True
    if cue.name in ("hold", "annex") and clause.words[cue.first].endswith("ing") and clause.lexicon.lang == "en":
        # "under sanctions for annexing Crimea", not "called for annexing it"
        return clause.words[cue.first - 1 : cue.first] == ["for"] and cue.first - 1 not in clause.covered
    return cue.name in ("hold", "annex") and finite(clause, cue)


def _governed_infinitive(clause: Clause, cue: Cue) -> bool:
    """German: is what may be a plural an infinitive ("dass Moskau den Donbass kontrollieren will")?"""
    if clause.lexicon.lang != "de" or not clause.words[cue.first].endswith("n"):
        return False
    return any(op.kind == "op" and op.form == "verb" and op.first == cue.last + 1 for op in clause.cues)


def _going_on(clause: Clause, cue: Cue) -> bool:
    """ "Putin's army was retreating from ...", "the land that it has been holding"."""
    if clause.lexicon.lang != "en" or cue.form != "verb" or not clause.words[cue.first].endswith("ing"):
        return False
    if cue.name == "hold":
        return clause.words[max(cue.first - 2, 0) : cue.first] in (["has", "been"], ["have", "been"], ["had", "been"])
    return any(clause.words[k] in ("was", "were") for k in range(max(cue.first - 2, 0), cue.first))


def _gone(clause: Clause, cue: Cue) -> bool:
    """ "після виходу із ...": a withdrawal that has been."""
    return cue.form == "noun" and cue.name in ("withdraw", "leave") and clause.has("behind", cue.first - 1)


def _heading(clause: Clause, cue: Cue) -> bool:
    """ "Ukraine to quit Donetsk region", a headline: a party, "to" and the act open the sentence."""
    k = cue.first - 2
    opens = clause.lexicon.lang == "en" and 0 <= k <= 2 and clause.words[k + 1] == "to" and clause.kinds[k] == "a"
    return opens and not clause.has("for", k - 1)


#: How Slavic verbs of the past end.
_PAST = ("в", "л", "ла", "ло", "ли", "ł", "ła", "ło", "li", "ły")


def _conditional(clause: Clause, cue: Cue) -> bool:
    """ "захопила б", "zajęłaby": the past form with its particle, or with the ending; "would come under ..."."""
    if clause.lexicon.lang == "en":
        return len(cue.tokens) > 1 and clause.any("modal", cue.first - 2, cue.first)
    if clause.any("would", cue.first - 1, cue.first + 3):
        return True
    past = clause.words[cue.first].endswith(_PAST)
    supposed = next(
        (
            k
            for k in range(cue.first - 1, max(cue.first - 9, -1), -1)
            if clause.has("supposed", k) or (past and clause.has("wish", k))
        ),
        None,
    )
    if supposed is not None and not clause.walled(supposed, cue.first):
        return True
    return clause.lexicon.lang == "pl" and clause.has("modal", cue.first)


def _weigh_one(clause: Clause, state: State, over: Over, ops: list[Over], dispute: Dispute) -> None:
    name, who = over.cue.name, side(over.subject, dispute)
    if over.after and over.cue.form == "post":
        who = side(_who_rules_out(clause, state.first, over), dispute)
    if name == "demand" and not over.negated and _of_a_plan(clause, over.cue):
        name = "offer"
        who = who if who == "C" and over.cue.form == "verb" and _owner_of_plan(clause, over.cue) else None
    if name == "aim" and not over.negated and over.cue.form == "verb" and _of_a_plan(clause, over.cue):
        name, who = "offer", None
    if over.cue.form == "weak" and who is None and clause.any("modal", over.cue.last + 1, over.cue.last + 3):
        name = "offer"  # "those terms would have seen Ukraine give up ..."
    if name == "must" and clause.lexicon.lang == "de" and over.cue.first == 0 and not over.after:
        name, who = "condition", None  # "Sollte Kiew nicht räumen, ..."
    if name == "condition":
        _weigh_condition(clause, state, over, who, dispute)
        return
    if name == "must" and not over.negated and _not_forced(clause, over.cue, ops):
        return
    if name == "must":
        who = _speaker(clause, over, dispute, doer=state.agent)
        if who is None and state.gives_back and side(next((c for c in clause.party if c), None), dispute) == "O":
            state.demanders.append("O")
            return
        name = "demand" if who == "C" and not over.negated else "offer" if not over.negated else "refuse"
    elif name == "offer" and who == "C" and not over.negated and (_close(clause, over) or state.said_by == "C"):
        state.wishes = True
    if name == "demand":
        if over.negated and who == "O":
            state.refusers.append(who)
        elif over.negated:
            state.cancelled = True
        else:
            state.demanders.append("C" if who == "O" and state.owner_says_no else who)
    elif name == "aim" and not over.negated:
        state.aims.append(who)
        state.attempted = clause.has("attempt", over.cue.first)
    elif name == "refuse" and not (over.negated and over.cue.name == "refuse"):
        if not (over.after and state.refusers) and not _said_twice(clause, state, over):
            state.refusers.append(who)
    elif name == "deny":
        own = who == "O" and over.after and over.cue.form != "post"
        state.denied = not over.negated and not own
    elif name == "fail":
        state.fails = True
    elif over.negated:
        _weigh_negated(clause, state, over, who)
    elif name == "offer":
        state.offered = True
        urged = over.cue.name == "offer" and over.cue.form == "verb"
        urged_owner = (
            who is None and side(next((c for c in clause.party[over.cue.last :][:3] if c), None), dispute) == "O"
        )
        state.pressed = state.pressed or (urged and (who == "T" or urged_owner))
        state.proposed = state.proposed or who == "T"
    elif name in ("allow", "accept"):
        state.allowed = True


def _weigh_negated(clause: Clause, state: State, over: Over, who: Side | None) -> None:
    """A negated aim, acceptance, offer or refusal."""
    if over.cue.name == "refuse" and who == "C":
        state.aims.append("C")  # "has not ruled out taking it"
    elif over.cue.name == "refuse":
        state.allowed = True
    elif over.cue.name in ("aim", "allow", "accept"):
        if threatened(clause, over.cue):
            state.offered = True
        else:
            state.refusers.append(who)
    elif over.cue.name == "offer" and who != "O":
        state.cancelled = True
    elif over.cue.name == "offer" and who not in state.refusers:
        state.refusers.append(who)


def threatened(clause: Clause, cue: Cue) -> bool:
    """ "would lose more if it did not agree": the negation is a condition."""
    return clause.any("if", cue.first - 7, cue.first)


def _weigh_condition(clause: Clause, state: State, over: Over, who: Side | None, dispute: Dispute) -> None:
    """ "no truce until Kyiv leaves", "Russia won't stop until it takes": what the claimant waits for, it wants.

    In many languages that takes a negation that denies nothing ("пока Киев не оставит"); "if Kyiv does not leave,
    Russia will ..." is a threat.
    """
    if state.act_negated and state.agent == "O" and who == "T" and not clause.has("until", over.cue.first):
        state.act_negated, state.offered, state.pressed = False, True, True
        return
    threat = state.act_negated and who is None and "C" in {side(code, dispute) for code in clause.party if code}
    if who is None and side(reporter(clause, over.cue.last), dispute) == "C":
        who = "C"
    if (who == "C" or threat) and state.agent == "O":
        if clause.has("until", over.cue.first) or threat:
            state.act_negated = False
        state.demanders.append("C")
    elif who == "C" and state.agent == "C":
        state.aims.append("C")
        state.realis = state.realis and state.first - over.cue.last > 4  # "once it holds Donetsk"
    elif who == "C" and state.agent is None and clause.has("until", over.cue.first) and state.realis:
        state.agent, state.realis = "C", False  # "Putin said it won't stop until Donbas is liberated"
        state.aims.append("C")
        if clause.has("until", over.cue.first):
            state.act_negated = False


def _not_forced(clause: Clause, cue: Cue, ops: list[Over]) -> bool:
    """ "should not be forced to": the negation belongs to both."""
    return clause.any("neg", cue.last + 1, cue.last + 2) and any(
        other.cue.name == "must" and other.negated and 0 < other.cue.first - cue.last <= 4 for other in ops
    )


def _said_twice(clause: Clause, state: State, over: Over) -> bool:
    """ "One red line: no recognition of Crimea": the noun and the negation behind its colon are one refusal."""
    return state.act_negated and ":" in clause.words[over.cue.last : state.first]


def _close(clause: Clause, over: Over) -> bool:
    """Is the subject right beside the operator ("Putin's proposal", "Russia offered")?"""
    near = range(max(over.cue.first - 4, 0), min(over.cue.last + 6, len(clause.words)))
    return any(clause.party[k] == over.subject for k in near)


def _who_rules_out(clause: Clause, act: int, over: Over) -> str | None:
    """ "Handing it to Russia is off the table, Kyiv said": the reporter, else a party before the act."""
    said = reporter(clause, over.cue.last)
    return said or next((code for _, code in parties_before(clause, act)), None)


def _of_a_plan(clause: Clause, cue: Cue) -> bool:
    """Is it a plan that requires it ("the plan calls for", "the deal would require")?"""
    for k in range(cue.first - 1, max(cue.first - 6, -1), -1):
        if clause.has("plan", k):
            return cue.form == "verb"
        if clause.kinds[k] in "ar" or clause.words[k] == ",":
            return False
    return False


def _owner_of_plan(clause: Clause, cue: Cue) -> bool:
    """Is a party's name right before that plan?"""
    k = next((k for k in range(cue.first - 1, max(cue.first - 6, -1), -1) if clause.has("plan", k)), 0)
    if any(clause.kinds[j] == "a" for j in range(max(k - 3, 0), k)):
        return True
    put = next((j for j in range(k - 1, max(k - 7, -1), -1) if clause.has("puts", j)), None)
    return put is not None and any(clause.kinds[j] == "a" for j in range(max(put - 4, 0), put))


def _speaker(clause: Clause, over: Over, dispute: Dispute, *, doer: Side | None) -> Side | None:
    """Who says that somebody must: the party before the one who must, all of them where the doer stands behind."""
    parties = [code for _, code in parties_before(clause, over.cue.first)]
    sides = [side(code, dispute) for code in parties]
    if over.negated:
        return sides[-1] if sides else None
    if side(reporter(clause, over.cue.last), dispute) == "C":
        return "C"
    return "C" if "C" in (sides[1:] if sides and sides[0] == doer else sides) else None


# --- from state to roles ----------------------------------------------------------------------------------------


def decide(act: Cue, state: State) -> list[tuple[Role, str]]:
    """The roles that an act gives a region, each with the name of its rule."""
    if state.denied and act.name == "retake" and state.agent != "C" and (state.offered or state.modal):
        return [("conceded", "owner gives up retaking it")]
    if state.denied:
        return []
    return DECIDERS[act.name](act, state)


def _transfer(act: Cue, state: State) -> list[tuple[Role, str]]:
    """cede, withdraw: by the owner conceded, by the claimant returned, by demand demanded, by refusal refused."""
    if state.given_to == "O" and state.agent != "O":
        return [] if state.realis else _back(act, state)
    aimed = "C" in state.aims and state.agent == "O"
    if state.foretold and not (state.act_negated or state.realis or state.refusers):
        aimed = True
    demanded = "C" in state.demanders or aimed or (state.agent != "C" and (state.wishes or None in state.demanders))
    if state.located and act.name in ("withdraw", "leave") and not (demanded or state.offered):
        return []
    talked = state.offered or state.allowed or state.modal or state.refusers or state.aims or state.act_negated
    if state.bare and state.agent is None and not (demanded or talked):
        return []
    giver = "O" if demanded and state.agent != "O" and "O" not in state.refusers else state.agent
    if giver is None or giver == "T":
        giver = state.refuser if state.refusers and state.refuser in ("C", "O") else "O"
    if giver == "C" and not demanded:
        return _back(act, state)
    if state.cancelled:
        return []
    roles: list[tuple[Role, str]] = []
    if demanded:
        roles.append(("demanded", "owner's transfer demanded"))
    if state.demanded_by("O") and not demanded:
        return [("refused", "owner demands it back")]
    if state.refused:
        if state.refuser in ("O", None) or (state.refuser == "C" and demanded):
            if state.refuser == "O" and state.said_by == "C" and not demanded:
                roles.append(("demanded", "claimant says that the owner refuses"))
            if state.refuser != "C":
                roles.append(("refused", "owner refuses transfer"))
            if "T" in state.demanders or state.proposed:
                roles.append(("conceded", "transfer proposed"))
        elif state.refuser == "T" and state.offered:
            roles.append(("conceded", "transfer proposed"))
    elif (
        act.name in ("withdraw", "leave")
        and state.realis
        and not (state.offered or state.allowed or state.modal or state.conditional or demanded)
    ):
        return []
    elif not demanded or (state.pressed and not state.refused):
        roles.append(("conceded", "transfer by owner"))
    return roles


def _back(act: Cue, state: State) -> list[tuple[Role, str]]:
    """The claimant gives it back, or refuses to."""
    if state.demanded_by("O"):
        return [("refused", "owner demands it back")]
    if state.refused and state.refuser == "O":
        return [("returned", "owner refuses what the claimant would give")] if state.offered else []
    if state.refused:
        return [("demanded", "claimant refuses to give it back")]
    if state.cancelled or (act.name in ("withdraw", "leave") and state.realis and not state.modal):
        return []
    return [("returned", "claimant gives it back")]


def _giveback(act: Cue, state: State) -> list[tuple[Role, str]]:
    """Return to the owner, whoever acts."""
    own = state.given_to == "O" or (state.offered and not state.demanders)
    if act.form == "noun" and own and state.agent == "O":
        return _back(act, state)
    if state.agent == "O" and "C" in state.demanders:
        return [("demanded", "owner's return demanded")]
    if state.agent == "O" and not state.demanded_by("O"):
        return _retake(act, state)
    return _back(act, state)


def _recognise(act: Cue, state: State) -> list[tuple[Role, str]]:
    """Recognition as the claimant's: demanded, conceded or refused."""
    if state.cancelled or (act.form == "state" and not (state.allowed or state.refusers or state.demanders)):
        return []
    demanded = state.demanded_by("C") or (None in state.demanders and state.agent != "C")
    demanded = demanded or (state.foretold and not state.refused)
    roles: list[tuple[Role, str]] = [("demanded", "recognition demanded")] if demanded else []
    if state.refused:
        if state.refuser == "O" or (state.refuser is None and state.unopposed):
            roles.append(("refused", "owner refuses recognition"))
        if state.proposed and not demanded:
            roles.append(("conceded", "recognition proposed"))
    elif not demanded and (state.agent != "C" or act.form == "state"):
        roles.append(("conceded", "recognition possible"))
    return roles


def _keep(act: Cue, state: State) -> list[tuple[Role, str]]:
    """The claimant keeps it, or the owner does."""
    if state.agent == "O":
        kept = state.aims or state.demanders or state.modal
        return [("refused", "owner keeps it")] if kept and not state.refused else []
    meant = state.alone and state.modal and not state.allowed and not state.told and act.form in ("verb", "will")
    if meant and not (state.realis or state.refused or state.offered):
        return [("demanded", "claimant means to keep it")]
    return _holding(act, state, expected="conceded")


def _hold(act: Cue, state: State) -> list[tuple[Role, str]]:
    """Control by the claimant: stated, aimed at, allowed or refused."""
    if act.form == "unheld":
        return [("controlled", "not held by its owner")] if state.agent in ("O", None) else []
    if state.agent == "O":
        wanted = state.aims or state.demanded_by("O")
        return [("refused", "owner wants it back")] if wanted and not state.realis and not state.located else []
    return _holding(act, state, expected="conceded" if act.form == "past" else None)


def _holding(act: Cue, state: State, *, expected: Role | None) -> list[tuple[Role, str]]:
    if state.agent == "T" and not state.realis:
        return []
    if state.realis:
        return [] if state.act_negated and not state.partly else [("controlled", "stated control")]
    if state.fails and not state.partly:
        return []
    if state.demanded_by("C") or "C" in state.aims or (None in state.aims and state.agent == "C"):
        if (state.located and not state.partly) or state.refused or state.cancelled:
            return []
        return [("demanded", "control aimed at")]
    if state.allowed or state.offered or state.refusers:
        if state.refused and state.refuser == "T" and act.form == "noun" and state.agent == "C":
            return [("controlled", "stated control")]
        if state.refused and state.refuser == "C" and (act.form == "noun" or act.name == "keep"):
            return [("demanded", "claimant won't talk of its control")]
        if state.refused:
            return [("refused", "owner refuses to leave it")] if state.refuser == "O" else []
        if act.form == "noun" and not state.allowed:
            return [("controlled", "stated control")]
        return [("conceded", "control allowed")]
    if state.act_negated and not state.partly:
        return []
    if state.modal and state.said_by == "C" and state.agent == "C" and act.form != "noun":
        return [("demanded", "claimant means to hold it")]
    if state.demanders and act.form != "noun":
        return []
    if state.modal and act.form != "noun":
        return [(expected, "control expected")] if expected else []
    if state.infinitive:
        return []
    return [("controlled", "stated control")]


def _annex(act: Cue, state: State) -> list[tuple[Role, str]]:
    """Annexation: declared, or planned and so demanded."""
    if state.agent == "O" and act.form == "past" and len(act.tokens) > 1:
        return []  # "a claim to X as its owner stands firm": whose it is called is its owner's
    if state.agent in ("O", "T") and act.form == "verb":
        return []
    if state.agent == "T" and act.form == "past" and len(act.tokens) > 1:
        return []  # "if the rest of the country joined NATO"
    if state.agent == "O" and act.form == "view" and not state.refused:
        return [("refused", "owner counts it as its own")]
    if act.form == "noun" and "C" in state.demanders and not (state.refused or state.allowed):
        return [("demanded", "annexation demanded")]
    announced = act.form == "noun" and not (state.planned or "C" in state.aims)
    if state.realis or state.attempted or announced:
        return [] if state.act_negated and state.realis else [("annexed", "declared annexation")]
    if state.act_negated or state.refused or state.cancelled or state.fails:
        return []
    meant = act.form == "verb" and state.offered and state.agent in ("C", None)
    if act.form == "verb" and state.allowed and not (state.planned or state.aims or state.demanders):
        return [("conceded", "annexation allowed")]
    if state.planned or state.aims or state.demanders or state.modal or meant:
        return [("demanded", "planned annexation")]
    return [("annexed", "declared annexation")]


def _claim(act: Cue, state: State) -> list[tuple[Role, str]]:
    """A claim to the land as one's own."""
    if state.refused and state.refuser == "O" and act.form == "noun":
        return [("annexed", "claimed as its own"), ("refused", "owner rejects the claim")]
    if state.act_negated or state.refused or state.agent not in ("C", None):
        return []
    return [("annexed", "claimed as its own")]


def _retake(act: Cue, state: State) -> list[tuple[Role, str]]:
    """The owner takes it back: done, it is no claim; aimed at, it insists that the land is its own."""
    if act.form == "never":
        return [] if state.agent == "C" or state.said_by == "C" else [("conceded", "owner would not get it back")]
    if state.agent == "C" or (state.agent is None and state.said_by == "C"):
        if act.form == "noun" and state.offered and state.agent == "C":
            return [("returned", "claimant offers its return")]
        if state.told and act.form == "past":
            return [("returned", "claimant would return it")]  # "Россия вернула бы ..."
        hopeless = state.realis or state.act_negated or state.fails or state.refused
        meant = act.form == "vow" or ((state.modal or state.aims) and not hopeless)
        if meant and act.form != "noun":
            return [("demanded", "claimant means to take it")]
        return [] if act.form == "verb" else _hold(act, state)
    given = state.modal or state.offered
    if act.form == "get" and given and state.agent == "O" and not (state.act_negated or state.aims or state.demanders):
        return [("returned", "owner would get it back")]
    if state.act_negated and state.modal and state.agent == "O" and not (state.refusers or state.demanders):
        return [("conceded", "owner would not get it back")]
    if state.realis or state.located or state.refused or state.fails or state.conditional or state.agent == "T":
        return []
    if act.form == "vow":
        return [("refused", "owner means to retake it")]
    wanted = state.aims or state.demanders or (state.modal and act.form != "noun")
    return [("refused", "owner means to retake it")] if wanted else []


def _leave(act: Cue, state: State) -> list[tuple[Role, str]]:
    """Leaving: of armies only where somebody demands, proposes, promises or refuses it."""
    willed = state.demanders or state.refusers or state.aims or state.wishes
    talked = willed or state.offered or state.allowed or state.modal or state.conditional or state.foretold
    return _transfer(act, state) if talked or state.act_negated else []


def _freeze(_act: Cue, state: State) -> list[tuple[Role, str]]:
    """Fighting halted on present lines."""
    return [] if state.act_negated or state.cancelled else [("frozen", "line frozen")]


def _own(act: Cue, state: State) -> list[tuple[Role, str]]:
    """ "X is Ukrainian", "X belongs to Russia": `agent` is whose it is said to be."""
    if state.agent == "O":
        others = state.said_by == "T"  # what third parties recognise is no refusal of the owner's
        return [] if state.act_negated or state.refused or others else [("refused", "said to be the owner's")]
    if state.agent == "C" and act.form == "verb" and state.act_negated and state.said_by == "O":
        return [("refused", "said not to be the claimant's")]
    if state.agent == "C" and act.form == "will" and state.act_negated and state.said_by in ("O", None):
        return [("refused", "said never to be the claimant's")]
    if state.agent == "C" and act.form in ("must", "will") and state.said_by in ("O", "T"):
        return [] if state.act_negated or state.refused or state.said_by == "O" else [("conceded", "seen as lost")]
    if state.agent == "C" and act.form in ("must", "will"):
        return [] if state.act_negated or state.refused else [("demanded", "meant to be the claimant's")]
    if state.agent == "C":
        if state.demanded_by("C"):
            return [("demanded", "said to be the claimant's")]
        if state.act_negated or (state.refused and state.refuser != "C"):
            return []
        allowed = state.allowed or state.said_by == "T"
        return [("conceded" if allowed else "annexed", "said to be the claimant's")]
    return []


def _zone(_act: Cue, state: State) -> list[tuple[Role, str]]:
    """A buffer zone of the claimant's; not one that is there already ("moved into the buffer zone")."""
    if state.entered:
        return []
    wanted = state.agent == "C" or state.demanded_by("C") or "C" in state.aims
    if state.vacated and not wanted and not state.refused:
        return [("conceded", "zone that the owner leaves")]
    return [("demanded", "buffer zone")] if wanted and not state.refused else []


def _neutral(_act: Cue, state: State) -> list[tuple[Role, str]]:
    """A demilitarised or economic zone: conceded where a proposal would have the owner leave for it."""
    if state.refused:
        return [("refused", "zone refused")] if state.refuser == "O" else []
    if state.demanded_by("C"):
        return [("demanded", "zone demanded")]
    return [("conceded", "zone proposed")] if state.offered or state.allowed or state.vacated else []


def _lose(act: Cue, state: State) -> list[tuple[Role, str]]:
    """The owner would lose it, or refuses to."""
    if act.form == "gone":
        return [] if state.refused or state.said_by == "C" else [("conceded", "given up as lost")]
    if act.form == "past" and state.realis and state.agent in ("O", None):
        return [("controlled", "lost by its owner")]
    if state.agent == "C" or state.realis or state.cancelled:
        return []
    if state.refused:
        return [("refused", "owner refuses to lose it")] if state.refuser in ("O", None) else []
    if state.demanded_by("C"):
        return [("demanded", "loss demanded")]
    return [("conceded", "owner would lose it")] if state.modal or state.offered or state.allowed else []


def _closed(act: Cue, state: State) -> list[tuple[Role, str]]:
    """ "X is not up for negotiation": the owner's refusal, unless the claimant says so."""
    if not (state.act_negated or act.form == "shut" or state.refusers):
        return []
    return (
        [("demanded", "claimant won't talk")]
        if (state.said_by or state.agent) == "C"
        else [("refused", "owner won't talk")]
    )


def _receive(act: Cue, state: State) -> list[tuple[Role, str]]:
    """The claimant would get it, or its owner would get it back."""
    if state.agent == "O" and not (state.realis or state.refused):
        meant = state.said_by == "O" and not (state.offered or state.allowed)
        if (meant or (state.bound and state.unopposed)) and not (state.told or state.conditional):
            return [("refused", "owner means to get it back")]
        given = state.offered or state.allowed or state.modal or state.gets
        return [("returned", "owner would get it")] if given else []
    if state.agent != "C" or state.realis:
        return []
    if state.demanded_by("C") or "C" in state.aims:
        return [("demanded", "claimant wants to get it")]
    if state.refused:
        return [("refused", "owner refuses")] if "O" in (state.refuser, state.said_by) else []
    own = (state.alone and act.form != "goes") or state.said_by == "C"
    if state.modal and own and not (state.told or state.offered or state.allowed):
        return [("demanded", "claimant means to get it")]
    possible = state.offered or state.allowed or state.modal or state.conditional or state.gets
    return [("conceded", "claimant would get it")] if possible else []


#: What decides each act.
DECIDERS = {
    "cede": _transfer,
    "withdraw": _transfer,
    "leave": _leave,
    "swap": _transfer,
    "giveback": _giveback,
    "recognise": _recognise,
    "keep": _keep,
    "hold": _hold,
    "annex": _annex,
    "claim": _claim,
    "retake": _retake,
    "freeze": _freeze,
    "own": _own,
    "zone": _zone,
    "neutral": _neutral,
    "receive": _receive,
    "lose": _lose,
    "closed": _closed,
}
