// Drafts as one types: every change is copied into the browser at once and saved on the server a moment later.
import { form, snapshot, typed } from "./fields.js";
import { fill, say, words } from "./state.js";
import { showFigures, showPlaces } from "./places.js";
import { forget, put, read } from "./storage.js";

const WAIT = 1500; // ms from the last change to saving
const RETRY = 10000; // ms from a failure to the next attempt
const TIMEOUT = 20000; // ms that a save may take

export const store = form.getAttribute("data-store");
const notice = document.getElementById("draft-box");
let restored = ""; // what to say of a copy that came back, until the clerk types on
let timer = null;
let saving = false;
let changed = false;
let leaving = false;
// Time of the newest draft that this form knows of, ms. A page that answers a POST shows what no draft holds.
let seen = form.hasAttribute("data-unsaved") ? 0 : Date.parse(form.elements.opened.value) || 0;

export function copyName() {
  return store + form.elements.key.value;
}

export function copyForm() {
  return put(copyName(), snapshot(seen));
}

export function copyOfForm() {
  return snapshot(seen);
}

// The form has changed: keep a copy and save soon.
export function noteChange() {
  changed = true;
  if (!copyForm()) {
    say(words.no_storage, "bad");
  }
  saveIn(WAIT);
}

export function saveIn(wait) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

export function sayRestored(text) {
  restored = text;
  if (text) {
    say(text, "note");
  }
}

// The form is being sent: nothing more is saved, and its copy is marked, so that the page after it can drop it.
export function startLeaving() {
  leaving = true;
  clearTimeout(timer);
  const copy = read(copyName());
  if (copy) {
    copy.sent = true;
    put(copyName(), copy);
  }
}

export function stopLeaving() {
  leaving = false;
}

export function isLeaving() {
  return leaving;
}

export function save() {
  if (!changed || saving || leaving) {
    return;
  }
  saving = true;
  changed = false;
  const hanging = new AbortController();
  const timer = setTimeout(() => hanging.abort(), TIMEOUT);
  const settle = () => {
    clearTimeout(timer);
    saving = false;
  };
  fetch(form.getAttribute("data-draft"), {
    method: "POST",
    headers: { Accept: "application/json" },
    body: typed(),
    credentials: "same-origin",
    signal: hanging.signal
  }).then((response) => {
    return response.json().catch(() => ({ problem: words.no_answer }));
  }).then((answer) => {
    settle();
    take(answer);
  }).catch(() => {
    settle();
    fail(words.offline);
  });
}

function take(answer) {
  if (answer.key) {
    goOnAs(answer);
  }
  if (answer.saved) {
    if (!changed) {
      forget(copyName());
    }
    saySaved(answer);
    if (answer.figures) {
      showFigures(answer.figures);
    }
    if (!changed && answer.not_asked && showPlaces(answer.not_asked)) {
      say(words.appeared, "note");
    }
  } else if (answer.other) {
    sayUnsaved(fill(words.other_window, { at: answer.other }));
  } else if (answer.key) { // the form was sent meanwhile and is still open: save again, as a correction
    changed = true;
  } else {
    fail(answer.problem);
  }
  if (changed) {
    saveIn(answer.saved || answer.key ? WAIT : RETRY);
  }
}

function fail(text) {
  changed = true;
  sayUnsaved(text);
  saveIn(RETRY);
}

// Take over the hidden fields of the draft that the server keeps.
function goOnAs(draft) {
  seen = Date.parse(draft.saved_at) || seen;
  if (draft.key !== form.elements.key.value) {
    forget(copyName());
    form.elements.key.value = draft.key;
    form.elements.base_version.value = draft.base_version;
    copyForm();
  }
}

function saySaved(answer) {
  const late = document.querySelector(".deadline.overdue") ? "" : answer.window;
  const note = [restored, late].filter(Boolean).join(" ");
  if (!answer.session) {
    say(answer.saved + ". " + words.session_over, "bad");
  } else {
    say(note ? note + " " + answer.saved : answer.saved, late ? "bad" : note && "note");
  }
  if (notice) { // at the top of the page, about an older draft
    notice.hidden = !answer.saved_at; // no draft is left of a report that was sent with the same answers
    notice.querySelector("strong").textContent = answer.saved + ".";
  }
}

function sayUnsaved(text) {
  say(text, "bad");
  if (notice) {
    notice.hidden = true;
  }
}
