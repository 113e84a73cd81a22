// A sound and a notice of calls, once per browser, for agents who switched them on. Every tab hears of a call; the tab that
// gets the lock of this call tells the person of it: one that is looked at before others, one that may make a sound before
// one that may not. The server says whether the call rings for this agent.

const root = document.documentElement;
const IN_BACKGROUND_MS = 100;
const SILENT_MS = 50;
const TOLD_MS = 5000;
const NOTES = [880, 660];
const NOTE_S = 0.28;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const mayNotify = () => typeof Notification === "function" && Notification.permission === "granted";
let notice = null;

document.addEventListener("askonce:told", ({ detail }) => {
  if (detail.type === "call.ringing") ring(detail.data.call_id);
  else if (notice && detail.data?.call_id === notice.callId) closeNotice();
});

async function ring(callId) {
  if (root.dataset.ring !== "on") return;
  if (!navigator.locks) return document.hidden || tell(callId);
  await wait((document.hidden ? IN_BACKGROUND_MS : 0) + (navigator.userActivation?.hasBeenActive ? 0 : SILENT_MS));
  await navigator.locks.request(`askonce:call:${callId}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    tell(callId);
    await wait(TOLD_MS); // no other tab gets the lock meanwhile
  });
}

async function tell(callId) {
  const answer = await fetch("/console/calls", { headers: { "X-Askonce-Automatic": "1" } }).catch(() => null);
  if (!answer?.ok || answer.redirected || !(await answer.json()).includes(callId)) return;
  if (document.hidden && mayNotify()) notify(callId);
  await play();
}

// ---- The notice says nothing of who calls: others may see the screen.
function notify(callId) {
  closeNotice();
  const shown = new Notification("askonce", { body: document.querySelector('meta[name="ring-words"]').content, tag: "askonce-call" });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
  notice = { callId, shown };
}

function closeNotice() {
  notice?.shown.close();
  notice = null;
}

// ---- Browsers make no sound before a person has pressed or clicked something in the page.
let audio = null;
function allowSound() {
  if (audio || root.dataset.ring !== "on") return;
  audio = new AudioContext();
  audio.resume();
}
for (const type of ["pointerdown", "keydown"]) document.addEventListener(type, allowSound, { passive: true });

async function play() {
  audio ??= new AudioContext();
  await Promise.race([audio.resume(), wait(200)]);
  if (audio.state !== "running") return; // what waits for a click would sound when the call is over
  const volume = audio.createGain();
  volume.gain.value = 0.15;
  volume.connect(audio.destination);
  for (const [place, frequency] of NOTES.entries()) {
    const note = audio.createOscillator();
    note.frequency.value = frequency;
    note.connect(volume);
    note.start(audio.currentTime + place * NOTE_S);
    note.stop(audio.currentTime + (place + 1) * NOTE_S);
  }
}

// ---- An agent who switches it on is asked once for leave to show notices; the choice is then sent as any other.
let isAsked = false;
document.addEventListener("submit", (event) => {
  const { submitter, target } = event;
  const isNeeded = submitter?.name === "ring" && submitter.value === "on" && typeof Notification === "function";
  if (!isNeeded || isAsked || Notification.permission !== "default") return;
  isAsked = true;
  event.preventDefault();
  Notification.requestPermission().finally(() => setTimeout(() => target.requestSubmit(submitter)));
});
