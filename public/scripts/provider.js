// Live parts of a provider's pages: the countdown of an offer, and sharing the position. Without it the pages show the same and need a tap.

import { Refusal, call } from "./call.js";
import { sentence } from "./sentences.js";

/** <offer-countdown seconds="30">: counts down in its `data-left`, then reloads the page, which shows the outcome. */
class OfferCountdown extends HTMLElement {
  /** @type {number | undefined} */
  #counting;

  connectedCallback() {
    const endsAt = Date.now() + Number(this.getAttribute("seconds")) * 1000;
    const shown = this.querySelector("[data-left]");
    this.#counting = setInterval(() => {
      const left = (endsAt - Date.now()) / 1000;
      if (left > -1) {
        if (shown) shown.textContent = `${Math.max(0, Math.ceil(left))}`;
        return;
      }
      // A second later the offer has timed out on the server.
      clearInterval(this.#counting);
      location.reload();
    }, 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#counting);
  }
}

/** The shortest time between two positions sent. */
const SEND_EVERY_MILLISECONDS = 20_000;

/** How often a provider who doesn't move is measured again, so that the position stays fresh. */
const MEASURE_EVERY_MILLISECONDS = 120_000;

/** The storage key for the choice to share. */
const CHOICE = "wayside-share-position";

/** <share-position>: shares the device's position while the page is open; starts with a tap, and continues on the next page. */
class SharePosition extends HTMLElement {
  /** @type {number | undefined} */
  #watch;
  /** @type {number | undefined} */
  #again;
  #sentAt = 0;

  connectedCallback() {
    this.#button.disabled = false;
    this.#button.addEventListener("click", () => this.#toggle());
    if (remembered()) this.#start();
  }

  disconnectedCallback() {
    this.#clear();
  }

  get #button() {
    return /** @type {HTMLButtonElement} */ (this.querySelector("button"));
  }

  /** @param {string} words */
  #say(words) {
    const status = this.querySelector("[role=status]");
    if (status) status.textContent = words;
  }

  #toggle() {
    if (this.#watch === undefined) return this.#start();
    this.#stop();
    this.#say(sentence("scripts-no-longer-shared"));
  }

  #start() {
    if (!navigator.geolocation) return this.#say(sentence("scripts-no-location"));
    /** @type {PositionCallback} */
    const found = ({ coords }) => void this.#send(coords);
    this.#watch = navigator.geolocation.watchPosition(found, (error) => this.#failed(error), {
      enableHighAccuracy: true,
      maximumAge: 15_000,
    });
    // The next measurement replaces a failed one.
    this.#again = setInterval(() => navigator.geolocation.getCurrentPosition(found, () => {}), MEASURE_EVERY_MILLISECONDS);
    this.#show(true);
    this.#say(sentence("scripts-finding"));
    remember(true);
  }

  #stop() {
    this.#clear();
    this.#show(false);
    remember(false);
  }

  #clear() {
    if (this.#watch !== undefined) navigator.geolocation.clearWatch(this.#watch);
    clearInterval(this.#again);
    this.#watch = undefined;
  }

  /** @param {boolean} sharing */
  #show(sharing) {
    this.#button.setAttribute("aria-pressed", String(sharing));
    this.#button.textContent = sharing ? sentence("scripts-stop-sharing") : sentence("scripts-share");
  }

  /** @param {GeolocationPositionError} error */
  #failed({ code }) {
    if (code === GeolocationPositionError.PERMISSION_DENIED) {
      this.#stop();
      this.#say(sentence("scripts-blocked"));
    } else if (code === GeolocationPositionError.TIMEOUT) {
      this.#say(sentence("scripts-takes-long"));
    } else {
      this.#say(sentence("scripts-unknown"));
    }
  }

  /**
   * Sends a position, unless one was just sent.
   * @param {GeolocationCoordinates} coords
   */
  async #send({ latitude, longitude, accuracy }) {
    if (Date.now() - this.#sentAt < SEND_EVERY_MILLISECONDS) return;
    this.#sentAt = Date.now();
    try {
      await call("share_position", { latitude: `${latitude}`, longitude: `${longitude}`, accuracy: `${accuracy}` });
      this.#say(sentence("scripts-is-shared"));
    } catch (error) {
      if (error instanceof Refusal && error.name === "Conflict") this.#stop();
      const otherwise = sentence("scripts-not-sent");
      this.#say(error instanceof Refusal && error.name === "Conflict" ? error.words(otherwise) : otherwise);
    }
  }
}

// Without storage the browser just asks again.
function remembered() {
  try {
    return localStorage.getItem(CHOICE) !== null;
  } catch {
    return false;
  }
}

/** @param {boolean} chosen */
function remember(chosen) {
  try {
    if (chosen) localStorage.setItem(CHOICE, "yes");
    else localStorage.removeItem(CHOICE);
  } catch {
    // as above
  }
}

customElements.define("offer-countdown", OfferCountdown);
customElements.define("share-position", SharePosition);
