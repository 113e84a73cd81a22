"""The fields and levels of matching, with their codes and what they say in words."""

from typing import Final

FIELDS: Final = ("given", "family", "born", "address", "phone", "email", "identity")
"""In the order of the levels that `levels.compare` gives."""

LEVELS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "given": (
        ("same", "The given names are the same."),
        ("variant", "One given name is a variant, a nickname or one of several."),
        ("initial", "The given names begin with the same letter; one is only an initial."),
        ("alike", "The given names sound or look alike."),
        ("different", "The given names differ."),
        ("one_generation", "The given names agree; only one is marked as junior or senior."),
        ("two_generations", "The given names agree, but one is marked as junior and the other as senior."),
    ),
    "family": (
        ("same", "The family names are the same."),
        ("alike", "The family names sound or look alike."),
        ("part", "The family names share a part of a double name."),
        ("similar", "The family names are similar."),
        ("different", "The family names differ."),
    ),
    "born": (
        ("same", "The birth dates are the same."),
        ("slip", "The birth dates differ by one slip, or by day and month swapped."),
        ("two_slips", "The birth dates differ by two slips."),
        ("same_year", "Only the years of birth are the same."),
        ("different", "The birth dates differ."),
        ("near", "The birth dates differ by two slips, in the year and in the day or month."),
    ),
    "address": (
        ("same_house", "The addresses are the same."),
        ("same_street", "The streets are the same, the house numbers differ."),
        ("same_postal_code", "The postal codes are the same; one address has no street."),
        ("other_street", "The postal codes are the same, the streets differ."),
        ("same_town", "Only the towns are the same."),
        ("elsewhere", "The addresses differ."),
        ("town_alone", "The towns are the same; more is not known of both."),
    ),
    "phone": (
        ("same_mobile", "They share a mobile number."),
        ("same_line", "They share a land line."),
        ("slip", "Their telephone numbers differ by one digit."),
        ("different", "Their telephone numbers differ."),
    ),
    "email": (
        ("same", "They share an e-mail address."),
        ("local_part", "Their e-mail addresses differ only in the provider."),
        ("slip", "Their e-mail addresses differ by one slip."),
        ("different", "Their e-mail addresses differ."),
    ),
    "identity": (
        ("same", "They state the same identity, such as a customer number."),
        ("slip", "They state identities of one kind that differ by one slip."),
        ("different", "They state different identities of one kind."),
    ),
}
"""Field -> its levels in the order of their numbers: code and sentence."""

HOUSEHOLD_REASON: Final = ("household", "explains", "Two people of one household would share as much.")
"""Field, code and sentence of the evidence that a household takes away again."""
