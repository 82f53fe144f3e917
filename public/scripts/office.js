// <office-form>: finds customers while their name is typed, asks what another service needs as soon as it is chosen, and hides a price that no longer
// belongs to what was typed. Without it the first two need a button, and booking at an old price shows the new one.

/** Pause in typing after which a search begins. */
const PAUSE_MILLISECONDS = 250;

const FOUND = "found-customers";

class OfficeForm extends HTMLElement {
  #timer = 0;
  /** The words searched last: an answer to others comes too late. */
  #wanted = "";

  connectedCallback() {
    this.addEventListener("input", ({ target }) => {
      if (target instanceof HTMLInputElement && target.name === "wanted") this.#search(target.value);
      if (target instanceof Element && target.closest("[data-priced]")) this.classList.add("is-stale");
    });
    this.addEventListener("change", ({ target }) => {
      if (!(target instanceof HTMLSelectElement) || target.name !== "service") return;
      target.form?.requestSubmit(/** @type {HTMLButtonElement | null} */ (this.querySelector("button[value=price]")));
    });
  }

  /** @param {string} words */
  #search(words) {
    this.#wanted = words;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#show(words).catch(() => {}), PAUSE_MILLISECONDS);
  }

  /** @param {string} words */
  async #show(words) {
    const response = await fetch(`/admin/bookings/new?customer=${encodeURIComponent(words)}`);
    if (!response.ok || response.redirected) return;
    const html = await response.text();
    // Only the body: the head has a style with another nonce, which the browser would report.
    const page = new DOMParser().parseFromString(html.slice(html.indexOf("</head>") + 1), "text/html");
    const [now, fresh] = [document.getElementById(FOUND), page.getElementById(FOUND)];
    if (now && fresh && words === this.#wanted) now.innerHTML = fresh.innerHTML;
  }
}

customElements.define("office-form", OfficeForm);
