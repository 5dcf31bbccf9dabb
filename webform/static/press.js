// A page with one plain form (link, confirmation, deletion): it is sent once, and its button shows that.
import { showBusy, showReady, watch } from "./busy.js";

const TIMEOUT = 20000; // ms until the button serves again when no page comes

const form = document.querySelector("form");
let leaving = false;

function ready() {
  leaving = false;
  showReady();
}

if (form) {
  watch(form);
  form.addEventListener("submit", (event) => {
    if (leaving) {
      event.preventDefault();
      return;
    }
    leaving = true;
    showBusy();
    setTimeout(ready, TIMEOUT);
  });
  window.addEventListener("pageshow", ready); // also when one comes back to this page
}
