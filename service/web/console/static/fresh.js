// Pages about one customer follow what happens to this customer: the page is asked for again, and the parts of it that changed
// (`data-part`, each with an id) take the place of those that are shown. What a person is in stays: a field, a selection, the
// place under the cursor, what is open, the filter and the loaded pages of the timeline. Forms are never touched while they
// hold text that was not sent.

const ROWS = "li:not(.why-l > *, .meta > *), .known > div, .prom, .cond, .line";
const mark = () => document.querySelector("[data-graft]");
const main = document.getElementById("main");

document.addEventListener("askonce:refresh", ({ detail }) => detail.waits.push(refresh()));

async function refresh() {
  const headers = { "X-Askonce-Automatic": "1", "X-Askonce-Version": mark().dataset.version ?? "", "HX-Request": "true" };
  let answer;
  try {
    answer = await fetch(address(), { headers });
  } catch {
    return; // that the page is not live is said by what reads the stream
  }
  const [elsewhere, html] = [answer.headers.get("HX-Redirect"), await answer.text()];
  if (answer.status === 401) return document.dispatchEvent(new CustomEvent("askonce:ended", { detail: { html } }));
  if (elsewhere) return lead(elsewhere);
  if (!answer.ok) return tell(html);
  endOutage();
  if (answer.status !== 204) graft(new DOMParser().parseFromString(html, "text/html"));
}

// The timeline is asked for as it is shown: its channel, and where it begins.
function address() {
  const url = new URL(mark().dataset.path, location.href);
  const after = new URLSearchParams(location.search).get("after");
  const channel = document.querySelector("#timeline .fil [aria-pressed=true]")?.id.replace(/^fil-/, "");
  if (after) url.searchParams.set("after", after);
  if (channel && channel !== "all") url.searchParams.set("channel", channel);
  return url;
}

// A customer who was merged meanwhile: whoever writes goes on when they want, everybody else is led at once.
function lead(path) {
  if (!main.contains(document.activeElement?.closest("form"))) return location.assign(path);
  const words = document.getElementById("fresh-words").content.querySelector("[data-when=merged]").cloneNode(true);
  words.querySelector("a").href = path;
  document.getElementById("notice").replaceChildren(words);
}

// What cannot be done now, with the age of what is shown.
function tell(html) {
  const anchor = anchorOf();
  document.getElementById("notice").innerHTML = html;
  sayAge();
  anchor?.hold();
}
function sayAge() {
  const place = document.querySelector("#notice [data-age]");
  if (place) place.textContent = document.getElementById("as-of").textContent;
}
document.addEventListener("askonce:outage", ({ detail }) => tell(detail.html));
document.addEventListener("htmx:responseError", sayAge);
function endOutage() {
  const notice = document.getElementById("notice");
  if (!notice.querySelector("[data-outage]")) return;
  const anchor = anchorOf();
  notice.replaceChildren();
  anchor?.hold();
}
document.addEventListener("askonce:reached", endOutage);

// ---- The new page into the old one.
let isLate = false; // something waits until a person has left its place

function graft(page) {
  const [old, next] = [mark(), page.querySelector("[data-graft]")];
  if (!next || (next.dataset.version && Number(next.dataset.version) < Number(old.dataset.version))) return;
  const anchor = anchorOf();
  isLate = false;
  const changed = [...document.querySelectorAll("[data-part]")].filter((part) => renew(part, page.getElementById(part.id)));
  const count = renewTimeline(page);
  for (const one of document.querySelectorAll("[data-looks]")) one.className = page.getElementById(one.id)?.className;
  for (const list of document.querySelectorAll("select[data-grows]")) grow(list, page.getElementById(list.id));
  document.getElementById("as-of").textContent = page.getElementById("as-of").textContent;
  old.dataset.subject = next.dataset.subject;
  if (!isLate) old.dataset.version = next.dataset.version ?? "";
  anchor?.hold();
  if (changed.length || count) say(count);
  if (changed.some((part) => part.querySelector("form[data-draft]"))) document.dispatchEvent(new Event("askonce:fresh"));
}

// What a part says, without what moves by itself or is new in every page.
function signature(part) {
  const copy = part.cloneNode(true);
  for (const one of copy.querySelectorAll("input[type=hidden], .draft, .track")) one.remove();
  for (const one of copy.querySelectorAll("[data-until], [data-since]")) one.textContent = "";
  for (const one of copy.querySelectorAll("[open]")) one.removeAttribute("open");
  for (const one of copy.querySelectorAll("[class]")) one.classList.remove("new", "low");
  return copy.innerHTML.replaceAll(' class=""', "");
}

function renew(part, next) {
  if (!next || signature(part) === signature(next)) return false;
  if (isHeld(part, next)) {
    keepTokens(part, next);
    return false;
  }
  exchange(part, next);
  return true;
}

function exchange(part, next) {
  const said = new Map([...part.querySelectorAll(ROWS)].map((row) => [row.textContent, row.classList.contains("new")]));
  for (const row of next.querySelectorAll(ROWS)) if (said.get(row.textContent) ?? true) row.classList.add("new");
  const shown = [...part.querySelectorAll("details")];
  next.querySelectorAll("details").forEach((one, at) => (one.open = shown[at]?.open ?? one.open));
  const focused = part.contains(document.activeElement) ? twin(next, document.activeElement) : null;
  part.replaceWith(document.adoptNode(next));
  htmx.process(next);
  focused?.focus({ preventScroll: true });
}

// A person is in it, selects in it, or has written in it.
function isHeld(part, next) {
  const [selection, active] = [getSelection(), document.activeElement];
  const isSelected = !selection.isCollapsed && selection.rangeCount > 0 && selection.getRangeAt(0).intersectsNode(part);
  const isInside = part.contains(active) && (active.matches("input, textarea, select") || !twin(next, active));
  if (isSelected || isInside) isLate = true;
  return isSelected || isInside || [...part.querySelectorAll("form[data-draft]")].some(hasText);
}
const hasText = (form) => [...form.elements].some((one) => "defaultValue" in one && one.type !== "hidden" && one.value !== one.defaultValue);

function twin(next, active) {
  if (active.id) return next.querySelector(`#${CSS.escape(active.id)}`);
  const isSame = (one) => one.tagName === active.tagName && one.dataset.key === active.dataset.key && one.getAttribute("href") === active.getAttribute("href");
  return [...next.querySelectorAll("a, button, summary")].find(isSame) ?? null;
}

// A form that stays goes on with the token of now, as long as it is there for its agent.
function keepTokens(part, next) {
  for (const form of part.querySelectorAll("form[data-draft]")) {
    const token = next.querySelector(`form[data-draft="${form.dataset.draft}"] input[name=token]`);
    if (token && form.elements.token) form.elements.token.value = token.value;
  }
}

function grow(list, next) {
  const known = new Set([...list.options].map((option) => option.value));
  for (const option of next?.options ?? []) if (!known.has(option.value)) list.append(option.cloneNode(true));
}

// ---- The timeline: what is new comes above what is shown, which stays as it was loaded.
function renewTimeline(page) {
  const [list, next] = [document, page].map((one) => one.querySelector("#timeline .tl"));
  const items = [...(next?.children ?? [])].filter((item) => item.id);
  const isNew = (item) => !document.getElementById(item.id);
  const fresh = items.filter(isNew);
  if (!fresh.length && !items.length) return 0;
  for (const item of fresh) item.classList.add("new");
  if (!list || fresh.length === items.length) {
    const place = list ?? document.getElementById("timeline");
    const whole = list ? next : page.getElementById("timeline");
    place.replaceWith(document.adoptNode(whole));
    htmx.process(whole);
    return fresh.length;
  }
  let last = null;
  for (const item of items) last = isNew(item) ? insert(list, item, last) : follow(item);
  return fresh.length;
}

function insert(list, item, last) {
  if (last) last.after(document.adoptNode(item));
  else list.prepend(document.adoptNode(item));
  return item;
}

function follow(item) {
  const shown = document.getElementById(item.id);
  if (signature(shown) === signature(item) || isHeld(shown, item)) return shown;
  exchange(shown, item);
  return item;
}

// ---- What is under the cursor stays where it is on the screen: the field, else what the pointer is on, else what is read.
let pointer = null;
document.addEventListener("pointermove", ({ clientX, clientY }) => (pointer = [clientX, clientY]), { passive: true });
document.documentElement.addEventListener("pointerleave", () => (pointer = null));

function anchorOf() {
  const active = main.contains(document.activeElement) ? document.activeElement : null;
  const under = pointer && document.elementFromPoint(...pointer);
  const read = scrollY > 0 && document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  const place = [active, under, read].map((one) => one && (one === active ? one : one.closest("#main [id]"))).find(isInView);
  if (!place) return null;
  const { top } = place.getBoundingClientRect();
  const now = () => (place.isConnected ? place : document.getElementById(place.id));
  return { hold: () => now() && scrollBy({ top: now().getBoundingClientRect().top - top, behavior: "instant" }) };
}

function isInView(place) {
  if (!place) return false;
  const { top, bottom } = place.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

// ---- What changed is said once, and what had to wait comes when its place is left.
function say(count) {
  const when = count === 0 ? "changed" : count === 1 ? "one" : "many";
  const words = document.getElementById("fresh-words").content.querySelector(`[data-when=${when}]`).textContent;
  document.getElementById("fresh-said").textContent = words.replace("{n}", count);
}

function askAgain() {
  if (!isLate || !getSelection().isCollapsed) return;
  isLate = false;
  const data = { customer_id: mark().dataset.subject };
  document.dispatchEvent(new CustomEvent("askonce:told", { detail: { type: "context.changed", data } }));
}
document.addEventListener("selectionchange", askAgain);
document.addEventListener("focusout", () => setTimeout(askAgain));
