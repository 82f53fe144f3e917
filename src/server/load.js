// Loads what makes a page live, after it is shown: the modules of its elements, and the WASM of its islands. The page works without.
// It is written into the page; what to load stands in the attributes of its element (src/server/documents.rs).

(() => {
  const { modules = "", glue, wasm = "" } = /** @type {HTMLScriptElement} */ (document.currentScript).dataset;

  const load = async () => {
    for (const module of modules.split(" ")) if (module) void import(module);
    if (!glue) return;
    const compiled = fetch(wasm, { priority: "low" });
    const islands = await import(glue);
    await islands.default({ module_or_path: compiled });
    islands.hydrate();
    for (const island of document.querySelectorAll("leptos-island")) {
      islands[/** @type {HTMLElement} */ (island).dataset.component ?? ""]?.(island);
    }
  };

  addEventListener("load", () => (self.requestIdleCallback ?? setTimeout)(() => void load()));
})();
