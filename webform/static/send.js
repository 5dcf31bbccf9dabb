// «Проверьте ответы» and the choice between versions: the report is sent once, and not without a connection.
import { say, words } from "./state.js";

const PATIENCE = 20000; // ms until the button serves again when no page comes

const form = document.getElementById("send");
const send = form.querySelector("button");
const label = send.textContent;
let pressed = null;
let leaving = false;

function ready() {
  leaving = false;
  send.textContent = label;
}

form.addEventListener("click", (event) => {
  pressed = event.target.closest("button") || pressed;
});
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
  if (pressed === send) {
    send.textContent = words.sending;
  }
  setTimeout(ready, PATIENCE);
});
window.addEventListener("online", () => say("", ""));
window.addEventListener("pageshow", ready); // also when one comes back to this page
