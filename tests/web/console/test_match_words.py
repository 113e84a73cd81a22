"""Every reason that matching gives has words in the console."""

from service.identity.matching.wording import HOUSEHOLD_REASON, LEVELS
from service.web.console.matches.words import REASONS


def test_the_console_says_every_reason_in_the_words_of_matching():
    stated = {(field, code): text for field, levels in LEVELS.items() for code, text in levels}
    field, code, text = HOUSEHOLD_REASON
    assert stated | {(field, code): text} == {
        key: words for key, words in REASONS.items() if key != ("identity", "stated_together")
    }
