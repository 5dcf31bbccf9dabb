// Changes by others: asks for the version every two seconds while the page is visible.

import { get, say, tab } from "./state.js";
import { keepFocus } from "./selection.js";
import { putEditor } from "./editing.js";
import { refresh } from "./view.js";
import { texts } from "./texts.js";

const EVERY = 2000;
let away = false;

async function ask() {
  try {
    const { version } = await get(`/grid/${tab.id}/version`);
    if (away) { away = false; say(texts.online, true); }
    if (version !== tab.version) {
      await keepFocus(() => refresh());
      putEditor();
    }
  } catch (error) {
    if (error.status === 401) { say(error.message, true); return; }
    if (!away) say(texts.offline, true);
    away = true;
  }
}

export function watchOthers() {
  let asking = false;
  const tick = async () => {
    if (asking || document.hidden) return;
    asking = true;
    await ask();
    asking = false;
  };
  setInterval(tick, EVERY);
  document.addEventListener("visibilitychange", tick);
}
