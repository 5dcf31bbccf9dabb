// Rows and columns: insert, delete, sort. Only what is shown is deleted or sorted.

import { MAX_CELLS, letter, say, tab } from "./state.js";
import { range } from "./selection.js";
import { columnSpans, countOf, isShown, listed, spansIn } from "./shown.js";
import { reach } from "./view.js";
import { remember } from "./editing.js";
import { send } from "./sending.js";
import { ask, paragraph, tellPerson } from "./dialogs.js";
import { texts } from "./texts.js";

async function insert(axis, at) {
  if (await send("lines", { axis, action: "insert", at, count: 1 }) && axis === "ROWS" && !isShown(at)) {
    say(texts.insertedUnseen(at + 1), true);
  }
}

const span = (name, [start, end]) => (end - start > 1 ? `${name(start)}–${name(end - 1)}` : name(start));

function heading(axis, spans) {
  const name = axis === "ROWS" ? (at) => String(at + 1) : letter;
  const single = countOf(spans) === 1;
  const words = axis === "ROWS" ? texts.deleteRows : texts.deleteColumns;
  // Many short spans would not fit into a menu: their number is shown instead.
  if (spans.length > 4) return axis === "ROWS" ? texts.deleteShown(countOf(spans)) : words(texts.some, false);
  return words(spans.map((one) => span(name, one)).join(", "), single);
}

async function remove(axis, spans) {
  const rows = axis === "ROWS" ? listed(spans) : [];
  if (rows.length > MAX_CELLS) return tellPerson(texts.notSaved, texts.tooManyRows);
  const text = [paragraph(texts.deleteText)];
  if (axis === "ROWS") {
    const left = spans[spans.length - 1][1] - spans[0][0] - rows.length;
    if (left) text.push(paragraph(texts.hiddenStay(left)));
    if (rows[0] < tab.frozen) text.push(paragraph(texts.headerToo));
  } else {
    const left = tab.all - countOf(tab.shown);
    if (left) text.push(paragraph(texts.columnWhole(left)));
  }
  const seen = [];
  for (const row of rows) {
    const line = await reach(row);
    if (!line) return tellPerson(texts.notSaved, texts.rowsMoved);
    seen.push({ r: row, k: line.dataset.k ? Number(line.dataset.k) : null });
  }
  const { key } = await ask({
    title: `${heading(axis, spans)}?`, text, buttons: [["yes", texts.delete, true], ["no", texts.cancel]],
  });
  if (key !== "yes") return undefined;
  const answer = await send("lines", { axis, action: "delete", spans, rows: seen });
  if (!answer) return undefined;
  remember({ deletion: answer.deletion });
  return say(texts.deleted);
}

const sort = (column, down) => send("sort", { column, down, filter: tab.filter });

export function rowItems() {
  const { top, bottom } = range();
  const spans = spansIn(top, bottom);
  if (!spans.length) return [];
  return [
    [texts.insertAbove, () => insert("ROWS", spans[0][0])],
    [texts.insertBelow, () => insert("ROWS", spans[spans.length - 1][1])],
    [heading("ROWS", spans), () => remove("ROWS", spans)],
  ];
}

export function columnItems() {
  const { left, right } = range();
  const spans = columnSpans(left, right);
  if (!spans.length) return [];
  return [
    [texts.insertLeft, () => insert("COLUMNS", left)],
    [texts.insertRight, () => insert("COLUMNS", right + 1)],
    [heading("COLUMNS", spans), () => remove("COLUMNS", spans)],
    null,
    [texts.sortUp, () => sort(left, false)],
    [texts.sortDown, () => sort(left, true)],
  ];
}
