// The page after leaving: what was typed and no draft holds goes from this browser too.
import { all, forget } from "./storage.js";

const copies = all("svod:");
for (const { name } of copies) {
  forget(name);
}
document.getElementById("copies").hidden = copies.length === 0;
