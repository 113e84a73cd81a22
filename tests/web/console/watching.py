"""A browser that notices what must not happen on a page: dialogs, reports, foreign requests, errors, living markup."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, Frame, Page

HARMLESS = ("Failed to load resource", "Blocked autofocusing on a <input> element in a cross-origin subframe")
"""Of the browser itself: an answer of refusal, and a card that may not take the focus from its desk."""
REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""
LIVING_MARKUP = """() => {
  const found = [];
  for (const element of document.querySelectorAll("*")) {
    const shown = element.outerHTML.slice(0, 120);
    for (const { name, value } of element.attributes) {
      const lower = name.toLowerCase();
      if (lower.startsWith("on")) found.push(`handler: ${shown}`);
      if (lower === "style" || lower === "srcdoc") found.push(`${lower}: ${shown}`);
      if (/^(data-)?hx-/.test(lower) && /zq\\d|signout|evil|alert/.test(value)) found.push(`htmx: ${shown}`);
      if (/^(href|src|action|formaction|xlink:href|data)$/.test(lower)) {
        const url = new URL(value, location.href);
        const isOurs = /^https?:$/.test(url.protocol) && url.host === location.host;
        if (!isOurs && !/^tel:\\+?\\d+$/.test(value)) found.push(`address: ${shown}`);
      }
    }
    const isOurs = element.outerHTML === '<base target="_blank">'; // the links of a card
    if (/^(iframe|base|object|embed|math|style|video)$/i.test(element.localName) && !isOurs) found.push(`element: ${shown}`);
    if (element.localName === "meta" && element.httpEquiv) found.push(`meta: ${shown}`);
    if (element.localName === "script" && !element.getAttribute("src")?.startsWith("/assets/"))
      found.push(`script: ${shown}`);
  }
  return found;
}"""
"""Markup that came to life; htmx's own attributes of our templates name none of what payloads do."""


class Watch:
    """What a browser has noticed."""

    def __init__(self, context: BrowserContext, *own: str) -> None:
        self.context = context
        self.noticed: list[str] = []
        self._own = own

    def listen_to(self, page: Page) -> None:
        """Notice what happens in this page and its frames."""
        page.on("pageerror", lambda error: self.noticed.append(f"error: {error}"))
        page.on("console", self._hear)
        page.on("request", self._see)
        page.on("dialog", self._close)

    async def check(self, page: Page | Frame) -> None:
        """Nothing was noticed, and no markup of data lives on the page as it stands."""
        living = await page.evaluate(LIVING_MARKUP)
        assert (living, self.noticed) == ([], []), (page.url, living, self.noticed)

    def _hear(self, message) -> None:
        if message.type == "error" and not message.text.startswith(HARMLESS):
            self.noticed.append(message.text)

    def _see(self, request) -> None:
        if not request.url.startswith(self._own):
            self.noticed.append(f"request: {request.url}")

    async def _close(self, dialog) -> None:
        self.noticed.append(f"dialog: {dialog.message}")
        await dialog.dismiss()


@asynccontextmanager
async def watched(browser: Browser, url: str, *more: str) -> AsyncIterator[Watch]:
    """A browser of its own; requests to other hosts than `url` and `more` are noticed, and led nowhere."""
    context = await browser.new_context(base_url=url, reduced_motion="reduce", viewport={"width": 1440, "height": 900})
    await context.add_init_script(REPORT_VIOLATIONS)
    await context.route("http://evil.example/**", lambda route: route.abort())
    watch = Watch(context, url, *more)
    context.on("page", watch.listen_to)
    yield watch
    await context.close()
