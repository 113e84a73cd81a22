"""The words of matches: what codes of rooms below mean to a person."""

from typing import Any

from service.identity.decisions import MatchDecision
from service.identity.matching.weigh import MatchReason, MatchStrength
from service.resolution.matches.model import MatchItem, MatchState
from service.web.console.codes import CodeLook
from service.web.console.golden.words import GOLDEN_FIELDS, golden_text
from service.web.console.navigation import MATCHES_PATH
from service.web.console.words import _

STRENGTHS = {
    MatchStrength.STRONG: CodeLook(_("Probably one person"), "acc", "user-check"),
    MatchStrength.LIKELY: CodeLook(_("Perhaps one person"), "warn", "users"),
    MatchStrength.HOUSEHOLD: CodeLook(_("One household"), "", "home"),
}
STATES = {
    MatchState.OPEN: _("Undecided"),
    MatchState.LATER: _("Later"),
    MatchState.APART: _("Not one person"),
    MatchState.SAME: _("One person"),
}
DECISIONS = {
    MatchDecision.SAME: _("One person"),
    MatchDecision.HOUSEHOLD: _("One household"),
    MatchDecision.APART: _("Different people"),
    MatchDecision.LATER: _("Later"),
}
REASONS = {
    ("given", "same"): _("The given names are the same."),
    ("given", "variant"): _("One given name is a variant, a nickname or one of several."),
    ("given", "initial"): _("The given names begin with the same letter; one is only an initial."),
    ("given", "alike"): _("The given names sound or look alike."),
    ("given", "different"): _("The given names differ."),
    ("given", "one_generation"): _("The given names agree; only one is marked as junior or senior."),
    ("given", "two_generations"): _("The given names agree, but one is marked as junior and the other as senior."),
    ("family", "same"): _("The family names are the same."),
    ("family", "alike"): _("The family names sound or look alike."),
    ("family", "part"): _("The family names share a part of a double name."),
    ("family", "similar"): _("The family names are similar."),
    ("family", "different"): _("The family names differ."),
    ("born", "same"): _("The birth dates are the same."),
    ("born", "slip"): _("The birth dates differ by one slip, or by day and month swapped."),
    ("born", "two_slips"): _("The birth dates differ by two slips."),
    ("born", "same_year"): _("Only the years of birth are the same."),
    ("born", "different"): _("The birth dates differ."),
    ("born", "near"): _("The birth dates differ by two slips, in the year and in the day or month."),
    ("address", "same_house"): _("The addresses are the same."),
    ("address", "same_street"): _("The streets are the same, the house numbers differ."),
    ("address", "same_postal_code"): _("The postal codes are the same; one address has no street."),
    ("address", "other_street"): _("The postal codes are the same, the streets differ."),
    ("address", "same_town"): _("Only the towns are the same."),
    ("address", "elsewhere"): _("The addresses differ."),
    ("address", "town_alone"): _("The towns are the same; more is not known of both."),
    ("phone", "same_mobile"): _("They share a mobile number."),
    ("phone", "same_line"): _("They share a land line."),
    ("phone", "slip"): _("Their telephone numbers differ by one digit."),
    ("phone", "different"): _("Their telephone numbers differ."),
    ("email", "same"): _("They share an e-mail address."),
    ("email", "local_part"): _("Their e-mail addresses differ only in the provider."),
    ("email", "slip"): _("Their e-mail addresses differ by one slip."),
    ("email", "different"): _("Their e-mail addresses differ."),
    ("identity", "same"): _("They state the same identity, such as a customer number."),
    ("identity", "slip"): _("They state identities of one kind that differ by one slip."),
    ("identity", "different"): _("They state different identities of one kind."),
    ("identity", "stated_together"): _("One contact named numbers or addresses of both."),
    ("household", "explains"): _("Two people of one household would share as much."),
}
"""By field and level of what matching compared."""
MOST_REASONS = 3


def strongest(item: MatchItem) -> list[MatchReason]:
    """The evidence that weighs most, for or against."""
    said = [one for one in item.reasons if one.field != "household"]
    return sorted(said, key=lambda one: abs(one.bits), reverse=True)[:MOST_REASONS]


PAIR_WORDS: dict[str, Any] = {
    "strengths": STRENGTHS,
    "states": STATES,
    "decisions": DECISIONS,
    "reasons": REASONS,
    "golden_fields": GOLDEN_FIELDS,
    "matches_path": MATCHES_PATH,
    "strongest": strongest,
    "golden_text": golden_text,
}
"""What the templates of matches call these tables."""
