// The active cell and the range around it; moving by keyboard and mouse.

import { $, cellName, letter, say, scroller, tab, table } from "./state.js";
import { countOf, nearest, neighbour, spansIn } from "./shown.js";
import { headHeight, placeCharts, reach, rowAt } from "./view.js";
import { showExpected } from "./checks.js";
import { inTurn } from "./turns.js";
import { texts } from "./texts.js";

export const active = { row: 0, column: 0 };
let corner = { row: 0, column: 0 }; // the other end of the range

export const rowOf = (cell) => Number(cell.parentElement.dataset.r);
export const columnOf = (cell) => Number(cell.dataset.c);
export const typed = (cell) => (cell ? cell.dataset.e ?? textOf(cell) : "");

function textOf(cell) {
  const note = cell.querySelector(".vh");
  const text = cell.textContent;
  return note ? text.slice(0, text.length - note.textContent.length) : text;
}

// Returns the cell at a place, or the merged cell around it.
export function cellAt(row, column) {
  const line = rowAt(row);
  if (!line) return null;
  for (let at = column; at >= 0; at -= 1) {
    const cell = line.querySelector(`td[data-c="${at}"]`);
    if (cell) {
      if (at + cell.colSpan > column) return cell;
      break;
    }
  }
  let above = line.previousElementSibling;
  for (let left = 200; above && left > 0; left -= 1, above = above.previousElementSibling) {
    for (const cell of above.querySelectorAll("td[rowspan]")) {
      const far = Number(above.dataset.r) + cell.rowSpan > row;
      if (far && columnOf(cell) <= column && column < columnOf(cell) + cell.colSpan) return cell;
    }
  }
  return null;
}

export const range = () => ({
  top: Math.min(active.row, corner.row), bottom: Math.max(active.row, corner.row),
  left: Math.min(active.column, corner.column), right: Math.max(active.column, corner.column),
});

export function rangeName() {
  const { top, bottom, left, right } = range();
  const first = cellName(top, left);
  return top === bottom && left === right ? first : `${first}:${cellName(bottom, right)}`;
}

// Returns the shown cells of the range, line by line; null if some of its rows are not loaded.
export function rangeCells() {
  const { top, bottom, left, right } = range();
  const lines = [...table.querySelectorAll("tr[data-r]")].filter((line) => {
    const row = Number(line.dataset.r);
    return row >= top && row <= bottom;
  });
  if (lines.length !== countOf(spansIn(top, bottom))) return null;
  return lines.map((line) => [...line.querySelectorAll("td[data-c]")].filter((cell) => {
    const column = columnOf(cell);
    return column >= left && column <= right;
  }));
}

export async function select(row, column, { extend = false, focus = true, far = false } = {}) {
  row = Math.min(Math.max(0, row), tab.all - 1);
  column = Math.min(Math.max(0, column), tab.columns - 1);
  await reach(row);
  if (extend) corner = { row, column };
  else {
    const cell = cellAt(row, column);
    Object.assign(active, cell && !far ? { row: rowOf(cell), column: columnOf(cell) } : { row, column });
    corner = { ...active };
  }
  paint();
  const cell = cellAt(row, column);
  if (cell) reveal(cell);
  if (focus && !extend) focusCell();
  return cell;
}

// Selects whole rows or columns, from the active cell's to the given one.
export function selectLines(axis, from, to) {
  if (axis === "ROWS") {
    Object.assign(active, { row: from, column: 0 });
    corner = { row: to, column: tab.columns - 1 };
  } else {
    Object.assign(active, { row: tab.frozen < tab.all ? 0 : 0, column: from });
    corner = { row: Math.max(tab.used[0] - 1, 0), column: to };
  }
  paint();
  focusCell();
}

export function focusCell() {
  const cell = cellAt(active.row, active.column);
  if (cell) cell.focus({ preventScroll: true });
}

export function paint() {
  for (const cell of table.querySelectorAll(".active,.range,.picked")) cell.classList.remove("active", "range", "picked");
  const { top, bottom, left, right } = range();
  const cell = cellAt(active.row, active.column);
  for (const other of table.querySelectorAll('td[tabindex="0"]')) {
    if (other !== cell) other.removeAttribute("tabindex"); // the one that has the focus would lose it
  }
  for (const other of table.querySelectorAll("td[aria-selected]")) other.removeAttribute("aria-selected");
  if (cell) {
    cell.classList.add("active");
    cell.tabIndex = 0;
    cell.setAttribute("aria-selected", "true");
  }
  for (const head of table.querySelectorAll("th.ch")) {
    head.classList.toggle("picked", columnOf(head) >= left && columnOf(head) <= right);
  }
  const many = top !== bottom || left !== right;
  for (const line of table.querySelectorAll("tr[data-r]")) {
    const row = Number(line.dataset.r);
    if (row < top || row > bottom) continue;
    line.firstElementChild.classList.add("picked");
    if (!many) continue;
    for (const one of line.querySelectorAll("td[data-c]")) {
      if (columnOf(one) >= left && columnOf(one) <= right) one.classList.add("range");
    }
  }
  tell(cell, many);
}

let lastPlace = ""; // the place that the status line shows

function tell(cell, many) {
  const place = `${tab.gid}!${rangeName()}${cell ? "" : "?"}`;
  const moved = place !== lastPlace;
  lastPlace = place;
  $("place").textContent = rangeName();
  const line = $("line");
  if (document.activeElement !== line) {
    line.value = typed(cell);
    line.setAttribute("aria-label", `Содержимое ячейки ${cellName(active.row, active.column)}`);
  }
  if (moved) showExpected(many ? null : cell, active.row, active.column);
  if (many) return sums();
  if (moved) say(cell && cell.title ? lead(cell) + cell.title : ""); // a mere repaint leaves «Сохранено» there
}

const lead = (cell) => (cell.classList.contains("error") ? "" : texts.noteLead);

function sums() {
  const cells = rangeCells();
  if (!cells) return say("");
  const numbers = cells.flat().filter((cell) => cell.classList.contains("n")).map(number).filter(Number.isFinite);
  if (numbers.length < 2) return say("");
  const sum = numbers.reduce((one, other) => one + other, 0);
  const show = (value) => value.toLocaleString("ru-RU", { maximumFractionDigits: 2 });
  say(texts.sum(show(sum), show(sum / numbers.length), numbers.length));
}

function number(cell) {
  const text = typed(cell);
  const shown = text.startsWith("=") ? textOf(cell) : text;
  const percent = shown.endsWith("%");
  const value = Number(shown.replace(/[\s\u00a0%]/g, "").replace(",", "."));
  return percent ? value / 100 : value;
}

function reveal(cell) {
  const box = cell.getBoundingClientRect();
  const frame = scroller.getBoundingClientRect();
  const inHead = table.tHead.contains(cell) && !table.tHead.classList.contains("tall");
  if (!inHead) {
    const top = frame.top + headHeight();
    if (box.top < top) scroller.scrollTop -= top - box.top;
    else if (box.bottom > frame.top + scroller.clientHeight) {
      scroller.scrollTop += Math.min(box.bottom - frame.top - scroller.clientHeight, box.top - top);
    }
  }
  if (getComputedStyle(cell).position === "sticky") return;
  const left = frame.left + stuck();
  if (box.left < left) scroller.scrollLeft -= left - box.left;
  else if (box.right > frame.left + scroller.clientWidth) {
    scroller.scrollLeft += Math.min(box.right - frame.left - scroller.clientWidth, box.left - left);
  }
}

// Returns how far frozen columns reach from the left edge of the window.
function stuck() {
  let width = 46;
  for (const head of table.tHead.rows[0].querySelectorAll("th.ch")) {
    if (![...head.classList].some((name) => /^f\d+$/.test(name))) break;
    // In a narrow window only the last of them stays in sight.
    if (getComputedStyle(head).position === "sticky") width += head.offsetWidth;
  }
  return width;
}

// Returns the next visible line up or down, across blocks that are not loaded yet.
async function step(row, by) {
  let line = rowAt(row);
  const lineOf = (body, last) => {
    const lines = body.querySelectorAll("tr[data-r]");
    return lines[last ? lines.length - 1 : 0] || null;
  };
  for (let left = Math.abs(by); left > 0 && line; left -= 1) {
    let next = by > 0 ? line.nextElementSibling : line.previousElementSibling;
    let body = line.parentElement;
    while (!next || !next.dataset.r) {
      body = by > 0 ? body.nextElementSibling : body.previousElementSibling;
      if (!body || body.tagName === "COLGROUP") return Number(line.dataset.r);
      if (body.classList.contains("far")) {
        const first = tab.frozen + Number(body.dataset.b) * 100;
        await reach(by > 0 ? first : first + 99);
      }
      next = lineOf(body, by < 0);
      if (!next && body.classList.contains("far")) return Number(line.dataset.r);
    }
    line = next;
  }
  return line ? Number(line.dataset.r) : row;
}

const filled = (row, column) => Boolean(typed(cellAt(row, column)));

// Ctrl and an arrow: moves to the edge of the filled cells, over shown rows only.
function edge(row, column, down, right) {
  const lastRow = nearest(Math.max(tab.used[0] - 1, 0), -1);
  const lastColumn = Math.max(tab.used[1] - 1, 0);
  const inside = (r, c) => r !== null && c >= 0 && r <= lastRow && c <= lastColumn;
  const after = (place) => ({ row: down ? neighbour(place.row, down) : place.row, column: place.column + right });
  const far = { row: down > 0 ? lastRow : nearest(0, 1), column };
  let next = after({ row, column });
  if (!inside(next.row, next.column)) return { row, column };
  if (down && !rowAt(next.row)) return far;
  const along = filled(row, column) && filled(next.row, next.column);
  let here = next;
  while (inside(next.row, next.column)) {
    if (down && !rowAt(next.row)) return far;
    const full = filled(next.row, next.column);
    if (along && !full) return here;
    here = next;
    if (!along && full) return here;
    next = after(next);
  }
  return here;
}

export async function move(key, { ctrl = false, shift = false } = {}) {
  const from = shift ? { ...corner } : { ...active };
  const cell = cellAt(from.row, from.column);
  const page = Math.max(1, Math.floor((scroller.clientHeight - headHeight()) / 22) - 1);
  let { row, column } = from;
  if (ctrl && key.startsWith("Arrow")) {
    const down = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
    const right = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
    ({ row, column } = edge(row, column, down, right));
  } else if (key === "ArrowDown") row = await step(row + (cell && !shift ? cell.rowSpan - 1 : 0), 1);
  else if (key === "ArrowUp") row = await step(row, -1);
  else if (key === "ArrowRight") column += cell && !shift ? cell.colSpan : 1;
  else if (key === "ArrowLeft") column -= 1;
  else if (key === "PageDown") row = await step(row, page);
  else if (key === "PageUp") row = await step(row, -page);
  else if (key === "Home") { column = 0; if (ctrl) row = nearest(0, 1); }
  else if (key === "End") {
    column = Math.max(tab.used[1] - 1, 0);
    if (ctrl) row = nearest(Math.max(tab.used[0] - 1, 0), -1);
  }
  column = skipHidden(column, column >= from.column ? 1 : -1);
  await select(row, column, { extend: shift });
}

function skipHidden(column, by) {
  let at = column;
  while (at >= 0 && at < tab.columns && !table.querySelector(`th.ch[data-c="${at}"]`)) at += by;
  return at < 0 || at >= tab.columns ? column - by : at;
}

// Pointer

let dragging = null;

export function watchPointer(leave) {
  table.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("a")) return;
    const head = event.target.closest("th");
    if (head && head.classList.contains("ch")) {
      leave();
      inTurn(() => selectLines("COLUMNS", event.shiftKey ? active.column : columnOf(head), columnOf(head)));
      dragging = event.pointerType === "mouse" ? "COLUMNS" : null;
      event.preventDefault();
      return;
    }
    if (head && head.classList.contains("rh")) {
      leave();
      const row = rowOf(head);
      inTurn(() => selectLines("ROWS", event.shiftKey ? active.row : row, row));
      dragging = event.pointerType === "mouse" ? "ROWS" : null;
      event.preventDefault();
      return;
    }
    const cell = event.target.closest("td[data-c]");
    if (!cell) return;
    leave();
    const [row, column] = [rowOf(cell), columnOf(cell)];
    inTurn(() => select(row, column, { extend: event.shiftKey }));
    if (event.pointerType === "mouse") {
      dragging = "CELLS";
      event.preventDefault();
    }
  });
  table.addEventListener("pointerover", (event) => {
    if (!dragging) return;
    const cell = event.target.closest("td[data-c],th.ch,th.rh");
    if (!cell) return;
    const [row, column] = [rowOf(cell), columnOf(cell)];
    if (dragging === "CELLS" && cell.tagName === "TD") inTurn(() => { corner = { row, column }; paint(); });
    if (dragging === "COLUMNS" && cell.dataset.c) inTurn(() => selectLines("COLUMNS", active.column, column));
    if (dragging === "ROWS" && cell.parentElement.dataset.r) inTurn(() => selectLines("ROWS", active.row, row));
  });
  addEventListener("pointerup", () => { dragging = null; });
}

export function keepFocus(work) {
  const inGrid = table.contains(document.activeElement);
  return Promise.resolve(work()).finally(() => {
    paint();
    placeCharts();
    if (inGrid && !table.contains(document.activeElement) && document.activeElement === document.body) focusCell();
  });
}

export { letter };
