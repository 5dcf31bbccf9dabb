// Questions and messages in the page's one dialog.

import { $ } from "./state.js";
import { texts } from "./texts.js";

// text: a string or nodes; field: {label, value}; buttons: [[key, label, primary?]]. Resolves to {key, value}.
export function ask({ title, text, field = null, buttons }) {
  const dialog = $("dialog");
  $("dialog-title").textContent = title;
  const paragraphs = typeof text === "string" ? [paragraph(text)] : text || [];
  $("dialog-text").replaceChildren(...paragraphs);
  $("dialog-field").hidden = !field;
  const input = $("dialog-input");
  if (field) {
    $("dialog-label").textContent = field.label;
    input.value = field.value;
  }
  const places = buttons.map(([key, label, primary]) => {
    const button = document.createElement("button");
    button.value = key;
    button.textContent = label;
    if (primary) button.className = "primary";
    return button;
  });
  // Enter in the field presses the first button of a form, so the main one comes first.
  places.sort((one, other) => (other.className ? 1 : 0) - (one.className ? 1 : 0));
  $("dialog-buttons").replaceChildren(...places);
  const back = document.activeElement;
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.onclose = () => {
      if (back && back.isConnected) back.focus({ preventScroll: true });
      resolve({ key: dialog.returnValue, value: input.value });
    };
    dialog.showModal();
    if (field) input.select();
  });
}

export function paragraph(text) {
  const node = document.createElement("p");
  node.textContent = text;
  return node;
}

export const tellPerson = (title, text) => ask({ title, text, buttons: [["", texts.close, true]] });

export function definitions(pairs) {
  const list = document.createElement("dl");
  for (const [term, meaning] of pairs) {
    const name = document.createElement("dt");
    const description = document.createElement("dd");
    name.textContent = term;
    description.textContent = meaning;
    list.append(name, description);
  }
  return list;
}
