// What these two pages do with askonce-forms.js: the token comes from the site's own server (site.py).

import { remember } from "./askonce-forms.js";

const form = document.querySelector("form");
const status = form.querySelector("[role=status]");
const { service } = await (await fetch("/service")).json();

new MutationObserver(() => {
  status.textContent = form.dataset.askonceSaved === "yes" ? "All saved" : "Saving …";
}).observe(form, { attributeFilter: ["data-askonce-saved"] });

await remember(form, {
  service,
  newToken: async (name) => (await (await fetch(`/token/${name}`, { method: "POST" })).json()).token,
});
for (const field of form.querySelectorAll("[data-askonce-known]")) {
  const hint = document.createElement("small");
  hint.textContent = `You told us: ${field.dataset.askonceKnown}`;
  field.closest("label").append(hint);
}
