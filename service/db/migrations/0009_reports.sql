-- What a vendor's system is told of the handoffs that it made.

-- Where the system hears what becomes of its handoff: `bodies` is state -> the JSON that is sent for it. Gone when the end
-- of the handoff has been told, or was given up.
CREATE TABLE handoff_report (
    handoff_id uuid PRIMARY KEY,
    instance_id uuid NOT NULL REFERENCES channel_instance (instance_id) ON DELETE CASCADE,
    url text NOT NULL,
    bodies jsonb NOT NULL
);
CREATE INDEX handoff_report_of_instance ON handoff_report (instance_id);

-- A state that is to be told, under the id that it had in the outbox; what has arrived is deleted. `due_at` is when to try
-- next; while a try is running, when another worker may take it for lost.
CREATE TABLE handoff_report_due (
    handoff_id uuid NOT NULL REFERENCES handoff_report (handoff_id) ON DELETE CASCADE,
    outbox_id bigint NOT NULL,
    state handoff_state NOT NULL,
    queued_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    PRIMARY KEY (handoff_id, outbox_id)
) WITH (fillfactor = 70);
CREATE INDEX handoff_report_due_at ON handoff_report_due (due_at);
