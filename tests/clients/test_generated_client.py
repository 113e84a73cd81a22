"""The generated part of the Python client is what the published description gives."""

import os

from generator.write import PACKAGE, generated_files, write

HAND_WRITTEN = ("__init__", "client", "events", "pages", "problems", "sender", "transport")


async def test_the_generated_part_is_what_the_description_gives(desk):
    published = (await desk("admin", "GET", "/openapi.json")).json()
    if "ASKONCE_RECORD_EXAMPLES" in os.environ:
        write(published)
    generated = generated_files(published)
    on_disk = {str(path.relative_to(PACKAGE)): path.read_text() for path in PACKAGE.rglob("*.py")}
    stale = {path for path in on_disk if path.startswith("operations/")} - set(generated)
    differing = [path for path, text in generated.items() if on_disk.get(path) != text]
    assert (differing, stale) == ([], set()), "make docs writes the client anew"


def test_the_part_that_people_wrote_stays_small():
    assert sum(len((PACKAGE / f"{name}.py").read_text().splitlines()) for name in HAND_WRITTEN) < 600
