// <toast-message>: a message after an action. See src/ui/feedback.rs.

/** By then screen readers have read the page's title. What is there from the start isn't announced, so it is said again. */
const ANNOUNCED_AFTER_MILLISECONDS = 500;

class ToastMessage extends HTMLElement {
  connectedCallback() {
    const words = this.querySelector("[role]");
    setTimeout(() => words?.replaceChildren(words.textContent ?? ""), ANNOUNCED_AFTER_MILLISECONDS);
    this.querySelector("button")?.addEventListener("click", () => this.#dismiss());
  }

  #dismiss() {
    this.remove();
    // The focus was on its button.
    document.querySelector("main")?.focus();
  }
}

customElements.define("toast-message", ToastMessage);
