// "You have unsaved changes": asked before a link leads away from a form that was changed.
import { el } from "./dom.js";

/** Answers, once the person has, whether to leave. */
export function askToLeave() {
  const stay = el("button", { type: "button", class: "primary" }, "Keep editing");
  const leave = el("button", { type: "button" }, "Leave without saving");
  const dialog = el(
    "dialog",
    { class: "ask", role: "dialog", "aria-labelledby": "ask-heading", "aria-describedby": "ask-text" },
    el("h2", { id: "ask-heading" }, "You have unsaved changes"),
    el("p", { id: "ask-text" }, "If you leave this page now, what you changed is lost."),
    el("div", { class: "actions" }, stay, leave),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => {
    stay.addEventListener("click", () => dialog.close());
    leave.addEventListener("click", () => dialog.close("leave"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "leave");
    });
  });
}
