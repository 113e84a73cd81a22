"""Indexes of tables in use, which a migration builds while writes go on."""

import asyncpg

from service.db.migrate import list_migrations, migrate

NUMBER, NAME = next((number, name) for number, (name, _) in enumerate(list_migrations(), 1) if name == "0029_search")
TABLES = ("search_text", "search_subject", "search_fact", "search_progress", "search_position")


async def test_a_migration_that_was_cut_off_while_it_built_an_index_builds_it_anew(database_url):
    connection = await asyncpg.connect(database_url)
    await connection.execute(f"DROP TABLE {', '.join(TABLES)}")
    await connection.execute("DROP FUNCTION search_words, search_term; DROP INDEX customer_name_words, identity_value")
    await connection.execute("CREATE INDEX identity_value ON identity (source)")  # stands for the broken one
    await connection.execute("DELETE FROM schema_migration WHERE number = $1", NUMBER)
    assert await migrate(database_url) == [NAME]
    built = await connection.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = 'identity_value'")
    await connection.close()
    assert "text_pattern_ops" in built
