// After the page is painted, loads the modules of its elements, the WASM of its islands, and the manifest for installing it. The page
// works without them. This script is inlined; the attributes of its element say what to load (src/server/documents.rs).

(() => {
  const { modules = "", glue, wasm = "", manifest } = /** @type {HTMLScriptElement} */ (document.currentScript).dataset;

  const load = async () => {
    if (manifest) document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: manifest }));
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

  // The second frame comes after the paint of the first. A page in the background paints nothing.
  const painted = (/** @type {() => void} */ next) =>
    document.hidden ? next() : requestAnimationFrame(() => requestAnimationFrame(next));

  addEventListener("load", () => painted(() => (self.requestIdleCallback ?? setTimeout)(() => void load())));
})();
