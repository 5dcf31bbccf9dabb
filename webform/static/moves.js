// Enter and arrows move between the fields, as in a spreadsheet; a block copied from a spreadsheet is spread over cells.
import { form, inputs, isTick } from "./fields.js";
import { fill, say, words } from "./state.js";

function isLine(input) {
  return input.tagName === "INPUT" && !isTick(input);
}

function go(input) {
  input.focus();
  if (isLine(input)) {
    input.select();
  }
}

// The cells of a table as rows of inputs.
function cellsOf(table) {
  return Array.from(table.rows).map((row) => Array.from(row.querySelectorAll("input.number"))).filter((row) => row.length);
}

function placeOf(input) {
  const rows = cellsOf(input.closest("table"));
  const row = rows.findIndex((cells) => cells.includes(input));
  return { rows, row, column: rows[row].indexOf(input) };
}

form.addEventListener("keydown", (event) => {
  const input = event.target;
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || input.tagName !== "INPUT") {
    return;
  }
  if (event.key === "Enter") {
    event.preventDefault(); // only a button sends
    const all = inputs();
    const next = all[all.indexOf(input) + (event.shiftKey ? -1 : 1)];
    if (next) {
      go(next);
    }
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && input.hasAttribute("data-adds")) {
    const { rows, row, column } = placeOf(input);
    const next = rows[row + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      go(next[column]);
    }
  }
});

// A browser would join the cells of a block into one number: 12 and 384 into «12 384».
form.addEventListener("paste", (event) => {
  const input = event.target;
  if (!input.classList || !input.classList.contains("number")) {
    return;
  }
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/^\n+|\n+$/g, "");
  if (!/[\n\t]/.test(text)) {
    return;
  }
  event.preventDefault();
  if (!input.hasAttribute("data-adds")) {
    say(words.paste_one, "bad");
    return;
  }
  const { rows, row, column } = placeOf(input);
  const left = [];
  text.split("\n").forEach((line, down) => {
    line.split("\t").forEach((figure, across) => {
      const cell = (rows[row + down] || [])[column + across];
      if (cell) {
        cell.value = figure.trim();
      } else if (figure.trim()) {
        left.push(figure.trim());
      }
    });
  });
  input.dispatchEvent(new Event("input", { bubbles: true }));
  say(left.length ? fill(words.paste_left, { figures: left.join("; ") }) : words.paste_spread, left.length ? "bad" : "note");
});
