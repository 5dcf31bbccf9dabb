// A pressed button shows that its page is on the way, and serves again when none comes.

const TIMEOUT = 20000; // ms until the buttons serve again when no page comes

let pressed = null;
let label = "";

export function watch(form) {
  form.addEventListener("click", (event) => {
    pressed = event.target.closest("button") || pressed;
  });
}

export function showBusy() {
  if (pressed && !label) {
    label = pressed.textContent;
    pressed.textContent = pressed.getAttribute("data-busy");
  }
}

export function showReady() {
  if (label) {
    pressed.textContent = label;
    label = "";
  }
}

// Send a form once. mayGo: false if it has to stay.
export function sendOnce(form, mayGo = () => true) {
  let leaving = false;
  function ready() {
    leaving = false;
    showReady();
  }
  watch(form);
  form.addEventListener("submit", (event) => {
    if (!mayGo() || leaving) {
      event.preventDefault();
      return;
    }
    leaving = true;
    showBusy();
    setTimeout(ready, TIMEOUT);
  });
  window.addEventListener("pageshow", ready); // also when one comes back to this page
}
