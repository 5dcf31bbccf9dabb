// A page that shows what was sent: its copy may go, unless someone has typed on in another window since.
import { forget, read } from "./storage.js";

const shown = document.querySelector("[data-sent]");
const name = shown && shown.getAttribute("data-sent");
const copy = name && read(name);
if (copy && copy.sent) {
  forget(name);
}

const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
