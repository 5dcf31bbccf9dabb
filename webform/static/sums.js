// Sums of the tables as one types. The check page shows the sums without this script too.

const PAUSE = 1200; // ms without typing until a screen reader reads the sum

const form = document.getElementById("form");
const MARKS = /[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u3164\ufe00-\ufe0f\ufeff\uffa0]/g;
const NUMBER = /^([-+\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d])? ?(\d{1,3}(?: \d{3})+|\d{1,20})(?:[.,](\d{1,20}))?$/;
const THOUSANDS = /^\D? ?[1-9]\d{0,2}[.,]\d{3}$/;

// The number as the server reads it (campaign/answer_types/numbers.py; one table of examples holds both to the same):
// «1 234» is 1234; null for a text that the server refuses or asks about.
function figure(input) {
  const plain = input.value.replace(MARKS, "").trim().replace(/[^\S\t\r\n\u2028\u2029]+/g, " ");
  const match = NUMBER.exec(plain);
  if (!match || THOUSANDS.test(plain)) {
    return null;
  }
  const fraction = (match[3] || "").replace(/0+$/, "");
  const size = Number(match[2].replace(/ /g, "") + "." + (fraction || "0"));
  const value = match[1] && match[1] !== "+" ? -size : size;
  const fits = fraction.length <= Number(input.getAttribute("data-places")) &&
    value >= Number(input.getAttribute("data-minimum")) && value <= Number(input.getAttribute("data-maximum"));
  return fits ? value : null;
}

function written(sum) {
  const text = String(Math.round(sum * 1e6) / 1e6).replace("-", "\u2212").split(".");
  text[0] = text[0].replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  return text.join(",");
}

function addUp() {
  const sums = {};
  form.querySelectorAll("[data-adds]").forEach((input) => {
    const value = figure(input);
    if (value !== null) {
      const name = input.getAttribute("data-adds"); // FIGURE.GROUP; the figure has a sum over all groups too
      [name, name.split(".")[0]].forEach((key) => {
        sums[key] = (sums[key] || 0) + value;
      });
    }
  });
  form.querySelectorAll("[data-sum]").forEach((cell) => {
    const sum = sums[cell.getAttribute("data-sum")];
    setText(cell, sum === undefined ? "—" : written(sum));
  });
}

function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

// A screen reader hears the total with its name once the typing stops or the field is left.
const spoken = document.createElement("p");
let pause = null;
let table = null;
spoken.className = "hidden";
spoken.setAttribute("role", "status");
form.appendChild(spoken);

function speak() {
  clearTimeout(pause);
  if (!table) {
    return;
  }
  const line = table.querySelector("tfoot tr");
  const cells = Array.from(line.querySelectorAll("[data-sum]"));
  setText(spoken, line.cells[0].firstChild.textContent.trim() + ": " + cells.map((cell) => {
    return (cells.length > 1 ? cell.getAttribute("data-label") + " " : "") + cell.textContent;
  }).join("; "));
  table = null;
}

form.addEventListener("input", (event) => {
  if (event.target.hasAttribute("data-adds")) {
    table = event.target.closest("table");
    clearTimeout(pause);
    pause = setTimeout(speak, PAUSE);
  }
});
form.addEventListener("change", speak);
form.addEventListener("input", addUp);
form.addEventListener("filled", addUp); // sent by fields.js when a copy comes back
addUp();
