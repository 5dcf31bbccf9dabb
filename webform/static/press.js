// A page with one plain form (link, confirmation, deletion): it is sent once, and its button shows that.
import { sendOnce } from "./busy.js";

const form = document.querySelector("form");
if (form) {
  sendOnce(form);
}
