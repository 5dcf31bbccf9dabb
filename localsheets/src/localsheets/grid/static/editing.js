// Typing, pasting, clearing, undoing. Every edit carries the text that the person saw in the cell.

import { $, MAX_CELLS, path, post, say, scroller, tab } from "./state.js";
import { active, cellAt, columnOf, focusCell, keepFocus, move, range, rowOf, select, typed } from "./selection.js";
import { columnsFrom, columnsIn, countOf, listed, rowsFrom, spansIn } from "./shown.js";
import { look, reach, refresh } from "./view.js";
import { chosen, closeChoices, offerChoices, placeChoices, stepChoice } from "./checks.js";
import { send } from "./sending.js";
import { allSaved, saving } from "./turns.js";
import { ask, paragraph, tellPerson } from "./dialogs.js";
import { texts } from "./texts.js";

let editor = null; // {box, cell: {r, k, c, was}}
const done = []; // inverses of this page's edits, the latest last

const keyOf = (cell) => (cell.parentElement.dataset.k ? Number(cell.parentElement.dataset.k) : null);
const seen = (cell) => ({ r: rowOf(cell), k: keyOf(cell), c: columnOf(cell), was: typed(cell) });

export const editing = () => Boolean(editor);

export function openEditor(initial = null) {
  if (!tab.edits) return say(texts.readOnly, true);
  const cell = cellAt(active.row, active.column);
  if (!cell || editor) return undefined;
  const box = document.createElement("textarea");
  box.className = "editor";
  box.setAttribute("aria-label", $("place").textContent);
  box.spellcheck = false;
  box.defaultValue = typed(cell);
  box.value = initial === null ? typed(cell) : initial;
  editor = { box, cell: seen(cell) };
  scroller.append(box);
  putEditor();
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
  box.addEventListener("input", () => { putEditor(); $("line").value = box.value; });
  box.addEventListener("keydown", onEditorKey);
  offerChoices(cell, editor.cell.r, editor.cell.c, box, (text) => { box.value = text; closeEditor(true); });
  box.addEventListener("blur", () => { if (editor && editor.box === box) closeEditor(true); });
  return undefined;
}

export function putEditor() {
  if (!editor) return;
  const cell = cellAt(editor.cell.r, editor.cell.c);
  if (!cell) return;
  const place = cell.getBoundingClientRect();
  const frame = scroller.getBoundingClientRect();
  const { box } = editor;
  const style = getComputedStyle(cell);
  Object.assign(box.style, {
    left: `${place.left - frame.left + scroller.scrollLeft - 1}px`,
    top: `${place.top - frame.top + scroller.scrollTop - 1}px`,
    width: `${Math.max(place.width + 2, 90)}px`,
    height: `${place.height + 2}px`,
    fontSize: style.fontSize, fontWeight: style.fontWeight, lineHeight: "normal",
  });
  const room = frame.left + scroller.clientWidth - place.left - 6;
  box.style.width = `${Math.max(place.width + 2, Math.min(room, Math.max(90, box.value.length * 8 + 20)))}px`;
  box.style.height = `${Math.max(place.height + 2, box.scrollHeight + 4)}px`;
  placeChoices();
}

function onEditorKey(event) {
  event.stopPropagation();
  if (event.key === "Enter" && (event.altKey || event.ctrlKey)) {
    const { box } = editor;
    box.setRangeText("\n", box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input"));
    event.preventDefault();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && stepChoice(event.key === "ArrowDown" ? 1 : -1)) {
    event.preventDefault();
  } else if (event.key === "Enter") {
    event.preventDefault();
    editor.box.value = chosen() ?? editor.box.value;
    closeEditor(true, event.shiftKey ? "ArrowUp" : "ArrowDown");
  } else if (event.key === "Tab") {
    event.preventDefault();
    closeEditor(true, event.shiftKey ? "ArrowLeft" : "ArrowRight");
  } else if (event.key === "Escape") {
    event.preventDefault();
    closeEditor(false);
  }
}

export function closeEditor(keep, then = null) {
  if (!editor) return;
  const { box, cell } = editor;
  editor = null;
  const now = box.value;
  box.remove();
  closeChoices();
  if (then) move(then);
  else focusCell();
  $("line").value = typed(cellAt(active.row, active.column));
  if (keep && now !== cell.was) commit([{ ...cell, now }]);
}

// Writes edits. A refusal is shown in a dialog together with the typed text, so that it is not lost.
export const commit = (edits, options = {}) => saving(save(edits, options));

async function save(edits, { confirmed = false, undoing = false }) {
  for (const edit of edits) {
    const cell = cellAt(edit.r, edit.c);
    if (cell) {
      cell.textContent = edit.now.replace(/^'/, "");
      delete cell.dataset.e;
      cell.dataset.e = edit.now;
      cell.classList.add("sent");
    }
  }
  say(texts.saving);
  let answer;
  try {
    answer = await post(path("cells"), { edits, confirmed: confirmed || tab.confirmed.has(tab.gid) });
  } catch {
    const { key } = await ask({
      title: texts.notSaved, text: describe(texts.lost, edits),
      buttons: [["retry", texts.retry, true], ["no", texts.discard]],
    });
    return key === "retry" ? commit(edits, { confirmed, undoing }) : keepFocus(() => refresh().catch(() => {}));
  }
  if (answer.ok) {
    if (!undoing) remember({ edits: answer.body.inverse });
    await keepFocus(() => refresh());
    say(answer.body.against || texts.saved, Boolean(answer.body.against));
    return undefined;
  }
  await keepFocus(() => refresh().catch(() => {}));
  say("");
  return refused(answer.body, edits, undoing);
}

async function refused(body, edits, undoing) {
  if (body.kind === "protected") {
    const { key } = await ask({
      title: texts.protectedTitle, text: body.message,
      buttons: [["yes", texts.change, true], ["no", texts.cancel]],
    });
    if (key !== "yes") return undefined;
    tab.confirmed.add(tab.gid);
    return commit(edits, { confirmed: true, undoing });
  }
  if (body.kind === "conflict") {
    const { key } = await ask({
      title: texts.conflict, text: body.message,
      buttons: [["mine", texts.writeMine, true], ["theirs", texts.keepTheirs]],
    });
    if (key !== "mine") return undefined;
    const current = new Map(body.cells.map((cell) => [`${cell.c}:${cell.was}:${cell.now}:${cell.k}`, cell]));
    return commit(edits.map((edit) => {
      const other = current.get(`${edit.c}:${edit.was}:${edit.now}:${edit.k}`);
      return other ? { ...edit, r: other.r, was: other.current } : edit;
    }), { undoing });
  }
  await ask({ title: texts.notSaved, text: describe(body.message, edits), buttons: [["", texts.close, true]] });
  if (edits.length === 1 && (body.kind === "formula" || body.kind === "long")) {
    await select(edits[0].r, edits[0].c);
    openEditor(edits[0].now);
  }
  return undefined;
}

function describe(message, edits) {
  const nodes = [paragraph(message)];
  if (edits.length === 1 && edits[0].now && !message.includes(edits[0].now)) {
    nodes.push(paragraph(`${texts.yours}: ${edits[0].now}`));
  }
  return nodes;
}

// entry: {edits}, to be committed, or {deletion}, its number in the journal, to be given back.
export function remember(entry) {
  done.push({ gid: tab.gid, ...entry });
  if (done.length > 100) done.shift();
  const button = $("tool-undo");
  if (button) button.disabled = false;
}

let undone = Promise.resolve();

// One after another, and each after the saves that began before it: only then is it known what was the last.
export function undo() {
  const saved = allSaved();
  undone = undone.then(() => saved).then(undoLast).catch(() => {});
  return undone;
}

async function undoLast() {
  const last = done[done.length - 1];
  if (last && last.gid !== tab.gid) return say(texts.undoElsewhere, true);
  done.pop();
  const button = $("tool-undo");
  if (button) button.disabled = !done.length;
  if (!last) return undefined;
  if (last.deletion) {
    const place = await send("restore", { number: last.deletion });
    return place && select(place.row, place.column);
  }
  await commit(last.edits, { undoing: true });
  return select(last.edits[0].r, last.edits[0].c);
}

// Returns edits for the shown cells of some rows and columns, fetching rows if necessary; null if a row is not shown
// any more. text: called with the place within the block, returns what to write.
async function editsOf(rows, columns, text) {
  const edits = [];
  for (const [down, row] of rows.entries()) {
    const line = await reach(row);
    if (!line && row < tab.all) return null;
    for (const [over, column] of columns.entries()) {
      const now = text(down, over);
      const cell = line && (line.querySelector(`td[data-c="${column}"]`) || cellAt(row, column));
      if (now === undefined) continue;
      if (!cell) edits.push({ r: row, k: line && line.dataset.k ? Number(line.dataset.k) : null, c: column, was: "", now });
      else if (rowOf(cell) === row && columnOf(cell) === column) edits.push({ ...seen(cell), now }); // not within a merged one
    }
  }
  look(); // lets distant blocks go
  return edits.filter((edit) => edit.now !== edit.was);
}

// Resolves when the cells are known; the saving goes on after that.
export async function clearRange() {
  if (!tab.edits) return say(texts.readOnly, true);
  const { top, bottom, left, right } = range();
  const rows = listed(spansIn(top, bottom));
  if (rows.length > MAX_CELLS) return tellPerson(texts.notSaved, texts.tooManyRows);
  const edits = await editsOf(rows, columnsIn(left, right), () => "");
  if (!edits) return tellPerson(texts.notSaved, texts.rowsMoved);
  if (edits.length) commit(edits);
  return undefined;
}

// A pasted block: tab-separated, quoted where a text has line breaks, as spreadsheets do.

export function parseBlock(text) {
  const lines = [[]];
  let field = "";
  let inQuotes = false;
  let atStart = true;
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < clean.length; at += 1) {
    const sign = clean[at];
    if (inQuotes) {
      if (sign === '"' && clean[at + 1] === '"') { field += '"'; at += 1; }
      else if (sign === '"') inQuotes = false;
      else field += sign;
    } else if (sign === '"' && atStart) { inQuotes = true; atStart = false; }
    else if (sign === "\t") { lines[lines.length - 1].push(field); field = ""; atStart = true; }
    else if (sign === "\n") { lines[lines.length - 1].push(field); lines.push([]); field = ""; atStart = true; }
    else { field += sign; atStart = false; }
  }
  lines[lines.length - 1].push(field);
  return lines;
}

// Writes a block into the shown cells from the active one on; one value fills the whole selection. Resolves when the
// cells are known; the saving goes on after that.
export async function paste(text) {
  if (!tab.edits) return say(texts.readOnly, true);
  const block = parseBlock(text);
  const width = Math.max(...block.map((line) => line.length));
  const { top, bottom, left, right } = range();
  const fills = block.length === 1 && width === 1 && (bottom > top || right > left);
  if (Math.max(fills ? countOf(spansIn(top, bottom)) : 0, block.length) > MAX_CELLS) {
    return tellPerson(texts.notSaved, texts.tooManyRows);
  }
  const rows = fills ? listed(spansIn(top, bottom)) : rowsFrom(top, block.length);
  if (!rows) return tellPerson(texts.notSaved, texts.noRoom(block.length, countOf(spansIn(top, tab.all - 1))));
  const columns = fills ? columnsIn(left, right) : columnsFrom(left, width);
  const edits = await editsOf(rows, columns, (down, over) => (fills ? block[0][0] : block[down][over]));
  if (!edits) return tellPerson(texts.notSaved, texts.rowsMoved);
  if (edits.length) commit(edits);
  return undefined;
}

// The line above the table, for long texts and phones.

export function watchLine() {
  const line = $("line");
  let held = null;
  line.addEventListener("focus", () => {
    const cell = cellAt(active.row, active.column);
    held = cell && tab.edits ? seen(cell) : null;
  });
  line.addEventListener("input", () => {
    line.style.height = "auto";
    line.style.height = `${line.scrollHeight}px`;
  });
  const finish = (keep) => {
    const edit = held;
    held = null;
    line.style.height = "";
    if (edit && keep && line.value !== edit.was) commit([{ ...edit, now: line.value }]);
    else if (edit && !keep) line.value = edit.was;
  };
  line.addEventListener("blur", () => finish(true));
  line.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { finish(false); focusCell(); }
    else if (event.key === "Enter" && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      finish(true);
      focusCell();
    }
    event.stopPropagation();
  });
}
