// Calls server functions. They answer a page's form with a redirect and every other caller with JSON.

import { sentence } from "./sentences.js";

/** A serialized `AppError`: its name and its data. */
export class Refusal extends Error {
  /** @param {unknown} error */
  constructor(error) {
    super("refused");
    const [name, detail] = typeof error === "string" ? [error] : (Object.entries(error ?? {})[0] ?? ["Unavailable"]);
    this.name = name;
    this.detail = detail;
  }

  /**
   * The error's message, or `otherwise` if it has none.
   * @param {string} otherwise
   * @returns {string}
   */
  words(otherwise) {
    if (this.name === "Conflict") return this.detail;
    if (this.name === "Invalid") return Object.values(this.detail)[0] ?? otherwise;
    if (this.name === "TooMany") return sentence("scripts-too-many");
    return otherwise;
  }
}

/**
 * The result of a server function.
 * @param {string} name
 * @param {Record<string, string>} [fields]
 */
export async function call(name, fields = {}) {
  const response = await fetch(`/api/${name}`, {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams(fields),
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(answer);
  return answer;
}
