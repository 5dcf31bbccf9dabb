// Buttons, menus, search and filter, names of tabs.

import { $, get, path, say, scroller, tab, table } from "./state.js";
import { active, cellAt, columnOf, focusCell, keepFocus, range, rowOf, select, selectLines } from "./selection.js";
import { nearest } from "./shown.js";
import { refresh } from "./view.js";
import { copied } from "./copying.js";
import { clearRange, undo } from "./editing.js";
import { columnItems, rowItems } from "./lines.js";
import { send } from "./sending.js";
import { inTurn, keysAreHere } from "./turns.js";
import { ask, definitions } from "./dialogs.js";
import { texts } from "./texts.js";

let opener = null;

export function openMenu(items, x, y, from = null) {
  const menu = $("menu");
  opener = from;
  menu.replaceChildren(...items.map((item) => {
    if (!item) return document.createElement("hr");
    const button = document.createElement("button");
    button.setAttribute("role", "menuitem");
    button.textContent = item[0];
    button.addEventListener("click", () => { closeMenu(); item[1](); });
    return button;
  }));
  menu.hidden = false;
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - menu.offsetHeight - 8))}px`;
  if (from) from.setAttribute("aria-expanded", "true");
  menu.querySelector("button").focus();
}

export function closeMenu() {
  const menu = $("menu");
  if (menu.hidden) return;
  menu.hidden = true;
  if (opener) { opener.setAttribute("aria-expanded", "false"); opener.focus(); } else focusCell();
  opener = null;
}

function watchMenu() {
  $("menu").addEventListener("keydown", (event) => {
    const buttons = [...$("menu").querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "ArrowDown") buttons[(at + 1) % buttons.length].focus();
    else if (event.key === "ArrowUp") buttons[(at + buttons.length - 1) % buttons.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") closeMenu();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  addEventListener("pointerdown", (event) => {
    if (!$("menu").hidden && !$("menu").contains(event.target)) closeMenu();
  });
}

function cellItems() {
  const items = [[texts.copy, copyNow]];
  if (!tab.edits) return items;
  return [...items, [texts.clear, clearRange], null, ...rowItems(), null, ...columnItems()];
}

async function copyNow() {
  const cells = copied();
  if (!cells) return;
  try {
    const parts = { "text/plain": cells.text, "text/html": cells.html };
    const blobs = Object.entries(parts).map(([kind, text]) => [kind, new Blob([text], { type: kind })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    say(texts.copied);
  } catch {
    focusCell();
    document.execCommand("copy");
  }
}

export function menuAtCell() {
  const cell = cellAt(active.row, active.column);
  if (!cell) return;
  const box = cell.getBoundingClientRect();
  openMenu(cellItems(), box.left + 10, box.bottom);
}

function watchContext() {
  table.addEventListener("contextmenu", (event) => {
    const cell = event.target.closest("td[data-c],th.ch,th.rh");
    if (!cell || event.target.closest("a")) return;
    event.preventDefault();
    const kind = ["rh", "ch"].find((name) => cell.classList.contains(name));
    const place = [rowOf(cell), columnOf(cell)];
    inTurn(() => menuAt(kind, ...place, event.clientX, event.clientY));
  });
}

function menuAt(kind, row, column, x, y) {
  const { top, bottom, left, right } = range();
  if (kind === "rh") {
    if (row < top || row > bottom || right - left + 1 < tab.columns) selectLines("ROWS", row, row);
    if (tab.edits) openMenu(rowItems(), x, y);
  } else if (kind === "ch") {
    if (column < left || column > right) selectLines("COLUMNS", column, column);
    if (tab.edits) openMenu(columnItems(), x, y);
  } else {
    if (row < top || row > bottom || column < left || column > right) select(row, column);
    openMenu(cellItems(), x, y);
  }
}

// Search and filter

export function showFind() {
  $("find-bar").hidden = false;
  $("find-text").select();
}

async function findNext(back) {
  const wanted = $("find-text").value;
  if (!wanted) return;
  const query = new URLSearchParams({ q: wanted, row: active.row, column: active.column, back: back ? "1" : "0", filter: tab.filter });
  $("find-status").textContent = texts.searching;
  const answer = await get(path(`find?${query}`));
  $("find-status").textContent = answer.count ? texts.found(answer.place, answer.count) : texts.notFound;
  if (answer.count) await select(answer.row, answer.column, { focus: false });
}

async function filter(wanted) {
  tab.filter = wanted.trim();
  if (tab.filter) $("filter-status").textContent = texts.searching;
  await keepFocus(() => refresh(true));
  $("filter-status").textContent = tab.filter ? texts.filtered(tab.rows) : "";
  await select(nearest(tab.frozen, 1), 0, { focus: false });
  if (keysAreHere()) focusCell();
}

function watchBars() {
  $("tool-find").addEventListener("click", showFind);
  $("find-form").addEventListener("submit", (event) => { event.preventDefault(); findNext(false); });
  $("find-back").addEventListener("click", () => findNext(true));
  $("tool-filter").addEventListener("click", () => { $("filter-bar").hidden = false; $("filter-text").select(); });
  $("filter-form").addEventListener("submit", (event) => { event.preventDefault(); const wanted = $("filter-text").value; inTurn(() => filter(wanted)); });
  const close = (id) => {
    $(id).hidden = true;
    if (id === "filter-bar" && tab.filter) { $("filter-text").value = ""; inTurn(() => filter("")); }
    focusCell();
  };
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => close(button.dataset.close));
    $(button.dataset.close).addEventListener("keydown", (event) => {
      if (event.key === "Escape") close(button.dataset.close);
    });
  }
}

// Tabs

export async function openTab(gid, { keepFilter = false } = {}) {
  if (gid === tab.gid) return;
  const before = tab.gid;
  tab.gid = gid;
  if (!keepFilter) { tab.filter = ""; $("filter-bar").hidden = true; }
  try {
    await refresh(true);
  } catch (error) {
    tab.gid = before;
    say(error.message || texts.offline, true);
    return;
  }
  await select(0, 0, { focus: false });
}

async function rename(link) {
  const { key, value } = await ask({
    title: texts.rename, text: [], field: { label: texts.rename, value: link.textContent },
    buttons: [["save", texts.save, true], ["no", texts.cancel]],
  });
  if (key === "save" && value.trim() !== link.textContent) await send("title", { title: value });
}

function watchTabs() {
  const tabs = $("tabs");
  tabs.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const gid = Number(link.dataset.gid);
    inTurn(async () => {
      await openTab(gid);
      history.replaceState(null, "", `/spreadsheets/d/${tab.id}/edit?gid=${tab.gid}#gid=${tab.gid}`);
      const now = tabs.querySelector("[aria-current]");
      if (now) now.focus();
    });
  });
  if (!tab.edits) return;
  tabs.addEventListener("dblclick", (event) => {
    const link = event.target.closest("a");
    if (link) { event.preventDefault(); rename(link); }
  });
  const menuOf = (link, x, y) => openMenu([[`${texts.rename}…`, () => rename(link)]], x, y);
  tabs.addEventListener("contextmenu", (event) => {
    const link = event.target.closest("a");
    if (link && Number(link.dataset.gid) === tab.gid) { event.preventDefault(); menuOf(link, event.clientX, event.clientY - 60); }
  });
  tabs.addEventListener("keydown", (event) => {
    const link = event.target.closest("a");
    if (link && event.key === "F2" && link.hasAttribute("aria-current")) { event.preventDefault(); rename(link); }
  });
}

export function watchMenus() {
  watchMenu();
  watchContext();
  watchBars();
  watchTabs();
  $("tool-keys").addEventListener("click", () => ask({
    title: texts.keysTitle, text: [definitions(texts.keys)], buttons: [["", texts.close, true]],
  }));
  if (!tab.edits) return;
  for (const [id, items] of [["tool-rows", rowItems], ["tool-columns", columnItems]]) {
    $(id).addEventListener("click", (event) => {
      const button = event.currentTarget;
      const box = button.getBoundingClientRect();
      inTurn(() => { if (items().length) openMenu(items(), box.left, box.bottom + 4, button); });
    });
  }
  $("tool-undo").addEventListener("click", () => inTurn(() => { undo(); }));
  scroller.addEventListener("scroll", closeMenuOnScroll, { passive: true });
}

function closeMenuOnScroll() {
  if (!$("menu").hidden) closeMenu();
}
