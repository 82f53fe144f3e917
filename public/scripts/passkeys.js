// Elements that ask the device for a passkey. The server's options go to the device and its answer goes back, both as JSON in the
// format of the Web Authentication standard, so the browser itself parses and serializes them.

import { Refusal, call } from "./call.js";
import { sentence } from "./sentences.js";

const supported = typeof globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === "function";

/**
 * Shows the part of the element that fits the browser.
 * @param {HTMLElement} element
 */
function show(element) {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-passkeys]"))) {
    part.hidden = part.dataset.passkeys !== (supported ? "known" : "unknown");
  }
  for (const button of element.querySelectorAll("button")) button.disabled = !supported;
}

/**
 * Runs `work` and opens the next page, or shows in the element's status why it failed.
 * @param {HTMLElement} element
 * @param {() => Promise<{ to: string }>} work
 */
async function run(element, work) {
  /** @param {string} words */
  const say = (words) => {
    const status = element.querySelector("[role=status]");
    if (status) status.textContent = words;
  };
  say(sentence("scripts-waiting-for-the-device"));
  try {
    location.href = (await work()).to;
  } catch (error) {
    if (!(error instanceof Refusal)) say(sentence("scripts-no-passkey-used"));
    else if (error.name === "Unconfirmed") say(sentence("scripts-confirm-again"));
    else say(error.words(sentence("scripts-unavailable")));
  }
}

/** <passkey-sign-in next="/…">: signs in with a passkey. */
class PasskeySignIn extends HTMLElement {
  connectedCallback() {
    show(this);
    this.querySelector("button")?.addEventListener("click", () => void run(this, () => this.#signIn()));
  }

  async #signIn() {
    const options = JSON.parse(await call("passkey_sign_in_options"));
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const credential = await navigator.credentials.get({ publicKey });
    return call("sign_in_with_passkey", { credential: JSON.stringify(credential), next: this.getAttribute("next") ?? "" });
  }
}

/** <add-passkey>: adds a passkey to the signed-in account. */
class AddPasskey extends HTMLElement {
  connectedCallback() {
    show(this);
    const form = this.querySelector("form");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      void run(this, () => this.#add(new FormData(form)));
    });
  }

  /** @param {FormData} form */
  async #add(form) {
    const options = JSON.parse(await call("passkey_registration_options"));
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const credential = await navigator.credentials.create({ publicKey });
    return call("add_passkey", { name: /** @type {string} */ (form.get("name")), credential: JSON.stringify(credential) });
  }
}

customElements.define("passkey-sign-in", PasskeySignIn);
customElements.define("add-passkey", AddPasskey);
