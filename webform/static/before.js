// The previous figure is told beside a field while the field holds another one.
import { form } from "./fields.js";

function compare() {
  form.querySelectorAll("[data-before]").forEach((line) => {
    const typed = form.elements[line.getAttribute("data-field")].value.replace(/\s/g, "");
    line.hidden = typed === line.getAttribute("data-before");
  });
}

form.addEventListener("input", compare);
form.addEventListener("filled", compare); // sent by fields.js when a copy comes back
compare();
