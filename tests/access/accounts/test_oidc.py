"""Sign-in by an OpenID provider that really signs, and what does not sign in."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from service.access.accounts.accounts import change_account, disable_account, list_accounts
from service.access.accounts.oidc import OpenIdSignIn, parse_mapping
from service.errors import ConfigurationError, Conflict, PeerUnavailable, SignInRefused
from service.model.vocabulary import AgentRole
from service.settings.environment import load_settings
from tests.access.accounts.openid import CLIENT_ID, SECRET, new_key, running_provider

pytestmark = pytest.mark.slow


@pytest.fixture(params=["RS256"])
def provider(request, clock):
    with running_provider(request.param) as provider:
        provider.now = int(clock.now().timestamp())
        yield provider


def environment(url: str) -> dict[str, str]:
    return {
        "ASKONCE_PUBLIC_URL": "https://desk.example.com",
        "ASKONCE_OIDC_ISSUER": url,
        "ASKONCE_OIDC_CLIENT_ID": CLIENT_ID,
        "ASKONCE_OIDC_CLIENT_SECRET": SECRET,
        "ASKONCE_OIDC_ROLES": "Leads=supervisor, Support Team=agent",
        "ASKONCE_OIDC_QUEUES": "Team Returns=returns, Support Team=support",
    }


@pytest.fixture
def door(agents, provider) -> OpenIdSignIn:
    settings = load_settings(environment(provider.url))
    return OpenIdSignIn(agents.database, agents.clock, settings, agents.sessions)


async def sign_in(door, provider, **query):
    """One agent's way there and back in one browser."""
    begun = await door.begin()
    return await door.finish(provider.authorize(begun.url) | query, begun.pre_session)


@pytest.mark.parametrize("provider", ["RS256", "PS256", "ES256"], indirect=True)
async def test_an_agent_whom_the_provider_knows_signs_in_with_its_role_and_queues(agents, door, provider):
    opened = await sign_in(door, provider)
    agent = opened.agent
    assert (agent.name, agent.role, agent.queues) == ("jana.koehler", AgentRole.AGENT, ("support",))
    assert not agent.must_set_password
    assert await agents.sessions.principal_of(opened.session_id)
    again = await sign_in(door, provider)
    assert again.session_id != opened.session_id
    (account,) = await agents.do(list_accounts)
    assert (account.oidc_subject, account.has_password) == ("248289761001", False)


async def test_the_provider_is_asked_for_a_code_of_this_browser_alone(door):
    first, second = await door.begin(), await door.begin()
    url = urlsplit(first.url)
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert (asked["tenant"], asked["scope"]) == ("1", "openid profile email")
    assert asked["redirect_uri"] == "https://desk.example.com/signin/provider"
    assert len({first.pre_session, second.pre_session, asked["state"], asked["nonce"], asked["code_challenge"]}) == 5
    assert first.pre_session not in first.url


async def test_the_account_follows_the_subject_and_not_the_name(agents, door, provider):
    opened = await sign_in(door, provider)
    provider.claims["preferred_username"] = "jana.smith"
    assert (await sign_in(door, provider)).agent.account_id == opened.agent.account_id
    await agents.create("admin", AgentRole.ADMIN)
    provider.claims |= {"sub": "another", "preferred_username": "Admin"}
    with pytest.raises(Conflict):
        await sign_in(door, provider)


async def test_another_role_at_the_provider_is_another_role_here_and_ends_the_sessions_before(agents, door, provider):
    before = await sign_in(door, provider)
    provider.claims["groups"] = ["Leads", "Support Team", "Team Returns"]
    after = await sign_in(door, provider)
    assert (after.agent.role, after.agent.queues) == (AgentRole.SUPERVISOR, ("returns", "support"))
    assert await agents.sessions.current(before.session_id) is None
    assert await agents.sessions.current(after.session_id)


async def test_without_queues_of_the_provider_an_operators_stay(agents, provider):
    settings = load_settings(environment(provider.url) | {"ASKONCE_OIDC_QUEUES": ""})
    door = OpenIdSignIn(agents.database, agents.clock, settings, agents.sessions)
    await sign_in(door, provider)
    await agents.do(change_account, "jana.koehler", queues=["repairs"])
    assert (await sign_in(door, provider)).agent.queues == ("repairs",)


async def test_a_disabled_agent_is_not_let_in_by_the_provider(agents, door, provider):
    await sign_in(door, provider)
    await agents.do(disable_account, "jana.koehler", agents.clock.now())
    with pytest.raises(SignInRefused):
        await sign_in(door, provider)


@pytest.mark.parametrize("groups", [None, [], "Everybody", ["support team"], {"Support Team": True}, 7, [["x"]]])
async def test_who_has_no_role_there_gets_none_here(agents, door, provider, groups):
    provider.claims["groups"] = groups
    with pytest.raises(SignInRefused):
        await sign_in(door, provider)
    assert await agents.do(list_accounts) == []


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": ["askonce", "another"]},
        {"aud": ["askonce", "another"], "azp": "another"},
        {"iss": "https://evil.example.com"},
        {"exp": 1},
        {"exp": None},
        {"exp": "never"},
        {"iat": 10**11},
        {"nbf": 10**11},
        {"sub": None},
        {"sub": 7},
        {"at_hash": "of another token"},
    ],
)
async def test_a_token_that_says_something_else_signs_nobody_in(agents, door, provider, claims):
    provider.claims |= claims
    with pytest.raises(SignInRefused):
        await sign_in(door, provider)
    assert await agents.do(list_accounts) == []


@pytest.mark.parametrize("attack", ["none", "foreign key", "HS256", "foreign key of its own", "no token"])
async def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(agents, door, provider, attack, monkeypatch):
    if attack in {"none", "HS256"}:
        provider.header = {"alg": attack}
    elif attack == "no token":
        monkeypatch.setattr(provider, "id_token", lambda _nonce: "not.a.token")
    else:
        foreign = new_key("RS256")
        provider.header = {"kid": foreign.kid if attack.endswith("own") else provider.key.kid}
        provider.key = foreign
    with pytest.raises(SignInRefused):
        await sign_in(door, provider)
    assert await agents.do(list_accounts) == []


async def test_keys_that_the_provider_changed_are_known_at_once(door, provider):
    await sign_in(door, provider)
    provider.key = new_key("RS256")
    provider.published = [provider.key]
    assert await sign_in(door, provider)


async def test_an_answer_of_the_provider_counts_once_and_in_the_browser_that_began(agents, door, provider):
    begun, other = await door.begin(), await door.begin()
    query = provider.authorize(begun.url)
    for foreign in (other.pre_session, "", "\ud800"):
        with pytest.raises(SignInRefused):
            await door.finish(query, foreign)
    await door.finish(query, begun.pre_session)
    with pytest.raises(SignInRefused):
        await door.finish(query, begun.pre_session)


async def test_no_sign_in_is_done_twice_by_a_provider_that_takes_codes_again(door, provider):
    provider.takes_codes_again = True
    begun = await door.begin()
    query = provider.authorize(begun.url)
    await door.finish(query, begun.pre_session)
    with pytest.raises(SignInRefused):
        await door.finish(query, begun.pre_session)


async def test_a_code_of_another_browser_does_not_fit_the_verifier(door, provider):
    mine, theirs = await door.begin(), await door.begin()
    stolen = provider.authorize(theirs.url)["code"]
    with pytest.raises(SignInRefused):
        await door.finish(provider.authorize(mine.url) | {"code": stolen}, mine.pre_session)


@pytest.mark.parametrize(
    "query", [{"code": ""}, {"state": ""}, {"state": "\ud800"}, {"iss": "https://evil.example.com"}, {"code": "guess"}]
)
async def test_an_answer_that_does_not_fit_is_refused(door, provider, query):
    with pytest.raises(SignInRefused):
        await sign_in(door, provider, **query)
    begun = await door.begin()
    state = provider.authorize(begun.url)["state"]
    with pytest.raises(SignInRefused):
        await door.finish({"error": "access_denied", "state": state}, begun.pre_session)


@pytest.mark.parametrize("wrong", [(500, {}), (404, {}), (200, []), (200, {"issuer": "x"}), (302, {}), (200, "text")])
async def test_a_provider_that_answers_nonsense_counts_as_away(door, provider, monkeypatch, wrong):
    begun = await door.begin()
    query = provider.authorize(begun.url)
    monkeypatch.setattr(provider, "answer", lambda *_: wrong)
    door._clock.advance(timedelta(minutes=11))
    for step in (door.begin(), door.finish(query, begun.pre_session)):
        with pytest.raises(PeerUnavailable):
            await step


async def test_a_provider_that_is_down_is_said_to_be(agents):
    with running_provider() as gone:
        settings = load_settings(environment(gone.url))
    with pytest.raises(PeerUnavailable):
        await OpenIdSignIn(agents.database, agents.clock, settings, agents.sessions).begin()


async def test_a_provider_of_another_name_is_not_taken_for_ours(agents, provider):
    settings = load_settings(environment(provider.url + "/"))
    with pytest.raises(PeerUnavailable):
        await OpenIdSignIn(agents.database, agents.clock, settings, agents.sessions).begin()


def test_groups_have_names_with_spaces_and_roles_their_order():
    assert list(parse_mapping("A = B=admin, Support Team=agent,").items()) == [
        ("A = B", "admin"),
        ("Support Team", "agent"),
    ]


@pytest.mark.parametrize("claim", ["realm_access.roles", "https://askonce.example.com/roles"])
async def test_a_role_may_stand_within_a_claim_or_under_an_address(agents, provider, claim):
    roles = {"realm_access": {"roles": ["Support Team"]}, "https://askonce.example.com/roles": "Support Team"}
    provider.claims |= roles
    settings = load_settings(environment(provider.url) | {"ASKONCE_OIDC_ROLE_CLAIM": claim})
    door = OpenIdSignIn(agents.database, agents.clock, settings, agents.sessions)
    assert (await sign_in(door, provider)).agent.role is AgentRole.AGENT


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("OIDC_ISSUER", "http://login.example.com", "https"),
        ("OIDC_CLIENT_ID", "", "ASKONCE_OIDC_CLIENT_ID"),
        ("OIDC_ROLES", "", "ASKONCE_OIDC_ROLES"),
        ("OIDC_ROLES", "Support=emperor", "ASKONCE_OIDC_ROLES"),
        ("PUBLIC_URL", "", "ASKONCE_PUBLIC_URL"),
    ],
)
def test_a_provider_that_is_half_set_up_stops_the_start(variable, value, named):
    with pytest.raises(ConfigurationError, match=named):
        load_settings(environment("https://login.example.com") | {f"ASKONCE_{variable}": value})
