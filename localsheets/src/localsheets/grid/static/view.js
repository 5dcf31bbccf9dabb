// Rows in blocks of 100, fetched near the window and dropped far from it.

import { $, BLOCK, get, path, scroller, tab, table } from "./state.js";
import { blockOf, isShown } from "./shown.js";

const NEAR = 900; // pixels beyond the window that are kept ready
const KEPT = 14; // loaded blocks
const ROW = 21;
const loading = new Map();
let asked = 0; // requests so far
const latest = new WeakMap(); // a block, or `tab` for the view → {turn, version} of the answer that is shown

// Returns False for an answer that was asked for earlier than the shown one and is of an earlier version: it came late.
// A lower version alone says nothing, because a backup may have been restored.
function isNews(shown, turn, version) {
  const held = latest.get(shown);
  if (held && turn < held.turn && version < held.version) return false;
  latest.set(shown, { turn, version });
  return true;
}
let after = () => {};

export const onRows = (call) => { after = call; };
const blocks = () => [...table.tBodies];
const blockCount = () => Math.max(1, Math.ceil(tab.rows / BLOCK));
const size = (number) => Math.min(BLOCK, Math.max(0, tab.rows - number * BLOCK));

function gap(body, height) {
  body.classList.add("far");
  const row = document.createElement("tr");
  row.className = "gap";
  row.setAttribute("aria-hidden", "true");
  const cell = document.createElement("td");
  cell.colSpan = tab.columns + 1;
  cell.style.height = `${Math.max(0, height)}px`;
  row.append(cell);
  body.replaceChildren(row);
}

// Makes as many bodies as there are blocks; new ones are gaps.
export function arrange() {
  const held = table.tBodies;
  while (held.length > blockCount()) held[held.length - 1].remove();
  const fresh = document.createDocumentFragment();
  for (let number = held.length; number < blockCount(); number += 1) {
    const body = document.createElement("tbody");
    body.dataset.b = number;
    gap(body, size(number) * ROW);
    fresh.append(body);
  }
  table.append(fresh);
  fitHead();
}

export function fitHead() {
  table.tHead.classList.toggle("tall", table.tHead.offsetHeight > scroller.clientHeight * 0.5);
}

export const headHeight = () =>
  table.tHead.classList.contains("tall") ? table.tHead.rows[0].offsetHeight : table.tHead.offsetHeight;

function inWindow(margin) {
  const held = table.tBodies;
  const top = scroller.scrollTop - margin;
  const bottom = scroller.scrollTop + scroller.clientHeight + margin;
  let low = 0;
  let high = held.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (held[middle].offsetTop + held[middle].offsetHeight < top) low = middle + 1;
    else high = middle;
  }
  const found = [];
  for (let at = low; at < held.length && held[at].offsetTop <= bottom; at += 1) found.push(held[at]);
  return found;
}

export function load(number, force = false) {
  const body = table.tBodies[number];
  if (!body || (!force && !body.classList.contains("far"))) return Promise.resolve();
  const key = `${tab.gid}/${tab.filter}/${number}`;
  if (!force && loading.has(key)) return loading.get(key);
  const filter = tab.filter ? `?filter=${encodeURIComponent(tab.filter)}` : "";
  const turn = asked += 1;
  const task = get(path(`rows/${number}${filter}`)).then((answer) => {
    if (key !== `${tab.gid}/${tab.filter}/${number}` || table.tBodies[number] !== body) return;
    if (!isNews(body, turn, answer.version)) return;
    const before = body.offsetHeight;
    const above = body.offsetTop + before <= scroller.scrollTop + headHeight();
    const focused = body.contains(document.activeElement);
    body.classList.remove("far");
    body.innerHTML = answer.html;
    if (above) scroller.scrollTop += body.offsetHeight - before;
    useFormats(answer.formats);
    after(focused);
  }).finally(() => loading.delete(key));
  loading.set(key, task);
  return task;
}

let waiting = false;
export function look() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    for (const body of inWindow(NEAR)) load(Number(body.dataset.b)).catch(() => {});
    letGo();
  });
}

function letGo() {
  const held = blocks().filter((body) => !body.classList.contains("far"));
  if (held.length <= KEPT) return;
  const near = new Set(inWindow(NEAR));
  for (const body of held) {
    if (near.has(body) || body.contains(document.activeElement)) continue;
    const before = body.offsetHeight;
    gap(body, before);
    const change = body.offsetHeight - before;
    if (change && body.offsetTop < scroller.scrollTop) scroller.scrollTop += change;
  }
}

export function useFormats(stamp) {
  swap($("formats"), `/grid/${tab.id}/formats.css?v=${stamp}`);
}

function swap(link, address) {
  if (link.getAttribute("href") !== address) link.setAttribute("href", address);
}

// Loads everything of the tab except its rows. anew: for another tab or another filter.
export async function refresh(anew = false) {
  const filter = tab.filter ? `?filter=${encodeURIComponent(tab.filter)}` : "";
  const here = `${tab.gid}/${tab.filter}`;
  const turn = asked += 1;
  const seen = await get(path(`view${filter}`));
  if (here !== `${tab.gid}/${tab.filter}`) return seen; // another tab was opened meanwhile
  if (!isNews(tab, turn, seen.version)) return seen;
  Object.assign(tab, {
    version: seen.version, rows: seen.rows, all: seen.allRows, columns: seen.columns, frozen: seen.frozen,
    shown: seen.shown,
    used: seen.used, name: seen.name, title: seen.title,
  });
  useFormats(seen.formats);
  swap($("layout"), `/grid/${tab.id}/${tab.gid}/layout.css?v=${seen.layout}`);
  table.querySelector("colgroup").outerHTML = seen.colgroup;
  const focused = table.tHead.contains(document.activeElement);
  table.tHead.innerHTML = seen.head;
  table.classList.toggle("plain", seen.plain);
  table.setAttribute("aria-label", seen.title);
  table.setAttribute("aria-rowcount", seen.allRows + 1);
  document.title = `${seen.title} — ${seen.name}`;
  document.querySelector(".top h1").textContent = seen.name;
  showTabs(seen.tabs);
  if (anew) {
    while (table.tBodies.length) table.tBodies[0].remove();
    scroller.scrollTop = 0;
    scroller.scrollLeft = 0;
  }
  arrange();
  const near = new Set(inWindow(NEAR));
  const tasks = [];
  for (const body of blocks()) {
    if (near.has(body)) tasks.push(load(Number(body.dataset.b), true));
    else if (!body.classList.contains("far")) gap(body, body.offsetHeight);
  }
  await Promise.all(tasks);
  showCharts(seen.charts);
  after(focused && document.activeElement === document.body);
  return seen;
}

function showTabs(tabs) {
  $("tabs").replaceChildren(...tabs.map((one) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `/spreadsheets/d/${tab.id}/edit?gid=${one.id}`;
    link.dataset.gid = one.id;
    link.textContent = one.title;
    if (one.color) link.dataset.color = one.color;
    if (one.id === tab.gid) link.setAttribute("aria-current", "page");
    item.append(link);
    return item;
  }));
  colorTabs();
  $("to-csv").href = $("to-csv").href.replace(/gid=\d+/, `gid=${tab.gid}`);
  const plain = $("to-plain");
  plain.href = plain.href.replace(/gid=\d+/, `gid=${tab.gid}`);
}

export function colorTabs() {
  for (const link of $("tabs").querySelectorAll("a")) {
    if (link.dataset.color) link.style.borderBottomColor = link.dataset.color;
  }
}

function showCharts(charts) {
  $("charts").replaceChildren(...charts.map((one) => {
    const image = document.createElement("img");
    Object.assign(image, { width: one.width, height: one.height, alt: `Диаграмма: ${one.title}`, draggable: false });
    image.src = path(`chart/${one.id}.svg?v=${tab.version}`);
    Object.assign(image.dataset, { row: one.row, column: one.column, x: one.x, y: one.y });
    return image;
  }));
  placeCharts();
}

// Places a chart at its cell; while the cell's row is not loaded, where it would be.
export function placeCharts() {
  for (const image of $("charts").children) {
    const { row, column, x, y } = image.dataset;
    const head = table.querySelector(`th.ch[data-c="${column}"]`) || table.querySelector("th.ch");
    const line = rowAt(Number(row));
    const top = line ? line.offsetTop : headHeight() + Number(row) * ROW;
    image.style.left = `${(head ? head.offsetLeft : 0) + Number(x)}px`;
    image.style.top = `${top + Number(y)}px`;
  }
}

export function rowAt(row) {
  const wanted = `tr[data-r="${row}"]`;
  const block = row < tab.frozen ? table.tHead : table.tBodies[blockOf(row)];
  return (block && block.querySelector(wanted)) || table.querySelector(wanted);
}

// Returns the line of a row, fetching it if necessary; null if it is not shown.
export async function reach(row) {
  const held = rowAt(row);
  if (held) return held;
  if (!isShown(row)) return null;
  const number = blockOf(row);
  if (number < 0 || number >= table.tBodies.length) return null;
  await load(number);
  return rowAt(row);
}
