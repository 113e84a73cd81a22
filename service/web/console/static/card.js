// The card's script. It asks the desk that frames it which conversation is open, shows that customer, and keeps the card
// fresh. What the desk says is a hint: the service looks at its own records first.

const ASK = "chatwoot-dashboard-app:fetch-info";
const MOST_CHARS = 1_000_000; // a desk tells the whole conversation
const MOST_CHARS_OF_A_VALUE = 200;
const EVERY_MS = 15_000;
const OLD_MS = 45_000; // three answers were missed
const card = document.getElementById("card");
const meta = (name) => document.querySelector(`meta[name="${name}"]`).content;
const origins = meta("embed-origins").split(" ");
const part = (name) => card.querySelector(`[data-${name}]`);

// ---- The age goes by the server's clock: the browser's may be an hour off.
const ago = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "short" });
let offsetMs = 0;
const uptimeMs = () => performance.timeOrigin + performance.now();

function takeServerTime() {
  const told = part("now")?.dataset.now;
  if (told) offsetMs = Date.parse(told) - uptimeMs();
}

function showAge() {
  const place = part("as-of");
  if (!place) return;
  const ageMs = Math.max(0, uptimeMs() + offsetMs - Date.parse(place.dataset.asOf));
  const [count, unit] = ageMs < 60_000 ? [ageMs / 1000, "second"] : [ageMs / 60_000, "minute"];
  place.querySelector("[data-ago]").textContent = `, ${ago.format(-Math.floor(count), unit)}`;
  place.classList.toggle("old", ageMs > OLD_MS);
}
setInterval(showAge, 1000);

// ---- What is asked last is shown; what fails leaves the card as it is, with its age.
let asked = 0;
async function show(path, { hint = null, automatic = false } = {}) {
  const mine = ++asked;
  const headers = { "HX-Request": "true", "X-CSRF-Token": meta("csrf-token") };
  if (automatic) headers["X-Askonce-Automatic"] = "1";
  try {
    const answer = await fetch(path, { method: hint ? "POST" : "GET", body: hint, headers });
    const html = await answer.text();
    const isPage = (answer.headers.get("Content-Type") ?? "").startsWith("text/html");
    if (mine === asked && isPage && answer.status < 500) put(html);
  } catch {
    // the service is away
  }
}

function put(html) {
  const focused = card.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...card.querySelectorAll("details[open]")].map((one) => one.id);
  card.innerHTML = html;
  for (const id of open) if (id) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus();
  takeServerTime();
  showAge();
}

function refresh(automatic) {
  const path = part("path")?.dataset.path;
  if (path) show(path, { automatic });
  else askDesk();
}
setInterval(() => document.hidden || refresh(true), EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || refresh(true));
card.addEventListener("click", (event) => {
  if (event.target.closest("[data-refresh]")) refresh(false);
});

// ---- The desk: a card that begins with one customer stays with that one.
const listens = part("waits") !== null;
let lastHint = "";

function askDesk() {
  if (listens && parent !== window) parent.postMessage(ASK, "*");
}

addEventListener("message", ({ origin, source, data }) => {
  if (!listens || source !== parent || !origins.includes(origin)) return;
  if (typeof data !== "string" || data.length > MOST_CHARS) return;
  const hint = hintOf(data);
  if (!hint || `${hint}` === lastHint) return;
  lastHint = `${hint}`;
  show("/embed/hint", { hint });
});

// The few values that lead to a customer; null if the text is no word of Chatwoot's.
function hintOf(text) {
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    return null;
  }
  if (told?.event !== "appContext") return null;
  const { conversation, contact } = told.data ?? {};
  const values = {
    conversation: conversation?.id,
    contact: contact?.id,
    email: contact?.email,
    phone: contact?.phone_number,
    identifier: contact?.identifier,
  };
  const hint = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    const isPlain = typeof value === "string" || Number.isSafeInteger(value);
    if (isPlain && value !== "" && `${value}`.length <= MOST_CHARS_OF_A_VALUE) hint.set(name, value);
  }
  return hint.size ? hint : null;
}

takeServerTime();
showAge();
askDesk();
