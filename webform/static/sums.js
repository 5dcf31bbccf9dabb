// Sums of a table as one types. Everything works without this file: the check page has the sums too.
// Nothing newer than Chromium 80; no library.
(function () {
  "use strict";

  var PAUSE = 1200;
  var form = document.getElementById("form");
  if (!form) {
    return;
  }

  // As the server reads it (campaign/answer_types/numbers.py; one table of examples holds both to the same):
  // «1 234» is 1234; what it would refuse or ask about is null and adds nothing.
  var MARKS = /[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u3164\ufe00-\ufe0f\ufeff\uffa0]/g;
  var NUMBER = /^([-+\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d])? ?(\d{1,3}(?: \d{3})+|\d{1,20})(?:[.,](\d{1,20}))?$/;
  var THOUSANDS = /^\D? ?[1-9]\d{0,2}[.,]\d{3}$/;

  function figure(input) {
    var plain = input.value.replace(MARKS, "").trim().replace(/[^\S\t\r\n\u2028\u2029]+/g, " ");
    var match = NUMBER.exec(plain);
    if (!match || THOUSANDS.test(plain)) {
      return null;
    }
    var fraction = (match[3] || "").replace(/0+$/, "");
    var size = Number(match[2].replace(/ /g, "") + "." + (fraction || "0"));
    var value = match[1] && match[1] !== "+" ? -size : size;
    var fits = fraction.length <= Number(input.getAttribute("data-places")) &&
      value >= Number(input.getAttribute("data-minimum")) && value <= Number(input.getAttribute("data-maximum"));
    return fits ? value : null;
  }

  function written(sum) {
    var text = String(Math.round(sum * 1e6) / 1e6).replace("-", "\u2212").split(".");
    text[0] = text[0].replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    return text.join(",");
  }

  function addUp() {
    var sums = {};
    form.querySelectorAll("[data-adds]").forEach(function (input) {
      var value = figure(input);
      if (value === null) {
        return;
      }
      var name = input.getAttribute("data-adds");
      [name, name.split(".")[0]].forEach(function (key) { sums[key] = (sums[key] || 0) + value; });
    });
    form.querySelectorAll("[data-sum]").forEach(function (cell) {
      var sum = sums[cell.getAttribute("data-sum")];
      var text = sum === undefined ? "—" : written(sum);
      if (cell.textContent !== text) {
        cell.textContent = text;
      }
    });
  }

  // A screen reader is told the total with its name, and only when one has stopped typing or left the cell.
  var told = document.createElement("p");
  var pause = null;
  var table = null;
  told.className = "hidden";
  told.setAttribute("role", "status");
  form.appendChild(told);

  function tell() {
    clearTimeout(pause);
    if (!table) {
      return;
    }
    var line = table.querySelector("tfoot tr");
    var cells = Array.from(line.querySelectorAll("[data-sum]"));
    var text = line.cells[0].firstChild.textContent.trim() + ": " + cells.map(function (cell) {
      return (cells.length > 1 ? cell.getAttribute("data-label") + " " : "") + cell.textContent;
    }).join("; ");
    table = null;
    if (told.textContent !== text) {
      told.textContent = text;
    }
  }

  form.addEventListener("input", function (event) {
    if (event.target.hasAttribute("data-adds")) {
      table = event.target.closest("table");
      clearTimeout(pause);
      pause = setTimeout(tell, PAUSE);
    }
  });
  form.addEventListener("change", tell);

  form.addEventListener("input", addUp);
  form.addEventListener("filled", addUp); // by the script that brings back what was typed
  addUp();
}());
