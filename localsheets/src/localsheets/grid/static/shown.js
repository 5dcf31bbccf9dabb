// Which rows and columns are on the page. A filter or hiding leaves others out, and no action touches those.

import { BLOCK, tab, table } from "./state.js";

// tab.shown: the shown rows, frozen ones included, as half-open spans.

// Returns the shown part of the rows from top to bottom, as half-open spans.
export function spansIn(top, bottom) {
  return tab.shown
    .filter(([start, end]) => end > top && start <= bottom)
    .map(([start, end]) => [Math.max(start, top), Math.min(end, bottom + 1)]);
}

export const countOf = (spans) => spans.reduce((sum, [start, end]) => sum + end - start, 0);
export const listed = (spans) => spans.flatMap(([start, end]) => Array.from({ length: end - start }, (_, at) => start + at));
export const isShown = (row) => tab.shown.some(([start, end]) => start <= row && row < end);

// Returns as many shown rows as wanted, from a row on; null if there are not so many under a filter. Without a filter
// a block may reach over the edge of the tab, which grows.
export function rowsFrom(top, count) {
  const rows = [];
  for (const [start, end] of spansIn(top, tab.all - 1)) {
    for (let row = start; row < end && rows.length < count; row += 1) rows.push(row);
  }
  if (rows.length < count && tab.filter) return null;
  for (let row = tab.all; rows.length < count; row += 1) rows.push(row);
  return rows;
}

const columns = () => [...table.tHead.rows[0].querySelectorAll("th.ch")].map((head) => Number(head.dataset.c));
export const columnsIn = (left, right) => columns().filter((at) => at >= left && at <= right);

export function columnsFrom(left, count) {
  const found = columns().filter((at) => at >= left).slice(0, count);
  for (let at = Math.max(tab.columns, left); found.length < count; at += 1) found.push(at);
  return found;
}

export function columnSpans(left, right) {
  const spans = [];
  for (const at of columnsIn(left, right)) {
    const last = spans[spans.length - 1];
    if (last && last[1] === at) last[1] += 1;
    else spans.push([at, at + 1]);
  }
  return spans;
}

// Returns the next shown row up or down; null at the edge.
export function neighbour(row, by) {
  const spans = by > 0 ? spansIn(row + 1, tab.all - 1) : spansIn(0, row - 1);
  if (!spans.length) return null;
  return by > 0 ? spans[0][0] : spans[spans.length - 1][1] - 1;
}

// Returns the row itself or the nearest shown one above or below it.
export const nearest = (row, by) => (isShown(row) ? row : neighbour(row, by) ?? neighbour(row, -by) ?? row);

// Returns the number of the block that holds a row below the frozen ones.
export function blockOf(row) {
  // Under a filter blocks hold the shown rows alone; without one, all rows.
  const at = tab.filter ? countOf(spansIn(tab.frozen, row)) - 1 : row - tab.frozen;
  return Math.floor(at / BLOCK);
}
