"""An agent signs in with the account of the company, and no other browser does with what the provider answered."""

import pytest
from msgspec.structs import replace

from service.app.web import web_application
from tests.access.accounts.openid import CLIENT_ID, SECRET, running_provider
from tests.web.console.browser import HOST, Browser


@pytest.fixture
def provider(clock):
    with running_provider("RS256") as provider:
        provider.now = int(clock.now().timestamp())
        yield provider


@pytest.fixture
async def console(rooms, provider):
    settings = replace(
        rooms.settings,
        public_url=HOST,
        oidc_issuer=provider.url,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=SECRET,
        oidc_roles="Support Team=agent",
    )
    async with web_application(replace(rooms, settings=settings)) as app:
        yield app


async def test_an_agent_comes_by_the_company_account_and_needs_no_password(console, provider, browser):
    assert "Sign in with your company account" in (await browser.get("/signin")).text
    begun = await browser.get("/signin/company")
    assert begun.headers["location"].startswith(provider.url)
    answered = provider.authorize(begun.headers["location"])
    async with Browser(console) as other:
        stolen = await other.get("/signin/provider", params=answered)
        assert (stolen.status_code, "did not sign you in" in stolen.text) == (401, True)
    entered = await browser.get("/signin/provider", params=answered)
    assert (entered.status_code, entered.headers["location"]) == (303, "/console")
    assert "jana.koehler" in (await browser.get("/console")).text
    assert (await browser.get("/signin/provider", params=answered)).status_code == 401


async def test_while_the_provider_is_away_the_page_says_to_try_again(rooms):
    settings = replace(rooms.settings, public_url=HOST, oidc_issuer="http://127.0.0.1:1", oidc_client_id=CLIENT_ID)
    async with web_application(replace(rooms, settings=settings)) as app, Browser(app) as browser:
        begun = await browser.get("/signin/company")
        assert (begun.status_code, "Please try again." in begun.text) == (503, True)
