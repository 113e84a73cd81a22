// Fills a form with what the company knows already, and keeps what is typed, so that going back loses nothing.
//
//   <form data-askonce-form="car" action="/car" method="post"> <input name="tel" autocomplete="tel"> … </form>
//   <script type="module">
//     import { remember } from "./askonce-forms.js";
//     remember(document.querySelector("form"), { service: "https://askonce.example", newToken });
//   </script>
//
// `newToken(form)` asks your own server, which knows who is logged in, and gives the token as text. The names of the
// fields are the HTML autocomplete tokens where there is one. Without the service the form works as if this were absent.

const UNSAVED = "askonce.unsaved";
const PAUSE_MS = 500;
const PATIENCE_MS = 4000;

export async function remember(form, { service, newToken }) {
  const name = form.dataset.askonceForm;
  const visit = new Visit(service, newToken, (saved) => (form.dataset.askonceSaved = saved));
  const typed = (field) => {
    field.dataset.askonceTyped = "kept";
    if (field.name && field.checkValidity()) visit.keep(name, { [field.name]: valueOf(form, field.name) });
  };
  form.addEventListener("input", ({ target }) => (target.dataset.askonceTyped = "now"));
  form.addEventListener("change", ({ target }) => typed(target));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    visit.keep(name, {}, "submit");
    await visit.deliver();
    form.submit();
  });
  addEventListener("pagehide", () => {
    form.querySelectorAll("[data-askonce-typed=now]").forEach(typed);
    visit.deliver();
  });
  addEventListener("pageshow", ({ persisted }) => persisted && again());
  addEventListener("online", () => visit.deliver());
  await refresh();

  async function refresh() {
    await visit.deliver();
    fill(form, await visit.known(name));
    form.dataset.askonceReady = "";
  }

  // The browser shows the page as it was left; another form may know better by now.
  function again() {
    for (const field of form.elements) delete field.dataset.askonceTyped;
    return refresh();
  }
}

// What was typed in this tab, in any of its forms, and is not saved yet: it survives a change of page.
class Visit {
  #service;
  #newToken;
  #tell;
  #tokens = new Map();
  #delivering = null;
  #timer;

  constructor(service, newToken, tell) {
    this.#service = service;
    this.#newToken = newToken;
    this.#tell = tell;
  }

  // Save these values after a pause, together with those that come before it.
  keep(form, values, step = "draft") {
    const unsaved = read();
    const last = unsaved.at(-1);
    const canJoin = last && last.form === form && last.step === "draft" && !this.#delivering;
    if (canJoin) Object.assign(last, { step, values: { ...last.values, ...values } });
    else unsaved.push({ form, step, save: crypto.randomUUID(), values });
    write(unsaved);
    this.#tell("no");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.deliver(), PAUSE_MS);
  }

  // Save what is not saved yet, in its order; what fails stays for the next time, under the same id.
  deliver() {
    clearTimeout(this.#timer);
    this.#delivering ??= this.#deliverAll().finally(() => (this.#delivering = null));
    return this.#delivering;
  }

  async #deliverAll() {
    for (let [first] = read(); first; [first] = read()) {
      const { form, step, save, values } = first;
      const answer = await this.#ask(form, (token) => [
        `/v1/forms/${encodeURIComponent(form)}/${step}`,
        { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ token, save, values }) },
      ]);
      if (!answer || answer.status >= 500 || answer.status === 403) return;
      if (!answer.ok) console.error("askonce did not take what was typed:", await answer.json());
      write(read().filter((one) => one.save !== save));
    }
    this.#tell("yes");
  }

  // What the form may be filled with: name -> {value, channel, at, verified}.
  async known(form) {
    const path = `/v1/forms/${encodeURIComponent(form)}/prefill?token=`;
    const answer = await this.#ask(form, (token) => [path + encodeURIComponent(token), {}]);
    return answer?.ok ? (await answer.json()).known : {};
  }

  // The answer, once more with a new token if the old one has expired; null while nobody answers.
  async #ask(form, request) {
    try {
      const answer = await this.#send(form, request);
      if (answer.status !== 403) return answer;
      this.#tokens.delete(form);
      return await this.#send(form, request);
    } catch {
      return null;
    }
  }

  async #send(form, request) {
    if (!this.#tokens.has(form)) this.#tokens.set(form, await this.#newToken(form));
    const [path, options] = request(this.#tokens.get(form));
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return fetch(this.#service + path, { keepalive: true, referrerPolicy: "no-referrer", signal, ...options });
  }
}

const read = () => JSON.parse(sessionStorage.getItem(UNSAVED) ?? "[]");
const write = (unsaved) => sessionStorage.setItem(UNSAVED, JSON.stringify(unsaved));

function valueOf(form, name) {
  const field = form.elements[name];
  return field.type === "checkbox" ? field.checked : field.value;
}

// Nothing that was typed while we asked is written over.
function fill(form, known) {
  for (const [name, { value, channel, at }] of Object.entries(known)) {
    const field = form.elements[name];
    if (!field || field.dataset?.askonceTyped !== undefined) continue;
    if (field.type === "checkbox") field.checked = value === true;
    else field.value = value;
    if (field.dataset) field.dataset.askonceKnown = `${new Date(at).toLocaleDateString()}, ${channel ?? "agent"}`;
  }
}
