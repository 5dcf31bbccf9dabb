// What is copied: as text for spreadsheets, tab-separated and quoted where a text has line breaks, and as a table for
// letters and documents.

import { say } from "./state.js";
import { columnOf, range, rangeCells } from "./selection.js";
import { columnsIn } from "./shown.js";
import { texts } from "./texts.js";

const quoted = (text) => (/["\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const BREAK = '<br style="mso-data-placement:same-cell">'; // Excel keeps it within the cell

// Returns {text, html} of the selected cells as they are shown; null, with a message, if some are not loaded.
export function copied() {
  const cells = rangeCells();
  if (!cells) {
    say(texts.tooFar, true);
    return null;
  }
  const { left, right } = range();
  const columns = columnsIn(left, right);
  const lines = cells.map((line) => {
    const held = new Map(line.map((cell) => [columnOf(cell), cell]));
    return columns.map((column) => held.get(column) ?? null);
  });
  return {
    text: lines.map((line) => line.map((cell) => quoted(shownText(cell))).join("\t")).join("\n"),
    html: `<table border="1" style="border-collapse:collapse"><tbody>${lines.map(row).join("")}</tbody></table>`,
  };
}

const row = (line) => `<tr>${line.map((cell) => {
  const text = shownText(cell).replace(/[&<>"]/g, (sign) => SIGNS[sign]).replaceAll("\n", BREAK);
  return `<td${cell && cell.classList.contains("n") ? ' align="right"' : ""}>${text}</td>`;
}).join("")}</tr>`;

function shownText(cell) {
  if (!cell) return "";
  const note = cell.querySelector(".vh");
  return note ? cell.textContent.slice(0, -note.textContent.length) : cell.textContent;
}
