"""A customer takes out two insurances in a real browser, goes back to change one thing, and types nothing twice."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from service.access.keys import create_key
from service.db.migrate import migrate
from service.model.vocabulary import Role
from tests.cli.conftest import own_database, serving

__all__ = ["own_database"]

CHROMIUM = shutil.which("chromium")
SITE = Path(__file__).parents[2] / "docs" / "examples" / "forms" / "site.py"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")]

ANNA = {
    "Name": "Anna Müller",
    "E-mail": "anna@example.de",
    "Telephone": "0171 1234567",
    "Street and number": "Hauptstr. 1",
    "Postal code": "70173",
    "Town": "Stuttgart",
}
HOME = {"Living space in m²": "85"}
CAR = {"Make": "VW", "Licence plate": "S-AM 1"}


@contextmanager
def site_of(service: str, key: str, port: int) -> Iterator[str]:
    """The example's site, running; gives the address of its first page."""
    process = subprocess.Popen(
        [sys.executable, SITE, "--service", service, "--port", str(port)],
        env={**os.environ, "ASKONCE_KEY": key},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Visit:
    """The example in a browser, on a real service."""

    def __init__(self, page: Page, service: httpx.Client, database_url: str) -> None:
        self.page = page
        self.service = service
        self.database_url = database_url

    async def type(self, answers: dict[str, str]) -> None:
        for label, answer in answers.items():
            await self.page.get_by_label(label).fill(answer)

    async def is_ready(self, form: str) -> None:
        await expect(self.page.locator(f"form[data-askonce-form={form}][data-askonce-ready]")).to_be_attached()

    async def shows(self, answers: dict[str, str]) -> None:
        for label, answer in answers.items():
            await expect(self.page.get_by_label(label)).to_have_value(answer)

    async def follow(self, link: str, form: str) -> None:
        await self.page.get_by_role("link", name=link).click()
        await self.is_ready(form)

    def fact(self, name: str) -> dict:
        """The fact with its history, as the console sees it."""
        identity = {"identity": {"kind": "customer_number", "value": "K-1"}}
        customer_id = self.service.post("/v1/context/lookup", json=identity).json()["customer"]["id"]
        return self.service.get(f"/v1/customers/{customer_id}/facts/{name}").json()


@pytest.fixture
async def keys(own_database) -> dict[Role, str]:
    await migrate(own_database["database_url"])
    connection = await asyncpg.connect(own_database["database_url"])
    made = {
        role: await create_key(connection, role=role, name=f"the {role}", now=datetime.now(UTC))
        for role in (Role.CHANNEL, Role.CONSOLE)
    }
    await connection.close()
    return made


@pytest.fixture
async def visit(own_database, keys):
    """The first page, open in a browser that speaks to the site and, over another origin, to the service."""
    port = free_port()
    with (
        serving(**own_database, form_origins=f"http://127.0.0.1:{port}") as service,
        site_of(service.url, keys[Role.CHANNEL], port) as address,
        httpx.Client(base_url=service.url, headers={"authorization": f"Bearer {keys[Role.CONSOLE]}"}) as console,
    ):
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, headless=True, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
            page = await browser.new_page()
            await page.goto(address)
            visit = Visit(page, console, own_database["database_url"])
            await visit.is_ready("household")
            yield visit
            await browser.close()


async def test_nothing_is_typed_twice_and_a_corrected_answer_keeps_its_history(visit, tmp_path):
    await visit.type(ANNA | HOME)
    await visit.page.get_by_label("Kind of home").select_option("Flat")
    await visit.page.get_by_label("Insure bicycles").check()
    await visit.page.get_by_role("button").click()

    await visit.is_ready("car")
    await visit.shows(ANNA)
    await visit.type({"Make": "VW"})
    await visit.page.go_back()
    await visit.is_ready("household")
    await visit.shows(ANNA | HOME | {"Kind of home": "flat"})
    await expect(visit.page.get_by_label("Insure bicycles")).to_be_checked()
    await visit.type({"Street and number": "Neue Gasse 2"})

    await visit.follow("Car", "car")
    await visit.shows(ANNA | {"Street and number": "Neue Gasse 2", "Make": "VW"})
    await visit.page.screenshot(path=tmp_path / "car.png", full_page=True)
    await visit.type({"Licence plate": "S-AM 1"})
    await visit.page.get_by_role("button").click()
    await expect(visit.page.get_by_role("heading")).to_have_text("Thank you")

    street = visit.fact("street-address")
    assert (street["now"]["value"], [one["value"] for one in street["history"]]) == ("Neue Gasse 2", ["Hauptstr. 1"])
    assert visit.fact("license-plate")["now"]["value"] == "S-AM 1"


async def test_what_is_typed_while_the_service_is_away_is_kept_and_saved_when_it_is_back(visit):
    await visit.page.route("**/v1/forms/**", lambda route: route.abort())
    await visit.type(ANNA)
    await visit.follow("Car", "car")
    await visit.page.unroute("**/v1/forms/**")
    await visit.follow("Household", "household")
    await visit.shows(ANNA)
    assert visit.fact("tel")["now"]["value"] == "0171 1234567"


async def test_a_page_that_stays_open_longer_than_its_token_goes_on_with_another(visit):
    connection = await asyncpg.connect(visit.database_url)
    await connection.execute("DELETE FROM form_token")
    await connection.close()
    await visit.type(ANNA)
    await visit.follow("Car", "car")
    await visit.shows(ANNA)
