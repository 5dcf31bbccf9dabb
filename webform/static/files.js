// The page of attached files: a file that is too large is not sent at all, and a pressed button shows that it works.
import { showBusy, showReady, watch } from "./busy.js";

let leaving = false;

function refuse(input, words) {
  let error = document.getElementById("file-error");
  if (!error) {
    error = document.createElement("p");
    error.id = "file-error";
    error.className = "error";
    error.setAttribute("role", "alert");
    input.before(error);
  }
  error.textContent = words;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", "file-hint file-error");
  input.focus();
}

document.querySelectorAll("form").forEach((form) => {
  watch(form);
  form.addEventListener("submit", (event) => {
    const input = form.querySelector("input[type=file]");
    const file = input && input.files && input.files[0];
    if (leaving) {
      event.preventDefault();
    } else if (file && file.size > Number(form.getAttribute("data-largest"))) {
      event.preventDefault();
      refuse(input, form.getAttribute("data-too-large"));
    } else {
      leaving = true;
      showBusy();
    }
  });
});
window.addEventListener("pageshow", () => {
  leaving = false;
  showReady();
});
