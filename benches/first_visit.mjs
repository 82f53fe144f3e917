// Measures first visits to a running server with Lighthouse, and prints the medians beside their goals.
// node benches/first_visit.mjs http://roadside-atl.localhost:3000 TRACKING_PATH [RUNS]
// Lighthouse is looked for in the folder LIGHTHOUSE; benches/first_visit installs it there and starts the server.

import http from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.env.LIGHTHOUSE}/package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { default: lighthouse } = await load("lighthouse");
const { default: puppeteer } = await load("puppeteer-core");

const [base, trackingPath, runs = "5"] = process.argv.slice(2);

/** Bytes are in all, the scripts that come late included; kB are 1,000 bytes. */
const PAGES = [
  { name: "/", indexed: true },
  { name: "/book", indexed: true },
  { name: "/book/towing", kilobytes: 200 },
  { name: "/track/…", path: trackingPath, kilobytes: 110 },
  { name: "/sign-in" },
  { name: "/provider", as: "marcus@roadsideatl.com" },
];
const GOALS = { paint: 1.0, shift: 0, performance: 99, accessibility: 100, practices: 100, seo: 100, again: 15 };

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The cookies of somebody who has signed in to the demo. Node doesn't resolve names under localhost, so the host is said apart. */
function signIn(email) {
  const { host, hostname, port } = new URL(base);
  const body = new URLSearchParams({ email, password: "wayside-demo" }).toString();
  const headers = { host, origin: base, "content-type": "application/x-www-form-urlencoded" };
  return new Promise((resolve, reject) => {
    const request = http.request({ port, path: "/api/sign_in", method: "POST", headers }, (response) => {
      response.resume();
      if (response.statusCode !== 200) return reject(new Error(`${email} can't sign in: ${response.statusCode}`));
      const cookies = response.headers["set-cookie"].map((cookie) => cookie.split(";")[0].split("="));
      resolve(cookies.map(([name, value]) => ({ name, value, domain: hostname, path: "/", secure: true })));
    });
    request.on("error", reject).end(body);
  });
}

/** What the browser transfers on a visit after the first one, in kB. */
async function secondVisit(browser, url) {
  const page = await browser.newPage();
  const visit = () => page.goto(url, { waitUntil: "networkidle2" });
  await visit();
  await new Promise((resolve) => setTimeout(resolve, 1000)); // scripts that wait for an idle moment
  const session = await page.createCDPSession();
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await visit();
  await page.close();
  return bytes / 1000;
}

async function measure(browser, { name, path = name, as, indexed }) {
  const url = base + path;
  if (as) await browser.setCookie(...(await signIn(as)));
  const results = [];
  for (let run = 0; run < Number(runs); run++) {
    const page = await browser.newPage();
    const { lhr } = await lighthouse(url, { logLevel: "error" }, undefined, page);
    await page.close();
    const value = (audit) => lhr.audits[audit].numericValue ?? 0;
    const score = (category) => Math.round(lhr.categories[category].score * 100);
    results.push({
      paint: value("largest-contentful-paint") / 1000,
      first: value("first-contentful-paint") / 1000,
      shift: value("cumulative-layout-shift"),
      kilobytes: value("total-byte-weight") / 1000,
      performance: score("performance"),
      accessibility: score("accessibility"),
      practices: score("best-practices"),
      seo: indexed ? score("seo") : undefined,
    });
    if (process.env.DETAILS && run === 0) {
      const failed = Object.values(lhr.audits).filter((audit) => audit.score !== null && audit.score < 0.9);
      console.error(name, failed.map((audit) => `${audit.id} ${audit.displayValue ?? ""}`).join("; "));
      for (const item of lhr.audits["network-requests"].details.items) {
        console.error(`  ${Math.round(item.networkRequestTime)}–${Math.round(item.networkEndTime)} ms ${item.transferSize} ${item.priority} ${item.url}`);
      }
    }
  }
  const figures = { again: await secondVisit(browser, url) };
  for (const key of Object.keys(results[0])) {
    figures[key] = results[0][key] === undefined ? undefined : median(results.map((result) => result[key]));
  }
  return figures;
}

/** One cell; a figure that misses its goal is marked. */
function cell(figure, goal, digits, atLeast = false) {
  if (figure === undefined) return "–";
  const rounded = Number(figure.toFixed(digits));
  const missed = goal !== undefined && (atLeast ? rounded < goal : rounded > goal);
  return `${figure.toFixed(digits)}${missed ? " ✗" : ""}`;
}

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox"],
});
const rows = [
  ["page", "largest paint, s", "first paint, s", "shift", "kB", "kB again", "performance", "accessibility", "best practices", "SEO"],
  ["goal", `≤ ${GOALS.paint}`, "", GOALS.shift, "", `≤ ${GOALS.again}`, `≥ ${GOALS.performance}`, GOALS.accessibility, GOALS.practices, GOALS.seo],
];
try {
  for (const page of PAGES) {
    const figures = await measure(browser, page);
    rows.push([
      page.name,
      cell(figures.paint, GOALS.paint, 2),
      cell(figures.first, undefined, 2),
      cell(figures.shift, GOALS.shift, 3),
      cell(figures.kilobytes, page.kilobytes, 0) + (page.kilobytes ? ` (≤ ${page.kilobytes})` : ""),
      cell(figures.again, GOALS.again, 1),
      cell(figures.performance, GOALS.performance, 0, true),
      cell(figures.accessibility, GOALS.accessibility, 0, true),
      cell(figures.practices, GOALS.practices, 0, true),
      cell(figures.seo, GOALS.seo, 0, true),
    ]);
  }
} finally {
  await browser.close();
}
const [header, ...body] = rows.map((row) => `| ${row.join(" | ")} |`);
console.log([header, `|${"---|".repeat(rows[0].length)}`, ...body].join("\n"));
