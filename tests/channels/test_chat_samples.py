"""`askonce channels test` for the doors of bots and chats: their recorded deliveries pass, and become something."""

import pytest

from service.channels.chatbot import chatwoot
from service.channels.chatbot.botframework import door as botframework
from service.channels.chatbot.rasa import door as rasa
from service.channels.social.meta import door as meta
from service.errors import DeliveryRefused
from tests.channels.vendors import instance_of, interactions_in, orders_in

DOORS = [rasa.ADAPTER, botframework.ADAPTER, chatwoot.ADAPTER, meta.ADAPTER]


@pytest.mark.parametrize("adapter", DOORS, ids=lambda adapter: adapter.name)
def test_every_sample_carries_its_proof_and_says_something(adapter):
    door = instance_of(adapter)
    for sample in adapter.samples(door):
        adapter.verify(sample, door)
        assert any(one.text for one in interactions_in(adapter.parse(sample, door)))


@pytest.mark.parametrize("adapter", [one for one in DOORS if not one.in_path], ids=lambda adapter: adapter.name)
def test_a_sample_of_another_door_is_refused(adapter):
    for sample in adapter.samples(instance_of(adapter, secret="another")):
        with pytest.raises(DeliveryRefused):
            adapter.verify(sample, instance_of(adapter))


@pytest.mark.parametrize("adapter", [rasa.ADAPTER, botframework.ADAPTER], ids=lambda adapter: adapter.name)
def test_a_bots_sample_hands_off_where_there_is_a_queue(adapter):
    door = instance_of(adapter, queue="support")
    assert len([order for one in adapter.samples(door) for order in orders_in(adapter.parse(one, door))]) == 1
