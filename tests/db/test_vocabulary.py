"""The closed sets of words are the same in the code and in the database."""

import re
from enum import StrEnum

from service.db.pool import Database
from service.model import vocabulary

# For what only JSON columns or plain text hold, the database has no type.
NOT_IN_THE_DATABASE = {"ParticipantRole", "ServedBy", "CallbackOutcome", "TimerKind", "Purpose"}


async def test_every_type_of_the_database_has_the_words_of_its_class_in_their_order(database: Database):
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT typname, array_agg(enumlabel ORDER BY enumsortorder) AS words"
            " FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid GROUP BY typname"
        )
    assert {row["typname"]: row["words"] for row in rows} == {
        snake(name): list(words)
        for name, words in vars(vocabulary).items()
        if isinstance(words, type) and issubclass(words, StrEnum) and name not in NOT_IN_THE_DATABASE | {"StrEnum"}
    }


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
