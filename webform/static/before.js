// The previous figure is shown beside a field, or a total, while that holds another one.
import { form } from "./fields.js";

function standing(line) {
  const total = line.getAttribute("data-total");
  return total ? form.querySelector('[data-sum="' + total + '"]').textContent :
    form.elements[line.getAttribute("data-field")].value;
}

function plain(figure) {
  return figure.replace(/\s/g, "");
}

function compare() {
  form.querySelectorAll("[data-before]").forEach((line) => {
    line.hidden = plain(standing(line)) === plain(line.getAttribute("data-before"));
  });
}

form.addEventListener("input", compare); // after `sums.js`, which the page loads first
form.addEventListener("filled", compare); // sent by fields.js when a copy comes back
compare();
