"""What a process knows of restrictions: a look that began before one does not say that there is none."""

import asyncio

from service.coherence.restrictions import RestrictionKnowledge


async def test_a_look_that_was_under_way_when_a_customer_was_restricted_opens_nothing():
    known, now = RestrictionKnowledge(), asyncio.get_running_loop().time()
    known.note_look(found_any=False, began=now, valid_until=now + 60)
    assert not known.may_be_restricted
    known.note_restriction()
    known.note_look(found_any=False, began=now, valid_until=now + 60)
    assert known.may_be_restricted


async def test_when_none_is_restricted_any_more_a_later_look_says_so():
    known = RestrictionKnowledge()
    known.note_restriction()
    later = asyncio.get_running_loop().time() + 1
    known.note_look(found_any=True, began=later, valid_until=later + 60)
    assert known.may_be_restricted
    known.note_look(found_any=False, began=later, valid_until=later + 60)
    assert not known.may_be_restricted
