// A pressed button shows that its page is on the way, and serves again when none comes.

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
