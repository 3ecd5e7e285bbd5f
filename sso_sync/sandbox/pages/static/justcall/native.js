// Native rendering: copy buttons, and fields that show only while the switch is on.
import { wireCopyButtons } from "./copy.js";

wireCopyButtons(document);

for (const box of document.querySelectorAll("[data-reveals]")) {
  const fields = document.getElementById(box.dataset.reveals);
  const show = () => {
    fields.hidden = !box.checked;
  };
  box.addEventListener("change", show);
  // A browser may bring back a ticked box after "back".
  window.addEventListener("pageshow", show);
}
