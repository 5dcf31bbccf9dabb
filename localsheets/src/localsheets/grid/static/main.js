// Keys, clipboard, addresses like #gid=0&range=A12.

import { $, letter, parseCell, say, scroller, tab, table } from "./state.js";
import { active, columnOf, focusCell, move, paint, rowOf, select, selectLines, watchPointer } from "./selection.js";
import { arrange, colorTabs, fitHead, look, onRows, placeCharts, rowAt } from "./view.js";
import { copied } from "./copying.js";
import { clearRange, closeEditor, editing, openEditor, paste, undo, watchLine } from "./editing.js";
import { menuAtCell, openTab, showFind, watchMenus } from "./menus.js";
import { watchOthers } from "./live.js";
import { inTurn, keysAreHere } from "./turns.js";
import "./paper.js";
import { texts } from "./texts.js";

const MOVES = new Set(["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "PageDown", "PageUp", "Home", "End"]);
const ARROW = 22; // pixels at the right of a cell with a drop-down
let leaving = false; // after Escape, Tab leaves the table

function typeOn(sign) {
  const box = document.querySelector(".editor");
  if (!box) return openEditor(sign);
  box.setRangeText(sign, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input"));
  return undefined;
}

function onKey(event) {
  const ctrl = event.ctrlKey || event.metaKey;
  const letter = event.code;
  if (MOVES.has(event.key) && !event.altKey) {
    event.preventDefault();
    const shift = event.shiftKey;
    inTurn(() => move(event.key, { ctrl, shift }));
  } else if (event.key === "Tab" && !leaving) {
    const last = active.column >= tab.columns - 1;
    if (event.shiftKey ? active.column === 0 : last) return;
    event.preventDefault();
    const key = event.shiftKey ? "ArrowLeft" : "ArrowRight";
    inTurn(() => move(key));
  } else if (event.key === "Escape") {
    leaving = true;
    paint();
    return;
  } else if (event.key === "Enter" || event.key === "F2") {
    event.preventDefault();
    const enter = event.key === "Enter";
    inTurn(() => (enter && editing() ? closeEditor(true, "ArrowDown") : openEditor()));
  } else if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    inTurn(() => clearRange());
  } else if (ctrl && letter === "KeyZ") {
    event.preventDefault();
    inTurn(() => { undo(); });
  } else if (ctrl && letter === "KeyA") {
    event.preventDefault();
    inTurn(() => selectLines("ROWS", 0, Math.max(tab.used[0] - 1, 0)));
  } else if ((event.key === "F10" && event.shiftKey) || event.key === "ContextMenu") {
    event.preventDefault();
    inTurn(() => menuAtCell());
  } else if (event.key.length === 1 && !ctrl && !event.altKey) {
    event.preventDefault();
    const sign = event.key;
    inTurn(() => typeOn(sign));
  }
  if (event.key !== "Shift") leaving = false;
}

const inTable = () => keysAreHere() && !editing();

async function followAddress() {
  const found = /^#gid=(\d+)(?:&range=([A-Z]{1,3}\d+)(?::([A-Z]{1,3}\d+))?)?$/.exec(location.hash);
  if (!found) return;
  await openTab(Number(found[1]));
  const first = found[2] && parseCell(found[2]);
  if (!first) return;
  await goTo(first.row, first.column);
  const last = found[3] && parseCell(found[3]);
  if (last) await select(last.row, last.column, { extend: true });
}

// Hidden columns are not on the page: a link into one shows its row.
async function goTo(row, column) {
  if (await select(row, column)) return;
  const line = rowAt(row);
  const shown = line ? [...line.querySelectorAll("td[data-c]")].map(columnOf) : [];
  if (shown.length) {
    await select(row, shown.reduce((best, at) => (Math.abs(at - column) < Math.abs(best - column) ? at : best)));
  }
  say(shown.length ? texts.hiddenColumn(letter(column), row + 1) : texts.hiddenRow(row + 1), true);
}

document.body.classList.add("live");
colorTabs();
arrange();
onRows((focused) => { paint(); placeCharts(); if (focused) focusCell(); });
placeCharts();
paint();
look();

scroller.addEventListener("scroll", look, { passive: true });
addEventListener("resize", () => { fitHead(); placeCharts(); look(); });
document.addEventListener("keydown", (event) => {
  if (table.contains(event.target) || (event.target === document.body && keysAreHere())) onKey(event);
});
table.addEventListener("click", (event) => {
  const cell = event.target.closest("td.pick");
  if (!cell || !tab.edits || event.target.closest("a")) return;
  if (cell.getBoundingClientRect().right - event.clientX > ARROW) return;
  const [row, column] = [rowOf(cell), columnOf(cell)];
  inTurn(() => select(row, column).then(() => openEditor()));
});
table.addEventListener("dblclick", (event) => {
  const cell = event.target.closest("td[data-c]");
  if (!cell || event.target.closest("a")) return;
  const [row, column] = [rowOf(cell), columnOf(cell)];
  inTurn(() => select(row, column).then(() => openEditor()));
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyF") {
    event.preventDefault();
    showFind();
  }
});
function copyInto(clipboard) {
  const cells = copied();
  if (!cells) return false;
  clipboard.setData("text/plain", cells.text);
  clipboard.setData("text/html", cells.html);
  return true;
}
document.addEventListener("copy", (event) => {
  if (!inTable()) return;
  copyInto(event.clipboardData);
  event.preventDefault();
});
document.addEventListener("cut", (event) => {
  if (!inTable()) return;
  event.preventDefault();
  if (copyInto(event.clipboardData)) inTurn(() => clearRange());
});
document.addEventListener("paste", (event) => {
  if (!inTable()) return;
  event.preventDefault();
  const text = event.clipboardData.getData("text/plain");
  inTurn(() => paste(text));
});
addEventListener("hashchange", followAddress);
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); focusCell(); });

watchPointer(() => closeEditor(true));
watchLine();
watchMenus();
watchOthers();
followAddress().then(() => { if (!location.hash && document.activeElement === document.body) focusCell(); });
