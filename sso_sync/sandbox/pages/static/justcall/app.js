// The single page: shows the settings page that the address names, and moves between them without loading.
import { Api } from "./api.js";
import { el } from "./dom.js";
import { SsoForm } from "./sso-form.js";
import { toast } from "./toast.js";
import { askToLeave } from "./unsaved.js";

const SECURITY = "/apex/settings/security";
const SSO = `${SECURITY}/sso`;
const TEMPLATES = { "/apex/settings": "view-account", [SECURITY]: "view-security" };

const view = document.getElementById("view");
const api = new Api(view.dataset.csrf);
let form = null; // the SSO form while it is shown
let here = location.pathname;
let turn = 0; // counts navigations, so that an answer that comes late shows nothing

function toLogin() {
  form = null;
  location.assign(`/login?next=${encodeURI(location.pathname)}`);
}

function refused(error) {
  if (error.status === 401) toLogin();
  else toast(error.message, false);
}

function noPermission() {
  return el(
    "section",
    { class: "card lock" },
    el("h1", {}, "You do not have permission to view this page"),
    el("p", { class: "muted" }, "Only the account owner can see and change these settings. Ask the owner of your account."),
  );
}

function notLoaded(error) {
  const again = el("button", { type: "button" }, "Try again");
  again.addEventListener("click", () => show(here));
  const said = el("p", { class: "message bad", role: "alert" }, error.message);
  return el("section", {}, el("h1", {}, "The settings could not be loaded"), said, el("div", { class: "actions" }, again));
}

async function ssoPage(mine) {
  try {
    const data = await api.read();
    if (mine !== turn) return null;
    form = new SsoForm(data, api, refused);
    return form.element;
  } catch (error) {
    if (error.status === undefined) throw error;
    if (mine !== turn) return null;
    if (error.status === 401) toLogin();
    return error.status === 403 ? noPermission() : notLoaded(error);
  }
}

function markCurrent(path) {
  for (const link of document.querySelectorAll(".side a")) {
    const target = link.getAttribute("href");
    const below = target !== "/apex/settings" && path.startsWith(`${target}/`);
    if (target === path) link.setAttribute("aria-current", "page");
    else if (below) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

async function show(path) {
  const mine = ++turn;
  const first = mine === 1;
  form = null;
  here = path;
  markCurrent(path);
  view.setAttribute("aria-busy", "true");
  view.replaceChildren(el("p", { class: "loading" }, "Loading…"));
  const template = TEMPLATES[path];
  const shown = template ? document.getElementById(template).content.cloneNode(true) : await ssoPage(mine);
  if (mine !== turn || shown === null) return;
  view.replaceChildren(shown);
  view.removeAttribute("aria-busy");
  const heading = view.querySelector("h1");
  document.title = `${heading.textContent} · JustCall`;
  if (!first) {
    heading.tabIndex = -1;
    heading.focus();
  }
}

function ours(path) {
  return path in TEMPLATES || path === SSO;
}

async function leave(path) {
  if (form?.dirty && !(await askToLeave())) return;
  form = null; // nothing is left to warn of
  if (!ours(path)) {
    location.assign(path);
    return;
  }
  history.pushState(null, "", path);
  await show(path);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/']");
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (link === null || !plain || event.defaultPrevented) return;
  event.preventDefault();
  leave(link.getAttribute("href"));
});

window.addEventListener("popstate", async () => {
  const wanted = location.pathname;
  if (form?.dirty) {
    history.pushState(null, "", here); // stay, until the person has answered
    if (!(await askToLeave())) return;
    history.pushState(null, "", wanted);
  }
  await show(wanted);
});

window.addEventListener("beforeunload", (event) => {
  if (form?.dirty) event.preventDefault();
});

show(here);
