// <live-updates topic="…">: fetches the page again whenever the topic changes, and replaces the contents of every element with
// `data-live` and an `id`. Nothing is rendered here: the server's page is the only source. See src/ui/live.rs.

import { sentence } from "./sentences.js";

/** Fetches without an event: ages ("2 min ago") grow, and a proxy may have cut the stream. */
const REFRESH_MILLISECONDS = 30_000;

/** Elements with their own state can't be replaced. */
const STATEFUL = "leptos-island, share-position, passkey-sign-in, add-passkey";

/** Pause after a link was followed: a reload would cancel the navigation. */
const LEAVING_MILLISECONDS = 5_000;

class LiveUpdates extends HTMLElement {
  #topic = "";
  #fetching = false;
  /** Something changed during a fetch, so another one is needed. */
  #stale = false;
  /** When the last navigation began, in milliseconds since the epoch. */
  #leftAt = 0;
  /** @type {EventSource | undefined} */
  #source;

  connectedCallback() {
    this.#topic = this.getAttribute("topic") ?? "";
    // Shows elements that need scripts, and hides their substitutes.
    document.documentElement.dataset.scripted = "";
    document.addEventListener("click", (event) => void copy(event));
    document.addEventListener("visibilitychange", () => void this.#refresh());
    addEventListener("beforeunload", () => (this.#leftAt = Date.now()));
    addEventListener("pagehide", () => this.#source?.close());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#watch());
    setInterval(() => void this.#refresh(), REFRESH_MILLISECONDS);
    this.#watch();
  }

  #watch() {
    this.#source = new EventSource(`/live/${this.#topic}`);
    this.#source.addEventListener("changed", () => void this.#refresh());
    // Something may have changed since the page was rendered, or while the connection was down.
    this.#source.addEventListener("open", () => void this.#refresh());
  }

  /** Fetches the page and replaces its live elements; one fetch at a time, none in a hidden tab. */
  async #refresh() {
    const leaves = Date.now() - this.#leftAt < LEAVING_MILLISECONDS;
    if (leaves || document.visibilityState === "hidden") return;
    this.#stale = this.#fetching;
    if (this.#fetching) return;
    this.#fetching = true;
    do {
      this.#stale = false;
      // The next event or interval retries a failed fetch.
      await renew().catch(() => {});
    } while (this.#stale);
    this.#fetching = false;
  }
}

async function renew() {
  const response = await fetch(location.href);
  if (response.redirected) return location.assign(response.url);
  if (!response.ok) return location.reload();
  const html = await response.text();
  // Only the body: the head has a style with another nonce, which the browser would report.
  const body = html.slice(html.indexOf("</head>") + 1);
  const fresh = new DOMParser().parseFromString(body, "text/html");
  for (const region of document.querySelectorAll("[data-live][id]")) {
    const renewed = fresh.getElementById(region.id);
    if (!renewed) return location.reload();
    if (region.innerHTML === renewed.innerHTML) continue;
    if (region.querySelector(STATEFUL) || renewed.querySelector(STATEFUL)) return location.reload();
    region.innerHTML = renewed.innerHTML;
  }
}

/**
 * Copies the text of a pressed button with `data-copy`, including buttons added later.
 * @param {Event} event
 */
async function copy({ target }) {
  const button = target instanceof Element && target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.getAttribute("data-copy") ?? "");
    button.textContent = sentence("scripts-copied");
  } catch {
    button.textContent = sentence("scripts-select-the-link");
  }
}

customElements.define("live-updates", LiveUpdates);
