// The state of the shown tab, and requests to the server.

export const $ = (id) => document.getElementById(id);
export const scroller = $("scroller");
export const table = $("sheet");
export const BLOCK = 100;
export const MAX_CELLS = 20000; // of one action

const data = scroller.dataset;
export const tab = {
  id: data.id,
  gid: Number(data.gid),
  version: Number(data.version),
  edits: data.edits === "yes",
  rows: Number(data.rows), // shown below the frozen ones
  all: Number(data.all),
  columns: Number(data.columns),
  frozen: Number(data.frozen),
  shown: JSON.parse(data.shown), // rows on the page, as half-open spans
  used: data.used.split(",").map(Number), // rows, columns
  name: data.name,
  filter: "",
  confirmed: new Set(), // tabs in which the person agreed to change protected ranges
};

export const path = (tail = "") => `/grid/${tab.id}/${tab.gid}/${tail}`;

export async function get(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.message), { status: answer.status, body });
  return body;
}

// Resolves to {ok, body}; throws only if the server cannot be reached.
export async function post(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": data.csrf },
    body: JSON.stringify(body),
  });
  return { ok: answer.ok, status: answer.status, body: await answer.json() };
}

let hushing = 0;
export function say(text, loud = false) {
  const line = $("status");
  line.textContent = text;
  line.classList.toggle("loud", loud && Boolean(text));
  clearTimeout(hushing);
  if (text && loud) hushing = setTimeout(() => say(""), 6000);
}

export function letter(column) {
  let name = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  }
  return name;
}

export const cellName = (row, column) => letter(column) + (row + 1);

export function parseCell(text) {
  const found = /^([A-Z]{1,3})(\d+)$/.exec(text);
  if (!found) return null;
  let column = 0;
  for (const sign of found[1]) column = column * 26 + sign.charCodeAt(0) - 64;
  return { row: Number(found[2]) - 1, column: column - 1 };
}
