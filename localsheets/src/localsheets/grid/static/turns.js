// What a person does takes effect in the order of doing it, also while rows are being fetched anew.

import { say, table } from "./state.js";
import { texts } from "./texts.js";

let pending = null; // what still waits for rows, and all that was done since

export function inTurn(work) {
  if (!pending) {
    const task = work();
    if (!(task instanceof Promise)) return;
    pending = task.catch(failed);
  } else pending = pending.then(work).catch(failed);
  const mine = pending;
  pending.then(() => { if (pending === mine) pending = null; });
}

const failed = (error) => say(error.body ? error.message : texts.offline, true);

// Saves whose answer is awaited: what undoes the last one has to know it first.

const underway = new Set();

export function saving(task) {
  underway.add(task);
  const over = () => underway.delete(task);
  task.then(over, over);
  return task;
}

export const allSaved = () => Promise.allSettled([...underway]);

// Cells that are replaced lose the focus to the page; the keys are still meant for the grid, unless the person went
// elsewhere. A menu or a dialog is no elsewhere: it closes again.

let held = false;

export const keysAreHere = () =>
  table.contains(document.activeElement) || (held && document.activeElement === document.body);

document.addEventListener("focusin", (event) => {
  if (!event.target.closest("#menu,dialog")) held = table.contains(event.target);
});
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest("#menu,dialog")) held = table.contains(event.target);
});
