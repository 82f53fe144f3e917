// <pin-map center="33.7,-84.4" pin="33.7,-84.4" tiles="https://…/{z}/{x}/{y}.png">: a map to put a pin on.
// Sends `pin` with { latitude, longitude } whenever the pin is put somewhere. Without tiles it draws a grid and the names of places around.
// Leaflet (BSD 2-clause, beside this file) is loaded when the first map is shown.

const LEAFLET = "/vendor/leaflet-1.9.4/";

// In the reader's language, from the page.
const sentences = JSON.parse(document.getElementById("sentences")?.textContent ?? "{}");
const sentence = (key) => sentences[key] ?? key;

let leaflet;
function loadLeaflet() {
  leaflet ??= new Promise((resolve, reject) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${LEAFLET}leaflet.css` });
    const script = Object.assign(document.createElement("script"), { src: `${LEAFLET}leaflet.js` });
    const styled = new Promise((done) => (style.onload = style.onerror = done));
    script.onload = () => styled.then(() => resolve(window.L));
    script.onerror = () => reject(new Error("the map could not be loaded"));
    document.head.append(style, script);
  });
  return leaflet;
}

function point(text) {
  const [latitude, longitude] = (text ?? "").split(",").map(Number);
  return Number.isFinite(latitude) && Number.isFinite(longitude) ? [latitude, longitude] : null;
}

class PinMap extends HTMLElement {
  async connectedCallback() {
    if (this.map) return;
    let L;
    try {
      L = await loadLeaflet();
    } catch {
      this.textContent = sentence("scripts-no-map");
      return;
    }
    if (!this.isConnected || this.map) return;
    this.parentElement.scrollIntoView({ block: "nearest" });
    const canvas = this.appendChild(Object.assign(document.createElement("div"), { className: "pin-map-canvas" }));
    const pin = point(this.getAttribute("pin"));
    const center = pin ?? point(this.getAttribute("center")) ?? [0, 0];
    this.map = L.map(canvas).setView(center, pin ? 14 : 12);
    this.map.attributionControl.setPrefix(false);
    L.control.scale({ metric: false }).addTo(this.map);
    const tiles = this.getAttribute("tiles");
    if (tiles) {
      L.tileLayer(tiles, { maxZoom: 19, attribution: sentence("scripts-tiles") }).addTo(this.map);
    } else {
      this.map.attributionControl.addAttribution(sentence("scripts-names"));
      this.names = L.layerGroup().addTo(this.map);
      this.map.on("zoomend moveend", () => this.writeNames());
      this.loadNames();
    }
    if (pin) this.show(pin);
    this.map.on("click", (event) => this.put(event.latlng));
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "button button-secondary pin-map-button",
      textContent: sentence("scripts-pin-the-middle"),
    });
    button.addEventListener("click", () => this.put(this.map.getCenter()));
    this.append(button);
    new ResizeObserver(() => this.map?.invalidateSize()).observe(canvas);
  }

  disconnectedCallback() {
    this.map?.remove();
    this.map = undefined;
    this.replaceChildren();
  }

  // Without them the grid is empty, and a pin can be put all the same.
  async loadNames() {
    const asked = { method: "POST", headers: { accept: "application/json" }, body: new URLSearchParams() };
    const response = await fetch("/api/map_names", asked).catch(() => undefined);
    if (!response?.ok) return;
    this.places = await response.json();
    this.writeNames();
  }

  // More names the closer one looks: the list begins with the nearest to the middle of the business's area.
  writeNames() {
    if (!this.map || !this.places) return;
    this.names.clearLayers();
    const taken = [];
    const frame = this.map.getBounds().pad(-0.15); // a name at the edge would be cut
    for (const place of this.places) {
      const at = [place.point.latitude, place.point.longitude];
      if (!frame.contains(at)) continue;
      const { x, y } = this.map.project(at);
      if (taken.some((other) => Math.abs(other.x - x) < 110 && Math.abs(other.y - y) < 34)) continue;
      taken.push({ x, y });
      const icon = window.L.divIcon({ className: "pin-map-name", html: "", iconSize: null });
      const marker = window.L.marker(at, { icon, interactive: false, keyboard: false }).addTo(this.names);
      marker.getElement().textContent = place.name;
    }
  }

  put({ lat, lng }) {
    this.show([lat, lng]);
    const longitude = ((((lng + 180) % 360) + 360) % 360) - 180;
    this.dispatchEvent(new CustomEvent("pin", { detail: { latitude: lat, longitude } }));
  }

  show(at) {
    if (this.marker) this.marker.setLatLng(at);
    else {
      const icon = window.L.divIcon({ className: "pin-map-pin", html: "", iconSize: [28, 28], iconAnchor: [14, 28] });
      this.marker = window.L.marker(at, { icon, draggable: true, keyboard: false, alt: sentence("scripts-your-pin") }).addTo(this.map);
      this.marker.on("dragend", () => this.put(this.marker.getLatLng()));
    }
  }
}

customElements.define("pin-map", PinMap);
