-- Erasures of customers with their receipts, and the tombstones that keep what was erased from coming back.

-- The key of every keyed hash of an erasure, as HMAC-SHA-256 (RFC 2104) uses it: its blocks with the inner and the outer pad. It
-- is made here, and is in no log and no receipt.
CREATE TABLE erasure_key (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL
);

INSERT INTO erasure_key (inner_pad, outer_pad)
SELECT
    decode(string_agg(lpad(to_hex(get_byte(secret.block, place) # 54), 2, '0'), '' ORDER BY place), 'hex'),
    decode(string_agg(lpad(to_hex(get_byte(secret.block, place) # 92), 2, '0'), '' ORDER BY place), 'hex')
FROM (
    SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || decode(repeat('00', 32), 'hex') AS block
) AS secret
CROSS JOIN generate_series(0, 63) AS place;

-- HMAC-SHA-256 of the content with the key of this installation.
CREATE FUNCTION erasure_hmac(content bytea) RETURNS bytea
LANGUAGE sql STABLE
RETURN (SELECT sha256(k.outer_pad || sha256(k.inner_pad || content)) FROM erasure_key k);

-- An erasure, from its order to its proof. `pending` is what its last steps still need (identities and references of
-- attachments) and empty at the end; `receipt` is what was erased, in numbers; `receipt_hash` is its keyed hash together
-- with that of the receipt before, so that none can be altered or left out unseen.
CREATE TABLE erasure (
    erasure_id uuid PRIMARY KEY,
    customer_ids uuid[] NOT NULL,
    state text NOT NULL CHECK (state IN ('ordered', 'deleted', 'sealed', 'done')),
    ordered_by text NOT NULL,
    reason text,
    request_id uuid,
    ordered_at timestamptz NOT NULL,
    erased_at timestamptz,
    due_at timestamptz,
    pending jsonb NOT NULL DEFAULT '{}',
    receipt jsonb,
    sequence bigint UNIQUE,
    receipt_hash bytea
);
CREATE INDEX erasure_due ON erasure (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX erasure_customers ON erasure USING gin (customer_ids);

-- Customers that were erased: their ids lead to no record, and to this answer.
CREATE TABLE erased_customer (
    customer_id uuid PRIMARY KEY,
    erasure_id uuid NOT NULL,
    erased_at timestamptz NOT NULL
);

-- Identities of erased customers, as keyed hashes of kind and canonical value: what happened before `refused_until` and names
-- one of them is not registered.
CREATE TABLE erased_identity (
    digest bytea PRIMARY KEY,
    erasure_id uuid NOT NULL,
    refused_until timestamptz NOT NULL
);

CREATE TYPE erased_claim AS (
    kind identity_kind,
    value text,
    refused_until timestamptz
);

-- The tombstone's digest of an identity.
CREATE FUNCTION identity_digest(kind identity_kind, value text) RETURNS bytea
LANGUAGE sql STABLE
RETURN erasure_hmac(convert_to(kind::text || ':' || value, 'UTF8'));

-- Those of the claims that are of erased customers.
CREATE FUNCTION erased_claims(claims asked_claim[]) RETURNS SETOF erased_claim
LANGUAGE sql STABLE AS $$
SELECT (claim.kind, claim.value, e.refused_until)::erased_claim
FROM unnest(claims) AS claim
JOIN erased_identity e ON e.digest = identity_digest(claim.kind, claim.value)
$$;

-- What a receipt's hash is of: all that it says, as text that is the same for ever.
CREATE FUNCTION receipt_bytes(
    erasure_id uuid, sequence bigint, customer_ids uuid[], ordered_by text, reason text, request_id uuid,
    ordered_at timestamptz, erased_at timestamptz, content jsonb
) RETURNS bytea
LANGUAGE sql STABLE
RETURN convert_to(
    jsonb_build_array(
        erasure_id, sequence, customer_ids, ordered_by, reason, request_id, extract(epoch FROM ordered_at),
        extract(epoch FROM erased_at), content
    )::text,
    'UTF8'
);
