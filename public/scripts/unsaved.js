// <save-bar>: asks before a page is left on which something was changed and not saved.

/** As style/form.css knows it: a field that a person has changed is valid or invalid by their doing. */
const CHANGED = ":is(:user-valid, :user-invalid)";

class SaveBar extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    let sent = false;
    form?.addEventListener("submit", () => (sent = true));
    addEventListener("pageshow", () => (sent = false));
    addEventListener("beforeunload", (event) => {
      if (!sent && form?.querySelector(CHANGED)) event.preventDefault();
    });
  }
}

customElements.define("save-bar", SaveBar);
