// The check and the choice between versions: the report is sent once, and not without a connection.
import { showBusy, showReady, watch } from "./busy.js";
import { say, words } from "./state.js";

const TIMEOUT = 20000; // ms until the buttons serve again when no page comes

const form = document.getElementById("send");
let leaving = false;

function ready() {
  leaving = false;
  showReady();
}

watch(form);
form.addEventListener("submit", (event) => {
  if (navigator.onLine === false) {
    event.preventDefault();
    say(words.offline_check, "bad");
    return;
  }
  if (leaving) {
    event.preventDefault();
    return;
  }
  leaving = true;
  say("", "");
  showBusy();
  setTimeout(ready, TIMEOUT);
});
window.addEventListener("online", () => say("", ""));
window.addEventListener("pageshow", ready); // also when one comes back to this page
