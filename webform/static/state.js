// The line below the form that shows how saving and sending go, and the words of all scripts (`texts.py: SCRIPT_WORDS`).
// Everything works without the scripts. Nothing newer than Chromium 80; no library.

const line = document.getElementById("draft-state");
export const words = JSON.parse(line.getAttribute("data-words"));

// Put values into the places of a text: fill("в {at}", { at: "12:03" }).
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => values[name]);
}

// Show a text at the lower edge of the window until the next one. kind: "bad" or "note" for one that must be read.
export function say(text, kind) {
  if (line.textContent !== text) { // a screen reader would read the same words after every pause
    line.textContent = text;
  }
  line.className = kind ? "state " + kind : "state";
  const room = text ? line.offsetHeight : 0;
  document.documentElement.style.scrollPaddingBottom = room ? room + 16 + "px" : "";
  const field = document.activeElement;
  if (room && line.parentNode.contains(field) &&
      field.getBoundingClientRect().bottom > line.getBoundingClientRect().top) {
    field.scrollIntoView({ block: "nearest" });
  }
}
