// The check and the choice between versions: the report is sent once, and not without a connection.
import { sendOnce } from "./busy.js";
import { say, words } from "./state.js";

sendOnce(document.getElementById("send"), () => {
  const connected = navigator.onLine !== false;
  say(connected ? "" : words.offline_check, connected ? "" : "bad");
  return connected;
});
window.addEventListener("online", () => say("", ""));
