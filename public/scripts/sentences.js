// The sentences of the scripts. The page carries them in the reader's language.

/** @type {Record<string, string>} */
const sentences = JSON.parse(document.getElementById("sentences")?.textContent ?? "{}");

/**
 * The sentence with this key.
 * @param {string} key
 */
export const sentence = (key) => sentences[key] ?? key;
