"""Where a key lies in a Redis Cluster, and what an address of several servers must look like."""

from urllib.parse import quote

import pytest

from service.cache.address import check_address
from service.cache.hosts import CLUSTER, SENTINEL, parse_hosts
from service.cache.slots import (
    SLOTS,
    group_by_slot,
    key_of,
    parse_redirection,
    parse_slots,
    part_of,
    slot_of,
    slot_of_tag,
)
from service.errors import CacheUnavailable, ConfigurationError


@pytest.mark.parametrize(
    ("key", "slot"),
    [
        ("", 0),
        ("123456789", 0x31C3 % SLOTS),
        ("foo", 12182),
        ("bar", 5061),
        ("ctx:{bar}:7:space", 5061),
        ("lease:{bar}:space", 5061),
        ("a{foo}{bar}", 12182),
    ],
)
def test_keys_lie_where_the_specification_says(key, slot):
    assert slot_of(key) == slot_of(key.encode()) == slot


@pytest.mark.parametrize("key", ["{}foo", "foo{", "{foo", "}foo{", "foo{}{bar}"])
def test_an_empty_or_open_tag_is_none(key):
    assert slot_of(key) == slot_of_tag(key.encode())


def test_a_tag_ends_at_the_first_brace():
    assert slot_of("foo{{bar}}zap") == slot_of_tag(b"{bar")


def test_all_keys_of_a_customer_belong_together_and_those_of_others_go_apart():
    keys = ["lease:{foo}:s", "lease:{bar}:s", "ctx:{foo}:7:s", "ctx:{bar}:7:s"]
    assert list(group_by_slot(keys)) == [["lease:{foo}:s", "ctx:{foo}:7:s"], ["lease:{bar}:s", "ctx:{bar}:7:s"]]


def test_slots_are_64_parts():
    assert [part_of(slot) for slot in (0, 255, 256, SLOTS - 1)] == [0, 0, 1, 63]


def test_a_script_belongs_where_its_first_key_lies():
    assert key_of(("EVAL", "return 1", 2, "lease:{foo}", "ctx:{foo}")) == "lease:{foo}"
    assert key_of(("GET", b"foo")) == b"foo"


@pytest.mark.parametrize("command", [("PING",), ("EVAL", "return 1", 0)])
def test_a_command_without_a_key_belongs_nowhere(command):
    with pytest.raises(CacheUnavailable):
        key_of(command)


def test_a_node_that_does_not_know_its_own_host_is_the_one_that_was_asked():
    row = [0, 99, [b"", 7000, b"id", []], [b"10.0.0.2", 7001, b"id", []]]
    other = [100, 199, [b"10.0.0.3", 7002, b"id", []]]
    assert list(parse_slots([row, other], asked="10.0.0.1")) == [
        (("10.0.0.1", 7000), range(100)),
        (("10.0.0.3", 7002), range(100, 200)),
    ]


def test_a_node_names_the_node_that_has_a_key():
    assert parse_redirection("MOVED 3999 10.0.0.2:6381", asked="x") == (False, 3999, ("10.0.0.2", 6381))
    assert parse_redirection("ASK 3999 [fe80::1]:6381", asked="x") == (True, 3999, ("fe80::1", 6381))
    assert parse_redirection("ASK 3999 :6381", asked="x") == (True, 3999, ("x", 6381))


def test_an_address_names_the_hosts_of_a_cluster_and_who_asks():
    listed = parse_hosts("rediss+cluster://user:secret@one:1,two,[::1]:3?ssl_ca_certs=a.pem")
    assert listed is not None
    assert (listed.kind, listed.hosts) == (CLUSTER, (("one", 1), ("two", 6379), ("::1", 3)))
    assert listed.url_of("::2", 5) == "rediss://user:secret@[::2]:5/?ssl_ca_certs=a.pem"


def test_sentinels_may_be_asked_with_tls():
    listed = parse_hosts("rediss+sentinel://one/name/3?ssl_cert_reqs=none")
    assert listed is not None
    assert (listed.kind, listed.hosts, listed.path) == (SENTINEL, (("one", 26379),), "name/3")


PASSWORD = quote("se/cr:et@#?", safe="")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis+cluster://", "host that is missing"),
        ("redis+cluster://:{password}@", "host that is missing"),
        ("redis+cluster://:{password}@one:6379,", "host that is missing"),
        ("redis+cluster://:{password}@one:port", "port that is none"),
        ("redis+cluster://:{password}@one:70000", "port that is none"),
        ("redis+cluster://:{password}@one:6379/3", "names a database, and a cluster has none"),
        ("redis+sentinel://:{password}@one:26379", "name that the Sentinels know"),
        ("redis+sentinel:///name", "host that is missing"),
        ("redis+sentinel://:{password}@one/name/zero", "name that the Sentinels know"),
        ("redis+ring://:{password}@one:6379", "scheme that is unknown"),
        ("http+cluster://:{password}@one:6379", "scheme that is unknown"),
        ("redis-cluster://:{password}@one:6379", "Several servers are named as in redis[+]cluster://"),
    ],
)
def test_a_mistaken_address_is_refused_at_the_start_with_what_to_write_and_without_its_password(url, words):
    with pytest.raises(ConfigurationError, match=words) as refused:
        check_address(url.format(password=PASSWORD))
    assert "redis+cluster://user:password@" in refused.value.detail or "redis+sentinel://user" in refused.value.detail
    assert "et%40" not in refused.value.detail
