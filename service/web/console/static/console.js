// The console's one script. Pages work by links and forms; this adds keys, countdowns, and what happens when a request
// of htmx is refused. It evaluates no text as code, and keeps nothing in the browser.

const root = document.documentElement;
const meta = (name) => document.querySelector(`meta[name="${name}"]`);

// ---- The session's token goes with every request of htmx; after signing in again there is a new one.
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = meta("csrf-token").content;
});
document.addEventListener("askonce:signed-in", (event) => {
  meta("csrf-token").content = event.detail.token;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = event.detail.token;
});

// ---- What is refused is said beside the page, which stays as it is.
const notice = () => document.getElementById("notice");
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  const isPage = (xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/html");
  if (isPage) notice().innerHTML = xhr.responseText;
  else showUnreachable();
});
document.addEventListener("htmx:sendError", showUnreachable);
document.addEventListener("htmx:timeout", showUnreachable);
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && !isAutomatic(event.detail)) notice().replaceChildren();
});

// ---- Where to sign in again is shown once: what else is refused meanwhile takes away no letter of what is written there, and
// what the page asks by itself leaves the cursor where it is.
const session = document.getElementById("session");
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target !== session || !session.querySelector("form") || session.contains(detail.requestConfig.elt)) return;
  detail.shouldSwap = false;
  focusSession(detail);
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target === session) focusSession(detail);
});
function focusSession(detail) {
  if (!isAutomatic(detail)) session.querySelector("input:not([type=hidden])")?.focus();
}

const isAutomatic = ({ requestConfig }) => "X-Askonce-Automatic" in requestConfig.headers;

function showUnreachable() {
  notice().replaceChildren(document.getElementById("unreachable").content.cloneNode(true));
}

// ---- Find: the arrows go from the box into the hits and back, j and k along them; Escape closes. Enter in the box opens
// the one customer that was found; of several, the agent chooses.
const found = () => document.getElementById("found");
const findBox = () => document.getElementById("find");
const hits = () => [...(found()?.querySelectorAll("[data-hit]") ?? [])];
const FIND_STEPS = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

document.addEventListener("keydown", findKey, true);
function findKey(event) {
  const isBox = event.target === findBox();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!isBox && !found()?.contains(event.target)) return;
  const step = FIND_STEPS[event.key];
  if (event.key === "Escape") return closeFound(event);
  if (isBox && event.key === "Enter") return enterFound(event);
  if (!step || (event.key.length === 1 && (isBox || root.dataset.keys === "off"))) return;
  showFound();
  const places = [findBox(), ...hits()];
  const next = places[Math.min(Math.max(places.indexOf(event.target) + step, 0), places.length - 1)];
  act(event, () => next.focus());
  event.stopPropagation();
}

// An answer to another text is none: the form is sent, and leads to the page of hits.
function enterFound(event) {
  const answer = found()?.querySelector("[data-sought]");
  if (answer?.dataset.sought !== findBox().value.trim() || !hits().length) return;
  act(event, () => (answer.dataset.only ? hits()[0].click() : hits()[0].focus()));
  showFound();
}

function showFound() {
  if (found()) found().hidden = false;
}

function closeFound(event) {
  if (!found()?.matches(".drop-found:not(:empty):not([hidden])")) return findBox().blur();
  act(event, () => findBox().focus());
  found().hidden = true;
}
document.addEventListener("click", (event) => {
  if (found()?.matches(".drop-found")) found().hidden = !event.target.closest?.("search.find");
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === found()) showFound();
});

// ---- Keys: `data-key` names the key of a link, button or field ("a"), or two in a row ("g h").
let firstKey = "";
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return pressFirst(event.target.form);
  if (isForSomethingElse(event)) return;
  if (event.key === "?") return act(event, () => document.getElementById("keys")?.showModal());
  if (!firstKey && (event.key === "j" || event.key === "k")) return act(event, () => moveRow(event.key === "j" ? 1 : -1));
  const keys = firstKey ? `${firstKey} ${event.key}` : event.key;
  firstKey = "";
  const place = firstVisible(keys);
  if (place) act(event, () => use(place));
  else if (document.querySelector(`[data-key^="${CSS.escape(event.key)} "]`)) firstKey = event.key;
});

// Ctrl Enter sends what is written by the button that a form names for it.
function pressFirst(form) {
  const button = form?.querySelector("[data-submit=ctrl-enter]");
  if (button) button.click(); // htmx sends the name of a button that was clicked
  else form?.requestSubmit();
}

function isForSomethingElse(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  if (root.dataset.keys === "off" || document.hidden || !document.hasFocus()) return true;
  if (document.querySelector("dialog[open]")) return true;
  if (event.key === "Enter" || event.key === "Escape") return event.target !== document.body;
  return event.target.closest?.("input, textarea, select, [contenteditable]") !== null || event.key.length !== 1;
}

// `data-opens` names the part whose first field gets the focus.
function use(place) {
  if (place.matches("input, textarea")) return place.focus();
  place.click();
  document.getElementById(place.dataset.opens)?.querySelector("textarea, input:not([type=hidden]), select")?.focus();
}

// In a list, the current row has the keys; without a place there, the first one does.
function firstVisible(keys) {
  const places = [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"]`)];
  const isThere = (place) => place.checkVisibility() && !place.disabled;
  return places.find((place) => place.closest(".cur") && isThere(place)) ?? places.find(isThere);
}

function act(event, action) {
  event.preventDefault();
  action();
}

// ---- Rows of work: `j` and `k` move along them, and the current one stays current when the list is shown anew.
const rows = () => [...document.querySelectorAll("[data-row]")];

function moveRow(step) {
  const all = rows();
  const at = all.findIndex((row) => row.classList.contains("cur"));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.querySelector("a")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (row) for (const one of rows()) one.classList.toggle("cur", one === row);
});
let currentRow = "";
document.addEventListener("htmx:beforeSwap", () => {
  currentRow = document.querySelector("[data-row].cur")?.dataset.row ?? "";
});
document.addEventListener("htmx:afterSettle", () => {
  if (!rows().some((row) => row.dataset.row === currentRow)) return;
  for (const row of rows()) row.classList.toggle("cur", row.dataset.row === currentRow);
});

// ---- Menus close by Escape and by a click elsewhere.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu === except) continue;
    const hadFocus = menu.contains(document.activeElement);
    menu.open = false;
    if (hadFocus) menu.querySelector("summary").focus();
  }
}
document.addEventListener("click", (event) => closeMenus(event.target.closest?.("details.menu")));

// ---- Countdowns go by the server's clock: the browser's may be an hour off.
const offsetMs = Date.parse(meta("server-time").content) - performance.now();
export const serverNow = () => performance.now() + offsetMs;
const LOW_S = 20;

function moveCountdowns() {
  for (const countdown of document.querySelectorAll("[data-until]")) {
    const leftS = Math.max(0, (Date.parse(countdown.dataset.until) - serverNow()) / 1000);
    countdown.querySelector("b").textContent = written(leftS);
    countdown.classList.toggle("low", leftS < LOW_S);
    const width = Math.min(56, (56 * leftS) / Number(countdown.dataset.total));
    countdown.querySelector("rect + rect")?.setAttribute("width", width.toFixed(1));
  }
}

// ---- Times since a moment go on by the same clock.
function moveWaits() {
  for (const wait of document.querySelectorAll("[data-since]")) {
    wait.textContent = written((serverNow() - Date.parse(wait.dataset.since)) / 1000);
  }
}

function written(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

function moveTimes() {
  moveCountdowns();
  moveWaits();
}
setInterval(moveTimes, 1000);
moveTimes();

// ---- Whether the page is live: told by what reads the stream of events. A wrong countdown is worse than none.
export function setLive(isLive) {
  root.dataset.live = isLive ? "on" : "off";
  const sign = document.getElementById("live");
  if (!sign) return;
  sign.hidden = false;
  sign.querySelector(".dot").classList.toggle("off", !isLive);
  for (const words of sign.querySelectorAll("[data-live]")) words.hidden = words.dataset.live !== root.dataset.live;
  document.getElementById("not-live").hidden = isLive;
}

// ---- What changes is asked for again when an event of its family is told (`data-hears`), of its customer if it names one
// (`data-subject`), and once the page is live. A tab in the background waits until it is looked at. Many events in a short
// time are one request. A part that is not exchanged as a whole (`data-graft`) is refreshed by what hears of it.
const GATHER_MS = 60;
let isDue = false;
let isAsking = false;
document.addEventListener("askonce:told", ({ detail }) => {
  if ("live" in detail) setLive(detail.live);
  const concerned = hearing().filter((part) => detail.live || isAbout(part, detail));
  for (const part of concerned) part.dataset.due = "yes";
  if (concerned.length) askSoon();
});
function isAbout({ dataset }, { type, data }) {
  const isFamily = dataset.hears.split(" ").includes(type?.split(".")[0]);
  return isFamily && (!dataset.subject || dataset.subject === data?.customer_id);
}
document.addEventListener("visibilitychange", () => {
  if (isDue) ask();
});
const hearing = () => [...document.querySelectorAll("[data-hears]")];

function askSoon() {
  if (!isDue) setTimeout(ask, GATHER_MS);
  isDue = true;
}

async function ask() {
  if (document.hidden || isAsking) return;
  if (document.querySelector("[data-hears] .htmx-request")) return setTimeout(ask, GATHER_MS);
  isAsking = true;
  isDue = false;
  const headers = { "X-Askonce-Automatic": "1" };
  for (const part of document.querySelectorAll("[data-due]")) {
    delete part.dataset.due;
    if ("graft" in part.dataset) await refreshed(part);
    else await htmx.ajax("GET", part.dataset.path, { target: part, swap: "outerHTML", headers }).catch(() => {});
  }
  isAsking = false;
  if (isDue) ask();
}

async function refreshed(part) {
  const waits = [];
  part.dispatchEvent(new CustomEvent("askonce:refresh", { bubbles: true, detail: { waits } }));
  await Promise.allSettled(waits);
}

// ---- A link that signs in once is used by a person's browser, not by a program that looks at links.
for (const form of document.querySelectorAll("form[data-submit=at-once]")) form.requestSubmit();

// ---- What is shown once is copied by its button; where the browser does not let us, it is selected.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  const isCopied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
  if (isCopied) for (const words of button.querySelectorAll("span")) words.hidden = words !== button.lastElementChild;
});
