// Places of the form that are asked under a condition. The server says which: it alone evaluates conditions.
import { form } from "./fields.js";

export function hasPlaces() {
  return form.querySelector("[data-place]") !== null;
}

// Hide these places and show the others. True if one appeared.
export function showPlaces(hidden) {
  let appeared = false;
  form.querySelectorAll("[data-place]").forEach((place) => {
    const name = place.getAttribute("data-place");
    const off = hidden.includes(name);
    appeared = appeared || (place.hidden && !off);
    place.hidden = off;
    form.querySelector('input[name="visible"][value="' + name + '"]').disabled = off;
  });
  return appeared;
}
