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

  // The browser says when the first paint is on the screen; a frame that was asked for may begin before. A page in the background paints nothing.
  const painted = (/** @type {() => void} */ next) => {
    if (document.hidden || !PerformanceObserver.supportedEntryTypes.includes("paint")) return next();
    new PerformanceObserver((_, observer) => {
      observer.disconnect();
      next();
    }).observe({ type: "paint", buffered: true });
  };

  addEventListener("load", () => painted(() => (self.requestIdleCallback ?? setTimeout)(() => void load())));
})();
