// What the rule of a cell expects, and the list to choose from. Whatever is typed against a rule is written all the same.

import { $, get, path, say, scroller, tab } from "./state.js";

const known = new Map(); // stamp of a rule → {words, options}
const NARROW = matchMedia("(max-width:640px)");

async function checkOf(cell, row, column) {
  const stamp = cell && cell.dataset.v;
  if (!stamp) return null;
  if (!known.has(stamp)) {
    const found = await get(path(`check?row=${row}&column=${column}`)).catch(() => null);
    if (!found || found.stamp !== stamp) return null; // the rows have moved meanwhile
    known.set(stamp, found);
  }
  return known.get(stamp);
}

let asked = null; // the cell whose words are shown, or on their way

// Shows what the selected cell expects, beside the line above the table; on a phone for some seconds, at the bottom.
export async function showExpected(cell, row, column) {
  const hint = $("hint");
  asked = cell;
  const found = tab.edits ? await checkOf(cell, row, column) : null;
  if (asked !== cell) return;
  hint.textContent = found ? found.words : "";
  hint.title = hint.textContent;
  if (found && found.words && NARROW.matches && !cell.title) say(found.words, true);
}

// Offers the drop-down of a cell under its editor. choose: called with the text of an option that is pressed.
export async function offerChoices(cell, row, column, box, choose) {
  if (!cell.classList.contains("pick")) return;
  const found = await checkOf(cell, row, column);
  if (!found || !box.isConnected) return;
  const list = document.createElement("ul");
  Object.assign(list, { id: "choices", className: "choices" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.getAttribute("aria-label"));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the editor keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) choose(option.textContent);
  });
  box.setAttribute("aria-controls", "choices");
  box.setAttribute("aria-autocomplete", "list");
  const fill = () => {
    const part = box.value === box.defaultValue ? "" : box.value.trim().toLocaleLowerCase("ru");
    list.replaceChildren(...found.options.filter((one) => one.toLocaleLowerCase("ru").includes(part)).map(optionOf));
    list.hidden = !list.children.length;
    box.removeAttribute("aria-activedescendant");
    placeChoices();
  };
  box.addEventListener("input", fill);
  scroller.append(list);
  if (NARROW.matches) say(""); // the words would lie over the list
  fill();
}

function optionOf(text, number) {
  const option = document.createElement("li");
  Object.assign(option, { id: `choice-${number}`, textContent: text });
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  return option;
}

// Puts the list under the editor, or above it where there is no room below.
export function placeChoices() {
  const [list, box] = [$("choices"), document.querySelector(".editor")];
  if (!list || !box) return;
  const room = scroller.scrollTop + scroller.clientHeight - (box.offsetTop + box.offsetHeight);
  const above = room < Math.min(list.scrollHeight, 120) && box.offsetTop - scroller.scrollTop > room;
  const height = Math.min(240, Math.max(60, (above ? box.offsetTop - scroller.scrollTop : room) - 8));
  list.style.maxHeight = `${height}px`;
  list.style.left = `${box.offsetLeft}px`;
  list.style.minWidth = `${box.offsetWidth}px`;
  list.style.top = `${above ? box.offsetTop - list.offsetHeight : box.offsetTop + box.offsetHeight}px`;
}

// Up and down in the list; false if there is none.
export function stepChoice(by) {
  const list = $("choices");
  if (!list || list.hidden) return false;
  const options = [...list.children];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[at < 0 ? (by > 0 ? 0 : options.length - 1) : (at + by + options.length) % options.length];
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
  document.querySelector(".editor").setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
  return true;
}

// Returns the text of the option that the keys have reached; null for none.
export function chosen() {
  const option = document.querySelector('#choices [aria-selected="true"]');
  return option ? option.textContent : null;
}

export function closeChoices() {
  const list = $("choices");
  if (list) list.remove();
}
