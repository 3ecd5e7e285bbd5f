// Messages in a corner of the page that go away by themselves.
import { el } from "./dom.js";

const SECONDS = 4;

function corner() {
  const there = document.querySelector(".toasts");
  if (there !== null) return there;
  const made = el("div", { class: "toasts" });
  document.body.append(made);
  return made;
}

/** Shows `text`: good news is a status, bad news an alert. */
export function toast(text, good) {
  const shown = el("p", { class: `message ${good ? "good" : "bad"}`, role: good ? "status" : "alert" });
  corner().append(shown);
  shown.textContent = text; // after the region exists, so that a screen reader hears of it
  setTimeout(() => shown.remove(), SECONDS * 1000);
}
