// Places of the form that are asked under a condition, and figures that are calculated. The server says which are asked
// and what the figures are, in its answer to a saved draft: it alone evaluates expressions.
import { form } from "./fields.js";

export function hasPlaces() {
  return form.querySelector("[data-place], [data-figure]") !== null;
}

export function showFigures(figures) {
  form.querySelectorAll("[data-figure]").forEach((output) => {
    const figure = figures[output.getAttribute("data-figure")];
    if (figure !== undefined && output.textContent !== figure) { // unchanged, a screen reader says nothing
      output.textContent = figure;
    }
  });
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
