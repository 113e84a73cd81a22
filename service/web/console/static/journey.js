// The page of a journey: arrows go along the way and between the picture and the list, the card follows, and the picture
// becomes a PNG. Without it, every mark is a link that opens the page at its touchpoint.

const SCALE = 2; // pixels of a PNG for each of the picture
const places = (root) => [...document.querySelectorAll(`${root} [data-at]`)].filter((place) => place.checkVisibility());
const inPicture = () => places(".pic");
const inList = () => places(".jl");

// ---- The touchpoint that is looked at: its mark is ringed, its row is lit, and its card comes from the server.
function look(place) {
  const at = Number(place.dataset.at);
  for (const row of document.querySelectorAll(".jl li.on")) row.classList.remove("on");
  document.getElementById(`t${at}`)?.classList.add("on");
  for (const mark of inPicture()) mark.classList.toggle("sel", mark === markOf(at));
  history.replaceState(null, "", `?at=${at}`);
  return htmx.ajax("GET", `${location.pathname}?at=${at}`, { target: "#touchpoint", swap: "innerHTML" }).catch(() => {});
}

// The list begins at the touchpoint that the reader chose.
const lit = document.querySelector(".jl li.on");
if (lit && new URLSearchParams(location.search).has("at")) lit.closest(".jscroll").scrollTop = lit.offsetTop - lit.clientHeight;

// A joined mark has the number of its first touchpoint.
const markOf = (at) => inPicture().findLast((mark) => Number(mark.dataset.at) <= at);
const rowOf = (at) => inList().find((row) => Number(row.dataset.at) >= at);

document.addEventListener("click", (event) => {
  const place = event.target.closest?.("[data-at]");
  if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  place.focus();
  look(place);
});

// ---- Keys: left and right along the way, down into the list and up to the picture.
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, dialog, .scroll:focus, .jscroll:focus")) return;
  const here = event.target.closest?.("[data-at]") ?? document.querySelector(".pic .sel") ?? inList()[0];
  const next = here && nextOf(here, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
  look(next);
});

function nextOf(here, key) {
  const isMark = here.closest(".pic") !== null;
  if (key in STEPS) {
    const all = isMark ? inPicture() : inList();
    return all[all.indexOf(here) + STEPS[key]];
  }
  const isFocused = document.activeElement === here;
  if (key === "ArrowDown" && isFocused) return isMark ? rowOf(Number(here.dataset.at)) : null;
  if (key === "ArrowUp" && isFocused) return isMark ? null : markOf(Number(here.dataset.at));
  return null;
}

// ---- "+ add" chooses the phase and the kind of the note's form.
document.addEventListener("click", (event) => {
  const add = event.target.closest?.("a.add");
  if (!add) return;
  event.preventDefault();
  document.getElementById("note-phase").value = add.dataset.phase;
  document.getElementById("note-kind").value = add.dataset.kind;
  document.getElementById("note-text").focus();
});

// ---- PNG: the picture by itself is drawn on a canvas.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-png]");
  if (event.target.closest?.("[data-print]")) return print();
  if (!button) return;
  button.disabled = true;
  const png = await toPng(button.dataset.png).finally(() => (button.disabled = false));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(png);
  link.download = button.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});

async function toPng(path) {
  const picture = new Image();
  picture.src = path;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth * SCALE;
  canvas.height = picture.naturalHeight * SCALE;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
