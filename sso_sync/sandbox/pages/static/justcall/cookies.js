// The cookie banner: lies over the whole page and takes every click until somebody chooses.
import { el } from "./dom.js";

const KEY = "justcall-cookie-choice";

function remembered() {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false; // storage is switched off: ask every time
  }
}

function remember(choice) {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // asked again on the next page
  }
}

function choice(veil, text, name, kind) {
  const button = el("button", { type: "button", class: kind }, text);
  button.addEventListener("click", () => {
    remember(name);
    veil.remove();
  });
  return button;
}

function show() {
  const veil = el("div", { class: "veil" });
  const banner = el(
    "section",
    { class: "cookies", role: "dialog", "aria-labelledby": "cookies-heading", tabindex: "-1" },
    el("h2", { id: "cookies-heading" }, "We value your privacy"),
    el("p", {}, "We would like to use cookies to see how this product is used. Those that keep you signed in are always set."),
    el(
      "div",
      { class: "actions" },
      choice(veil, "Accept all", "all", "primary"),
      choice(veil, "Reject all", "none", null),
    ),
  );
  veil.append(banner);
  document.body.prepend(veil);
  banner.focus();
}

if (!remembered()) show();
