"""How long a search takes while it is typed, over made-up records that are filled in by two statements."""

import asyncio
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter

import asyncpg
import click
import msgspec

from benchmarks import services
from benchmarks.connection import HttpConnection, open_connections
from benchmarks.report import MARKDOWN_HEADING, ReportRow, markdown_line
from service.db.migrate import migrate
from service.db.statements import Statements
from service.demo import processes

SQL = Statements("benchmarks", "search")

TARGET_P95_MS = 100.0
GIVEN_NAMES = ("ana", "bernd", "klara", "mehmet", "olga", "peter", "sofia", "tobias", "ursula", "viktor")
TEXTS, SUBJECTS, WORDS, FAMILIES = 20_011, 5003, 8000, 3000
SAMPLES = 20
POLL_S = 1.0
MAX_POLLS = 1800
Typed = dict[str, list[str]]
"""What is measured -> the texts as they grow letter by letter."""


def made_words() -> list[str]:
    """Words that nobody says, after some that everybody does; the same ones every time."""
    random = Random(1)  # noqa: S311 (the same ones every time are wanted)
    said = "router rechnung lieferung waschmaschine error kaputt refund technician termin invoice verbindung adresse"
    return said.split() + [
        "".join(random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(random.randint(2, 4)))
        + random.choice(["", "n", "t", "r", "s"])
        for _ in range(WORDS)
    ]


def made_texts(words: list[str], count: int, longest: int) -> list[str]:
    """Texts in which some words are common and most are rare, as in a language."""
    random = Random(count)  # noqa: S311 (see above)

    def word() -> str:
        place = int(random.paretovariate(0.7)) - 1 if random.random() < 0.6 else random.randrange(len(words))  # noqa: PLR2004
        return words[min(place, len(words) - 1)]

    return [" ".join(word() for _ in range(random.randint(4, longest))).capitalize() + "." for _ in range(count)]


def typed_queries(customers: int, words: list[str], texts: list[str]) -> Typed:
    """What agents type, from the second or third letter on."""
    random = Random(3)  # noqa: S311 (see above)
    typed: Typed = {"names": [], "numbers": [], "numbers with a wrong letter": [], "words": []}
    for _ in range(SAMPLES):
        number = random.randrange(customers)
        name = f"{random.choice(GIVEN_NAMES)} {words[random.randrange(FAMILIES)]}"
        typed["names"] += [name[:end] for end in range(2, len(name) + 1)]
        for whole in (f"0151 {number:08}", f"A-{number}-1", f"c{number}@example.com", f"K{7_000_000 + number * 37}"):
            typed["numbers"] += [whole[:end] for end in range(3, len(whole) + 1)]
        typed["numbers with a wrong letter"] += [f"0151x{number:08}", f"015{number:08}", f"K{number}x"]
        said = random.choice(texts).split()
        two = " ".join(said[1:3])
        typed["words"] += [two[:end] for end in range(2, len(two) + 1)]
    return typed


@click.command()
@click.option("--customers", default=100_000, show_default=True, help="Customers in the records.")
@click.option("--each", default=20, show_default=True, help="Interactions of each customer.")
@click.option("--typists", default=2, show_default=True, help="Agents who type at the same time.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/tmp/askonce-search"),  # noqa: S108 (on a disk, as in production)
    show_default=True,
    help="Where the records are kept from run to run.",
)
def command(*, customers: int, each: int, typists: int, data_dir: Path) -> None:
    """Measure how long a search takes while it is typed. The first run fills in the records, which takes minutes."""
    click.echo(MARKDOWN_HEADING)
    data_dir.mkdir(parents=True, exist_ok=True)
    words = made_words()
    texts = made_texts(words, TEXTS, 25)
    with services.running_servers(data_dir) as endpoints:
        asyncio.run(_fill(endpoints.database_url, customers, each, words, texts))
        key = processes.run_command(data_dir, "keys", "create", "--role", "admin", "--name", "bench")
        with services.running_askonce(data_dir, key) as service:
            asyncio.run(_wait_until_findable(endpoints.database_url))
            for name, queries in typed_queries(customers, words, texts).items():
                took_ms = asyncio.run(_measure(service, queries, typists))
                click.echo(markdown_line(_row(name, took_ms, typists)))


async def _fill(url: str, customers: int, each: int, words: list[str], texts: list[str]) -> None:
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        if not await connection.fetchval(SQL.is_filled):
            await connection.execute(SQL.insert_customers, customers, GIVEN_NAMES, words[:FAMILIES], each)
            await connection.execute(SQL.insert_interactions, each, texts, made_texts(words, SUBJECTS, 6))
            await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()


async def _wait_until_findable(url: str) -> None:
    """Wait until the worker's sweep has come to its end, and the tables that it filled are analysed."""
    connection = await asyncpg.connect(url)
    try:
        for _ in range(MAX_POLLS):
            if await connection.fetchval(SQL.is_findable):
                break
            await asyncio.sleep(POLL_S)
        await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()


async def _measure(service: services.MeasuredService, queries: list[str], typists: int) -> list[float]:
    """How long each search took, in milliseconds; every typist waits for an answer before the next letter."""
    took_ms: list[float] = []
    Random(5).shuffle(queries)  # noqa: S311 (see above)

    async def type_in(one: HttpConnection, own: list[str]) -> None:
        for query in own:
            began = perf_counter()
            answer = await one.post("/v1/search", msgspec.json.encode({"query": query}))
            took_ms.append((perf_counter() - began) * 1000)
            if answer.status != 200 or b'"unsearched":[]' not in answer.body:  # noqa: PLR2004
                took_ms[-1] += TARGET_P95_MS

    async with open_connections(service, typists) as connections:
        await asyncio.gather(*(type_in(one, queries[number::typists]) for number, one in enumerate(connections)))
    return took_ms


def _row(name: str, took_ms: list[float], typists: int) -> ReportRow:
    cuts = quantiles(took_ms, n=100)
    return ReportRow(
        name=f"search, {name} as they are typed, {typists} typists",
        value=f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms of {len(took_ms):,}",
        target=f"p95 < {TARGET_P95_MS:.0f} ms",
        met=cuts[94] < TARGET_P95_MS,
    )
