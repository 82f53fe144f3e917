// <live-updates topic="…">: fetches the page again whenever the topic changes, and puts the new contents of every element with
// `data-live` and an `id` in place. Nothing is rendered here: the page is the one source of what is shown. src/ui/live.rs has the rest.

/** Ages ("2 min ago") grow without anything happening, and a proxy may have cut the stream unnoticed. */
const REFRESH_MILLISECONDS = 30_000;

/** What can't be renewed in place: it holds a state of its own. */
const STATEFUL = "leptos-island, share-position, passkey-sign-in, add-passkey";

/** After a link was followed, nothing is fetched for so long: a reload would call the navigation off. */
const LEAVING_MILLISECONDS = 5_000;

class LiveUpdates extends HTMLElement {
  #topic = "";
  #fetching = false;
  /** Something changed during the fetch: once more. */
  #stale = false;
  /** When a navigation last began, milliseconds since the epoch. */
  #leftAt = 0;
  /** @type {EventSource | undefined} */
  #source;

  connectedCallback() {
    this.#topic = this.getAttribute("topic") ?? "";
    // What only works with scripts appears, and what stands in for it goes.
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
    // Something may have happened between the page's rendering and this, or while the connection was lost.
    this.#source.addEventListener("open", () => void this.#refresh());
  }

  /** Fetches the page and renews its regions; one fetch at a time, none while nobody looks. */
  async #refresh() {
    const leaves = Date.now() - this.#leftAt < LEAVING_MILLISECONDS;
    if (leaves || document.visibilityState === "hidden") return;
    this.#stale = this.#fetching;
    if (this.#fetching) return;
    this.#fetching = true;
    do {
      this.#stale = false;
      // A failed fetch is made up for by the next event or interval.
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
  // The head has a style with a nonce of its own, of which the browser would complain; only the body matters.
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
 * Copies what a pressed button with `data-copy` carries, whenever that button came into the page.
 * @param {Event} event
 */
async function copy({ target }) {
  const button = target instanceof Element && target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.getAttribute("data-copy") ?? "");
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select the link to copy it";
  }
}

customElements.define("live-updates", LiveUpdates);
