// Copies left by forms that are gone: the newest comes back by itself where it replaces nothing newer on the page;
// the others are offered, each with a button.
import { copyOfForm, noteChange, sayRestored, store } from "./drafts.js";
import { changes, form, show } from "./fields.js";
import { fill, say, words } from "./state.js";
import { all, forget, put } from "./storage.js";

const MOST = 3; // offers at once
const SAMPLE = 40; // characters of a copy's text that an offer quotes

// typedEarly: names of inputs that were filled in before the scripts came; they stay as they are.
export function restore(typedEarly) {
  const copies = left();
  if (copies.length && isNewest(copies[0])) {
    const newest = copies.shift();
    show(newest.copy, typedEarly);
    forget(newest.name);
    noteChange();
    sayRestored(words.restored);
  }
  copies.slice(0, MOST).forEach(offer);
}

// The copies that differ from the page, the newest first. The others are dropped.
function left() {
  return all(store).filter(({ name, copy }) => {
    if (copy && changes(copy).length) {
      return true;
    }
    forget(name);
    return false;
  }).sort((one, other) => other.copy.time - one.copy.time);
}

// True if nothing on the page was saved or sent after the copy, except by the copy's own form.
function isNewest({ name, copy }) {
  if (copy.aside) {
    return false;
  }
  const savedAt = Date.parse(form.getAttribute("data-draft-at")) || 0;
  const own = name === store + form.getAttribute("data-draft-key");
  return copy.version >= Number(form.elements.base_version.value) && (own || savedAt <= copy.seen);
}

function offer(left) {
  const box = document.createElement("div");
  box.className = "notice warning";
  box.setAttribute("role", "status");
  const text = box.appendChild(document.createElement("p"));
  const buttons = box.appendChild(document.createElement("div"));
  buttons.className = "actions";
  const swap = button(buttons, words.copy_insert, () => {
    const aside = copyOfForm();
    show(left.copy, []);
    form.elements.base_version.value = Math.min(left.copy.version, aside.version);
    aside.aside = true;
    left.copy = aside;
    put(left.name, aside);
    noteChange();
    text.textContent = words.copy_swapped;
    swap.textContent = words.copy_swap_back;
    drop.textContent = words.copy_drop_aside;
  });
  const drop = button(buttons, words.copy_drop, () => {
    if (window.confirm(words.copy_drop_question)) {
      forget(left.name);
      box.remove();
      say(words.copy_dropped, "");
    }
  });
  text.textContent = fill(words.copy_found, { at: moment(left.copy.time), sample: sample(left.copy) });
  form.parentNode.insertBefore(box, form);
}

// The first words in which the copy differs, so that the clerk sees which text is meant.
function sample(copy) {
  const text = changes(copy).map((change) => {
    return change.unasked ? change.unasked[1] : change.value;
  }).find((value) => value && value.trim());
  if (!text) {
    return "";
  }
  return " («" + (text.length > SAMPLE ? text.slice(0, SAMPLE - 1) + "…" : text) + "»)";
}

function button(place, text, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", press);
  return place.appendChild(made);
}

function moment(at) {
  const time = new Date(at);
  return fill(words.moment, {
    day: time.toLocaleDateString("ru-RU", { day: "numeric", month: "long" }),
    time: time.toLocaleTimeString("ru-RU", { hour: "2-digit", minute: "2-digit" })
  });
}
