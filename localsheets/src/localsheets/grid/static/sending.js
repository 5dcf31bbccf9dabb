// Sends an action on the tab, asks about protected ranges, tells of a refusal.

import { path, post, say, tab } from "./state.js";
import { keepFocus } from "./selection.js";
import { refresh } from "./view.js";
import { saving } from "./turns.js";
import { ask, tellPerson } from "./dialogs.js";
import { texts } from "./texts.js";

// Resolves to the answer, or to undefined if nothing was changed.
export const send = (tail, body) => saving(sent(tail, body));

async function sent(tail, body) {
  let answer;
  try {
    answer = await post(path(tail), { ...body, confirmed: body.confirmed || tab.confirmed.has(tab.gid) });
  } catch {
    await tellPerson(texts.notSaved, texts.offline);
    return undefined;
  }
  await keepFocus(() => refresh().catch(() => {}));
  if (answer.body.kind === "protected") {
    const { key } = await ask({
      title: texts.protectedTitle, text: answer.body.message,
      buttons: [["yes", texts.change, true], ["no", texts.cancel]],
    });
    if (key !== "yes") return undefined;
    tab.confirmed.add(tab.gid);
    return sent(tail, { ...body, confirmed: true });
  }
  if (!answer.ok) {
    await tellPerson(texts.notSaved, answer.body.message);
    return undefined;
  }
  say(texts.saved);
  return answer.body;
}
