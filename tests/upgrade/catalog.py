"""What the catalog of PostgreSQL says of a schema, so that two can be compared."""

import asyncpg

OURS = """
    n.nspname = 'public' AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.objid = thing.oid AND d.deptype = 'e'
    )
"""
NOT_BY_THE_CALENDAR = r"thing.relname !~ '_(later|\d{4}(_\d\d)?)(_|$)'"
"""Partitions of the years and months to come: which of them there are depends on the day."""

CATALOG = f"""
SELECT 'table ' || thing.relname AS name, concat_ws(' ', thing.relkind, thing.reloptions, pg_get_partkeydef(thing.oid)) AS is
FROM pg_class thing JOIN pg_namespace n ON n.oid = thing.relnamespace
WHERE thing.relkind IN ('r', 'p', 'S', 'c') AND {OURS} AND {NOT_BY_THE_CALENDAR}
UNION ALL
SELECT 'column ' || thing.relname || '.' || a.attname, concat_ws(
    ' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attstorage, pg_get_expr(v.adbin, v.adrelid)
)
FROM pg_class thing JOIN pg_namespace n ON n.oid = thing.relnamespace
JOIN pg_attribute a ON a.attrelid = thing.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef v ON v.adrelid = a.attrelid AND v.adnum = a.attnum
WHERE thing.relkind IN ('r', 'p', 'c', 'v') AND {OURS} AND {NOT_BY_THE_CALENDAR}
UNION ALL
SELECT 'view ' || thing.relname, pg_get_viewdef(thing.oid)
FROM pg_class thing JOIN pg_namespace n ON n.oid = thing.relnamespace
WHERE thing.relkind = 'v' AND {OURS}
UNION ALL
SELECT 'index ' || thing.relname, pg_get_indexdef(i.indexrelid) || concat_ws(' ', i.indisvalid, thing.reloptions)
FROM pg_index i JOIN pg_class thing ON thing.oid = i.indexrelid JOIN pg_namespace n ON n.oid = thing.relnamespace
WHERE {OURS} AND {NOT_BY_THE_CALENDAR}
UNION ALL
SELECT 'constraint ' || c.relname || ' ' || thing.conname, pg_get_constraintdef(thing.oid)
FROM pg_constraint thing JOIN pg_class c ON c.oid = thing.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {OURS} AND {NOT_BY_THE_CALENDAR.replace("thing.", "c.")}
UNION ALL
SELECT 'function ' || thing.oid::regprocedure, pg_get_functiondef(thing.oid)
FROM pg_proc thing JOIN pg_namespace n ON n.oid = thing.pronamespace
WHERE {OURS}
UNION ALL
SELECT 'trigger ' || c.relname || ' ' || thing.tgname, pg_get_triggerdef(thing.oid)
FROM pg_trigger thing JOIN pg_class c ON c.oid = thing.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT thing.tgisinternal AND n.nspname = 'public'
UNION ALL
SELECT 'enum ' || thing.typname, string_agg(e.enumlabel, ' ' ORDER BY e.enumsortorder)
FROM pg_enum e JOIN pg_type thing ON thing.oid = e.enumtypid JOIN pg_namespace n ON n.oid = thing.typnamespace
WHERE {OURS}
GROUP BY thing.typname
"""


async def schema_of(connection: asyncpg.Connection) -> dict[str, str]:
    """Everything that migrations make, by its name, with what it is."""
    return {row["name"]: row["is"] for row in await connection.fetch(CATALOG)}
