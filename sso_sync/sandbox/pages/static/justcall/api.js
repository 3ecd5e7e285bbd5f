// The settings' JSON interface.
const SSO = "/apex/api/settings/sso";

/** What the service refused; `status` is 0 when it could not be reached. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Api {
  constructor(csrf) {
    this.csrf = csrf;
  }

  read() {
    return this.#call("GET", SSO);
  }

  save(values) {
    return this.#call("PUT", SSO, values);
  }

  test() {
    return this.#call("POST", `${SSO}/test`);
  }

  async #call(method, path, body) {
    const headers = { accept: "application/json" };
    if (method !== "GET") headers["x-csrf-token"] = this.csrf;
    if (body !== undefined) headers["content-type"] = "application/json";
    let answer;
    let decoded;
    try {
      answer = await fetch(path, { method, headers, body: JSON.stringify(body), redirect: "error" });
      decoded = await answer.json();
    } catch {
      throw new Refused(answer?.status ?? 0, "JustCall could not be reached. Try again in a moment.");
    }
    if (!answer.ok) throw new Refused(answer.status, decoded?.message ?? "Something went wrong on our side.");
    return decoded;
  }
}
