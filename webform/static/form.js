// The form beyond its plain HTML: drafts as one types, and nothing lost without a connection.
import "./before.js";
import { showBusy, showReady, watch } from "./busy.js";
import { copyForm, isLeaving, noteChange, save, saveIn, sayRestored, startLeaving, stopLeaving } from "./drafts.js";
import { form, inputs, isTick, plain } from "./fields.js";
import "./moves.js";
import { hasPlaces } from "./places.js";
import { restore } from "./offers.js";
import { say, words } from "./state.js";

const TIMEOUT = 5000; // ms until the form serves again when the next page does not come

// Names of the inputs that were filled in before this script came (a slow line). A browser that puts fields back on
// the way back is not typing: that report may have been sent since.
function typedEarly() {
  const way = performance.getEntriesByType("navigation")[0];
  if (way && way.type === "back_forward") {
    return [];
  }
  return inputs().filter((input) => {
    return isTick(input) ? input.checked !== input.defaultChecked : plain(input.value) !== plain(input.defaultValue);
  }).map((input) => input.name);
}

function typedOn() {
  sayRestored("");
  noteChange();
}

function ready() {
  stopLeaving();
  showReady();
}

watch(form);
form.addEventListener("input", typedOn);
form.addEventListener("change", () => {
  typedOn();
  if (hasPlaces()) {
    saveIn(0); // the answer to a save says what is asked now, and the calculated figures
  }
});
window.addEventListener("online", () => saveIn(0));
window.addEventListener("offline", () => say(words.offline, "bad"));
form.addEventListener("submit", (event) => {
  if (navigator.onLine === false) {
    event.preventDefault();
    copyForm();
    say(words.offline_form, "bad");
    return;
  }
  if (isLeaving()) {
    event.preventDefault();
    return;
  }
  startLeaving();
  showBusy();
  setTimeout(() => {
    ready();
    save();
  }, TIMEOUT);
});
window.addEventListener("pageshow", ready);

const early = typedEarly();
if (form.hasAttribute("data-unsaved")) {
  copyForm();
} else {
  restore(early);
}
if (early.length) {
  noteChange();
}
