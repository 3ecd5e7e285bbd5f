// The SSO form: what it is built of, whether it was changed, and what Save and Test do.
import { wireCopyButtons } from "./copy.js";
import { el } from "./dom.js";
import { card, certificate, choice, domains, readonly, text, toggle } from "./sso-fields.js";
import { toast } from "./toast.js";

const LEAD =
  "Let your team sign in through your identity provider. Once it is on, admins and team members can sign in no other way.";
const LINK = "https://app.justcall.io/login/sso";

export class SsoForm {
  /** `data` is what the interface answers; `refused(error)` is called when a request was turned down. */
  constructor(data, api, refused) {
    this.data = data;
    this.api = api;
    this.refused = refused;
    const changed = () => this.#show();
    const { labels } = data;
    this.controls = {
      enabled: toggle(labels.enabled, changed),
      protocol: choice("sso-protocol", labels.protocol, data.protocols, changed),
      sso_url: text("sso-url", labels.sso_url, "Where your identity provider takes login requests.", changed),
      issuer: text("sso-issuer", labels.issuer, "The name your identity provider gives itself.", changed),
      certificate: certificate(labels.certificate, labels.certificate_file, changed),
      default_role: choice("sso-role", labels.default_role, data.roles, changed),
    };
    this.save = el("button", { type: "submit", class: "primary", disabled: true }, labels.save);
    this.test = el("button", { type: "button" }, labels.test);
    this.fields = this.#fields();
    this.form = this.#form();
    this.element = el("div", {}, ...this.#heading(), this.form);
    this.#fill(data);
    wireCopyButtons(this.element);
  }

  /** The changed settings by name; a certificate that is saved but not shown counts as blank. */
  get changes() {
    const now = Object.entries(this.controls).map(([name, control]) => [name, control.value]);
    return Object.fromEntries(now.filter(([name, value]) => value !== this.saved[name]));
  }

  get dirty() {
    return Object.keys(this.changes).length > 0;
  }

  #heading() {
    const up = el("p", { class: "up" }, el("a", { href: "/apex/settings/security" }, "All security settings"));
    return [up, el("h1", {}, this.data.labels.sso), el("p", { class: "lead" }, LEAD)];
  }

  #fields() {
    const { labels, acs_url: acs, entity_id: entity, twice } = this.data;
    const { protocol, sso_url: url, issuer, certificate: pem, default_role: role } = this.controls;
    return el(
      "div",
      { class: "plain" },
      card("For your identity provider", protocol.element, readonly("sso-acs-url", labels.acs_url, acs), readonly("sso-entity-id", labels.entity_id, entity)),
      card("From your identity provider", url.element, issuer.element, pem.element),
      card("People", role.element, domains(labels.verified_domains, this.data.verified_domains)),
      twice ? card("Share with your team", readonly("sso-link", labels.sso_url, LINK)) : null,
    );
  }

  #form() {
    const form = el(
      "form",
      { novalidate: true },
      el("section", { class: "card" }, this.controls.enabled.element),
      this.fields,
      el("div", { class: "actions" }, this.save, this.test),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#saveChanges();
    });
    this.test.addEventListener("click", () => this.#tryConnection());
    return form;
  }

  #fill({ values, note }) {
    for (const [name, control] of Object.entries(this.controls)) control.value = values[name];
    this.controls.certificate.note = note;
    // As the controls hold them: a text area has line ends of its own.
    this.saved = Object.fromEntries(Object.entries(this.controls).map(([name, control]) => [name, control.value]));
    this.#show();
  }

  #show() {
    this.save.disabled = this.saving || !this.dirty;
    this.fields.hidden = this.data.reveals && !this.controls.enabled.value;
  }

  async #saveChanges() {
    if (this.saving || !this.dirty) return;
    this.saving = true;
    this.#show();
    try {
      const answer = await this.api.save(this.changes);
      this.#fill(answer);
      toast(answer.message, true);
    } catch (error) {
      this.refused(error);
    } finally {
      this.saving = false;
      this.#show();
    }
  }

  async #tryConnection() {
    this.test.disabled = true;
    try {
      const { ok, message } = await this.api.test();
      toast(message, ok);
    } catch (error) {
      this.refused(error);
    } finally {
      this.test.disabled = false;
    }
  }
}
