// Drafts: what is written in a form that has `data-draft` lies on the server 800 ms after the last key, and stands in its field
// when the page opens again. A field that a person is in, or has written in, is never filled.

const WAIT_MS = 800;
const LONGEST_MS = 5000; // of writing without a pause
const LATE_MS = 1500;
const KEPT_ALIVE_BYTES = 60_000; // what a browser still sends for a page that goes
const RETRY_MS = 5000;
const place = document.getElementById("drafts");
const path = `/console/drafts/${place.dataset.subject}`;
const ofThisPage = ({ form }) => place.dataset.forms?.split(" ").includes(form) ?? true;
const tab = `${performance.timeOrigin}-${Math.random()}`;
const meta = (name) => document.querySelector(`meta[name="${name}"]`);

// ---- Fields, and what the server has of each: `base` is the draft that this page has seen or written last.
const states = new WeakMap();
const sent = new WeakSet(); // forms whose text is on its way by their own button

function stateOf(field) {
  if (!states.has(field)) states.set(field, { base: null, saved: emptyOf(field), flying: null, since: null, timer: 0, sending: null });
  return states.get(field);
}

function emptyOf(field) {
  if (field.type === "checkbox") return field.defaultChecked ? field.value : "";
  if (field.tagName !== "SELECT") return field.defaultValue;
  return ([...field.options].findLast((option) => option.defaultSelected) ?? field.options[0])?.value ?? ""; // as browsers choose
}

function textOf(field) {
  if (field.type === "checkbox") return field.checked ? field.value : "";
  return field.value;
}

function fill(field, text) {
  if (field.type === "checkbox") field.checked = text !== "";
  else if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === text)) return;
  else field.value = text;
}

const isDraft = (field) => Boolean(field.form?.dataset.draft && field.name && field.type !== "hidden" && "value" in field);
const fieldsOf = (form) => [...form.elements].filter((field) => isDraft(field) && !["submit", "button"].includes(field.type));
const allFields = () => [...document.querySelectorAll("form[data-draft]")].flatMap(fieldsOf);
const fieldOf = ({ form, field }) => document.querySelector(`form[data-draft="${form}"]`)?.elements[field];

// ---- Writing: after a pause, at once when the field is left, and before the page goes.
document.addEventListener("input", ({ target }) => {
  if (isDraft(target)) later(target, WAIT_MS);
});
document.addEventListener("focusout", ({ target }) => {
  if (isDraft(target)) save(target);
});
addEventListener("beforeunload", leave); // before the next page asks for its drafts
addEventListener("pagehide", leave);

function leave() {
  for (const field of allFields()) if (![stateOf(field).saved, stateOf(field).flying].includes(textOf(field))) send(field);
}

function later(field, waitMs) {
  const state = stateOf(field);
  clearTimeout(state.timer);
  state.since ??= performance.now();
  state.timer = setTimeout(save, Math.min(waitMs, Math.max(0, state.since + LONGEST_MS - performance.now())), field);
}

function save(field) {
  const state = stateOf(field);
  clearTimeout(state.timer);
  if (!field.isConnected || sent.has(field.form) || textOf(field) === state.saved) return;
  if (state.sending) return state.sending.then(() => save(field));
  state.sending = send(field).finally(() => {
    state.sending = null;
  });
}

async function send(field) {
  if (sent.has(field.form)) return;
  const [state, text] = [stateOf(field), textOf(field)];
  const body = JSON.stringify({ form: field.form.dataset.draft, field: field.name, text, tab, base: state.base });
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": meta("csrf-token").content, "HX-Request": "true" };
  const keepalive = new Blob([body]).size < KEPT_ALIVE_BYTES;
  Object.assign(state, { flying: text, since: null });
  let answer;
  try {
    answer = await fetch(path, { method: "PUT", keepalive, headers, body });
  } catch {
    return notSaved(field, "unreachable", RETRY_MS);
  } finally {
    state.flying = null;
  }
  if (!answer.ok) return refused(field, answer);
  const draft = await answer.json();
  Object.assign(state, { base: draft.base, saved: text });
  show(field.form, draft.state);
  document.dispatchEvent(new Event("askonce:reached"));
}

// A tab that signed in anew has another token: this page takes it over, if it is the same agent's.
async function refused(field, answer) {
  if (answer.status === 403 && (await renewToken())) return later(field, 0);
  const html = await answer.text();
  if (answer.status === 401) showSignIn(html);
  if (answer.status === 503) document.dispatchEvent(new CustomEvent("askonce:outage", { detail: { html } }));
  if (answer.status === 401 || answer.status === 403) return notSaved(field, "ended");
  if (answer.status === 429 || answer.status >= 500) return notSaved(field, "unreachable", RETRY_MS);
  return notSaved(field, "refused");
}

let renewedAt = -Infinity;
async function renewToken() {
  if (performance.now() < renewedAt + RETRY_MS) return false; // it is refused for another reason
  renewedAt = performance.now();
  const now = await ask();
  if (now?.agent !== document.getElementById("page-agent").value) return false;
  document.dispatchEvent(new CustomEvent("askonce:signed-in", { detail: { token: now.token } }));
  return true;
}
document.addEventListener("askonce:signed-in", () => {
  for (const field of allFields()) if (textOf(field) !== stateOf(field).saved) later(field, 0);
});

document.addEventListener("askonce:ended", ({ detail }) => showSignIn(detail.html));
function showSignIn(html) {
  const session = document.getElementById("session");
  if (session.querySelector("form")) return;
  session.innerHTML = html;
  htmx.process(session);
}

// ---- What is said beside a form.
function stateLine(form) {
  const feet = form.querySelectorAll(".foot");
  const line = form.querySelector(".draft") ?? document.createElement("div");
  line.className = "draft mut xs";
  if (!line.isConnected) (feet[feet.length - 1] ?? form).append(line);
  return line;
}

function show(form, html) {
  const line = stateLine(form);
  const shown = line.querySelector("details");
  line.innerHTML = html;
  const other = line.querySelector("details");
  if (shown && other && shown.textContent === other.textContent) other.replaceWith(shown);
}

function notSaved(field, when, retryMs) {
  const line = stateLine(field.form);
  const words = document.getElementById("draft-words").content.querySelector(`[data-when=${when}]`).cloneNode(true);
  words.setAttribute("role", "status");
  words.classList.add("bad-t");
  line.querySelector("p")?.remove();
  line.prepend(words);
  if (retryMs) later(field, retryMs);
}

// ---- A form that is sent by its own button takes its drafts with it: the server forgets them. One that is on its way to the
// server arrives before.
document.addEventListener("htmx:confirm", (event) => {
  const { elt, issueRequest } = event.detail;
  if (!elt.matches("form[data-draft]")) return;
  const sending = fieldsOf(elt).map((field) => stateOf(field).sending).filter(Boolean);
  if (!sending.length) return;
  event.preventDefault();
  Promise.all(sending).then(() => issueRequest(true));
});
document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
  if (elt.matches("form[data-draft]")) sent.add(elt);
});
document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (!sent.has(elt) || (xhr.status >= 200 && xhr.status < 400)) return;
  sent.delete(elt);
  for (const field of fieldsOf(elt)) save(field);
});

// ---- Reading: when the page opens, and when it is looked at again.
async function ask() {
  try {
    const answer = await fetch(path, { headers: { "X-Askonce-Automatic": "1", "HX-Request": "true" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function load() {
  const unplaced = [];
  for (const draft of ((await ask())?.drafts ?? []).filter(ofThisPage)) {
    const field = fieldOf(draft);
    if (field) take(field, draft);
    else if (draft.text) unplaced.push(draft);
  }
  showUnplaced(unplaced);
}

function take(field, draft) {
  const state = stateOf(field);
  if (state.base === draft.base || sent.has(field.form)) return;
  const isUntouched = textOf(field) === emptyOf(field) && state.base === null;
  if (textOf(field) === draft.text || isUntouched) {
    fill(field, draft.text);
    Object.assign(state, { base: draft.base, saved: draft.text });
    show(field.form, draft.state);
    if (isUntouched) open(field.form);
  } else if (!state.sending) show(field.form, draft.kept);
}

// The form with what was written last is the one that is open.
function open(form) {
  const chosen = document.querySelector(`label[data-opens="${form.id}"] input[type=radio]`);
  if (chosen) chosen.checked = true;
  const way = form.closest("details");
  if (way && !way.classList.contains("menu")) way.open = true;
}

// What was written in a form that the page does not have any more, since another agent acted meanwhile.
function showUnplaced(drafts) {
  document.querySelector(".unplaced")?.remove();
  if (!drafts.length) return;
  const card = document.getElementById("draft-unplaced").content.cloneNode(true);
  for (const draft of drafts) {
    const text = document.createElement("template");
    text.innerHTML = draft.kept;
    card.querySelector(".pad").append(text.content.querySelector(".pre"));
  }
  (document.querySelector(".five") ?? place).before(card);
}

addEventListener("pageshow", ({ persisted }) => {
  if (persisted) load();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) load();
});
document.addEventListener("askonce:fresh", load);
load();
setTimeout(load, LATE_MS); // what a page that has just gone was still sending
