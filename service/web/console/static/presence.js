// Whether the agent is available, in every tab; and who else is on this page. A tab says what it does as long as it is
// open, also in the background: the worker that reads the stream of events gives the time. Nothing is kept in the browser.

const QUIET_MS = 4000; // so long after the last key an agent writes no more
const REPEAT_MS = 3000; // so often a tab says that its agent still writes
const FIELDS = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=search])";

const headers = () => ({
  "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content,
  "X-Askonce-Automatic": "1",
});

// ---- The button in the bar.
const button = () => document.getElementById("presence");

function showAvailability() {
  if (button() && !button().querySelector("details[open]")) {
    htmx.ajax("GET", "/console/presence", { target: button(), swap: "innerHTML", headers: headers() }).catch(() => {});
  }
}

// ---- The line by the write box: `data-page` names the page.
const tab = Math.random().toString(36).slice(2, 14);
const line = () => document.querySelector(".lookers[data-page]");
let saidAt = 0;
let isWriting = false;
let quiet;
let asking;

async function look(state = isWriting ? "writing" : "looking") {
  if (!line()) return;
  asking?.abort();
  asking = state === "gone" ? undefined : new AbortController();
  saidAt = performance.now();
  const body = new URLSearchParams({ page: line().dataset.page, tab, state });
  const options = { method: "POST", body, headers: headers(), keepalive: state === "gone", signal: asking?.signal };
  const answer = await fetch("/console/presence/looking", options).catch(() => null);
  if (!answer || state === "gone") return;
  show(answer.ok ? await answer.text().catch(() => "") : "");
}

// What is the same is not put there again: it would be read out once more.
let shown = "";
function show(html) {
  if (html.trim() === shown) return;
  shown = html.trim();
  line().innerHTML = shown;
}

function write() {
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    isWriting = false;
    look();
  }, QUIET_MS);
  if (isWriting && performance.now() - saidAt < REPEAT_MS) return;
  isWriting = true;
  look();
}

document.addEventListener("input", ({ target }) => {
  if (line() && target.matches?.(FIELDS) && target.closest("#main")) write();
});
addEventListener("pagehide", () => look("gone"));
addEventListener("pageshow", () => look());

// ---- What the stream tells.
document.addEventListener("askonce:told", ({ detail }) => {
  if (detail.type === "agent.changed" && detail.data.about.includes(button()?.dataset.agent)) showAvailability();
  if (detail.type === "looking.changed" && detail.data.about.includes(line()?.dataset.page)) look();
  if (detail.tick || detail.live) look();
  if (detail.tick) lookAtAgents();
});

// ---- Of an agent who closed the last tab no event tells: a supervisor's list is looked at again now and then.
const LIST_TICKS = 3;
let ticks = 0;
function lookAtAgents() {
  ticks += 1;
  if (ticks % LIST_TICKS || !document.getElementById("agents")) return;
  const detail = { type: "agent.changed", data: { about: [] } };
  document.dispatchEvent(new CustomEvent("askonce:told", { detail }));
}
