// Printing: the tab as wide as A4, blank rows folded, charts behind the table.

import { $, BLOCK, scroller, tab, table } from "./state.js";
import { load } from "./view.js";

const MILLIMETRE = 96 / 25.4;
const ACROSS = { upright: 190 * MILLIMETRE, wide: 277 * MILLIMETRE }; // A4 within margins of 10 mm
const UPRIGHT = 1150; // px; what is wider is printed on its side
const FOLDED = 1; // blank rows that stay of several
const TURNS = 3; // rows that a change replaced meanwhile are fetched again
const MOST_BLOCKS = 20; // of rows that are fetched for paper; a longer tab is printed from the workbook

// The table keeps its width when the row numbers go, so the columns grow a little.
function usedWidth() {
  const grown = table.offsetWidth / (table.offsetWidth - table.querySelector(".corner").offsetWidth);
  const used = [...table.querySelectorAll("th.ch")].filter((head) => Number(head.dataset.c) < tab.used[1]);
  return Math.max(1, grown * used.reduce((sum, head) => sum + head.offsetWidth, 0));
}

addEventListener("beforeprint", () => {
  const width = usedWidth();
  const page = width > UPRIGHT ? "wide" : "upright";
  document.body.classList.add(page);
  table.style.zoom = Math.min(1, ACROSS[page] / width);
  scroller.style.maxWidth = `${ACROSS[page]}px`;
  let blank = 0;
  for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
    row.classList.toggle("heads", blank > 0); // the row after a blank one is no page's last
    blank = row.textContent.trim() === row.querySelector("th")?.textContent.trim() || row.matches(".gap") ? blank + 1 : 0;
    row.classList.toggle("folded", blank > FOLDED);
  }
});

addEventListener("afterprint", () => {
  document.body.classList.remove("wide", "upright");
  table.style.zoom = "";
  scroller.style.maxWidth = "";
});

// The browser's own menu prints the rows that are loaded.
async function print() {
  const blocks = Math.min(MOST_BLOCKS, Math.ceil(tab.rows / BLOCK));
  for (let turn = 0; turn < TURNS && table.querySelector("tbody.far"); turn += 1) {
    await Promise.allSettled(Array.from({ length: blocks }, (_, number) => load(number)));
  }
  window.print();
}

$("tool-print").addEventListener("click", print);
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyP" && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    print();
  }
});
