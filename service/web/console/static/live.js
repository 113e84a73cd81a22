// The browser's one stream of events: this script runs in a SharedWorker, which tells every tab. A browser without one
// lets a single tab read the stream, chosen by a lock, which tells the others. One stream per tab would use up the
// connections that a browser has for a server.

const PATH = "/console/events";
const RETRY_MS = 5000;
const TICK_MS = 10_000;

// Reads the stream for ever, and tells what happens: {live: …}, {type, data} or {tick}. A stream that was refused, such as after the
// end of the session, is tried again after a while, and at once by what this gives.
function readStream(types, tell) {
  let source;
  let retry;
  const open = () => {
    clearTimeout(retry);
    source = new EventSource(PATH);
    source.onopen = () => tell({ live: true });
    source.onerror = () => {
      tell({ live: false });
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS);
    };
    for (const type of types) {
      source.addEventListener(type, (event) => tell({ type, data: JSON.parse(event.data) }));
    }
    source.addEventListener("reset", () => tell({ live: true }));
  };
  open();
  setInterval(() => tell({ tick: true }), TICK_MS); // a tab in the background has no timers to rely on
  return () => {
    if (source.readyState === EventSource.CLOSED) open();
  };
}

// ---- In the worker: tabs come and go.
function serveTabs() {
  const tabs = new Set();
  let state = null;
  let wake = null;
  const tell = (message) => {
    if ("live" in message) state = message;
    for (const tab of tabs) tab.postMessage(message);
  };
  self.onconnect = ({ ports: [tab] }) => {
    tabs.add(tab);
    tab.onmessage = ({ data }) => {
      if (data.closes) tabs.delete(tab);
      else if (wake) wake();
      else wake = readStream(data.types, tell);
    };
    if (state) tab.postMessage(state);
  };
}

// ---- In a tab: what is told becomes an event of the page.
const hear = (message) => document.dispatchEvent(new CustomEvent("askonce:told", { detail: message }));

function listenToWorker(types) {
  const { port } = new SharedWorker(import.meta.url, { type: "module", name: "askonce" });
  port.onmessage = ({ data }) => hear(data);
  port.postMessage({ types });
  document.addEventListener("askonce:signed-in", () => port.postMessage({ types }));
  addEventListener("pagehide", () => port.postMessage({ closes: true }));
}

function listenToTabs(types) {
  const channel = new BroadcastChannel("askonce");
  let state = null;
  channel.onmessage = ({ data }) => {
    if (!data.asks) hear(data);
    else if (state) channel.postMessage(state);
  };
  channel.postMessage({ asks: true });
  const lead = () => {
    readStream(types, (message) => {
      if ("live" in message) state = message;
      channel.postMessage(message);
      hear(message);
    });
    return new Promise(() => {}); // the lock is held until the tab closes
  };
  navigator.locks.request("askonce", lead);
}

if (typeof document === "undefined") serveTabs();
else {
  const types = document.querySelector('meta[name="live-types"]').content.split(" ");
  if (typeof SharedWorker === "function") listenToWorker(types);
  else if (navigator.locks) listenToTabs(types);
  else readStream(types, hear);
}
