// A bot hands a conversation off, and an agent ends it: with the generated client, against a service that runs.
import { createClient } from "./src/client/index.js";
import {
  acceptHandoff, completeHandoff, createHandoff, defineQueue, listQueues, readContext, registerInteraction,
} from "./src/index.js";
import type { HandoffAnswer } from "./src/index.js";

const client = createClient({ baseUrl: process.env.ASKONCE_URL, auth: process.env.ASKONCE_KEY });
const always = { time_zone: "Europe/Berlin", hours: "24/7" };

function given<Value>(answer: { data?: Value; error?: unknown }): Value {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

given(await defineQueue({ client, path: { name: "support" }, body: { title: "Support", calendar: always } }));
const registered = given(await registerInteraction({
  client,
  body: {
    source: "ts-bot", source_event_id: "m-1", occurred_at: new Date().toISOString(), channel: "chatbot", kind: "message",
    direction: "inbound", identities: [{ kind: "email", value: "anna@example.de" }], text: "It did not arrive.",
  },
}));
const handoff: HandoffAnswer = given(await createHandoff({
  client, headers: { "Idempotency-Key": "ts-1" },
  body: { customer_id: registered.customer_id, to: { queue: "support" } },
}));
const taken = given(await acceptHandoff({ client, path: { handoff_id: handoff.id }, body: { agent: "kim" } }));
const ended = given(await completeHandoff({
  client, path: { handoff_id: handoff.id }, body: { token: taken.token!, summary: "Sent again." },
}));
const context = given(await readContext({ client, path: { customer_id: registered.customer_id } }));
const queues = given(await listQueues({ client }));
const missing = await readContext({ client, path: { customer_id: "00000000-0000-0000-0000-000000000001" } });
console.log(JSON.stringify({
  state: ended.state, version: context.version, queues: queues.items.map((queue) => queue.name), problem: missing.error?.type,
}));
