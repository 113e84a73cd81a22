// A matter's box ticks the boxes of all its contacts, and shows whether all of them are ticked.

const boxesOf = (matter) => [...document.querySelectorAll(`input[data-of="${CSS.escape(matter)}"]`)];

document.addEventListener("change", ({ target }) => {
  if (target.dataset.ticks) for (const box of boxesOf(target.dataset.ticks)) box.checked = target.checked;
  if (target.dataset.ticks || target.dataset.of) showMatter(target.dataset.ticks ?? target.dataset.of);
});

function showMatter(matter) {
  const boxes = boxesOf(matter);
  for (const whole of document.querySelectorAll(`input[data-ticks="${CSS.escape(matter)}"]`)) {
    whole.checked = boxes.every((box) => box.checked);
    whole.indeterminate = !whole.checked && boxes.some((box) => box.checked);
  }
}
