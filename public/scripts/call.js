// Calls of server functions, which answer a page's form with a redirect and everybody else with JSON.

/** An error as `AppError` has it on the wire: its name, and what it carries. */
export class Refusal extends Error {
  /** @param {unknown} error */
  constructor(error) {
    super("refused");
    const [name, detail] = typeof error === "string" ? [error] : (Object.entries(error ?? {})[0] ?? ["Unavailable"]);
    this.name = name;
    this.detail = detail;
  }

  /**
   * What to do, in words; `otherwise` where the error has none of its own.
   * @param {string} otherwise
   * @returns {string}
   */
  words(otherwise) {
    if (this.name === "Conflict") return this.detail;
    if (this.name === "Invalid") return Object.values(this.detail)[0] ?? otherwise;
    if (this.name === "TooMany") return "Too many tries. Please wait a while and try again.";
    return otherwise;
  }
}

/**
 * The answer of a server function.
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
