import { defineConfig, devices } from "@playwright/test";

// bin/test starts a server with demo data and passes its address; by hand: `bin/dev` in one terminal, `npx playwright test` in another.
const port = process.env.PORT ?? "3000";

const launchOptions = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

// Needs scripts; without them there is nothing to see, or (texts) the same.
const ALIVE = /(alive|accessibility|passkeys|texts)\.spec\.ts/;

// For the office, or without a screen: a phone adds nothing.
const OFFICE = /(audit|operator|identity-providers|passkeys)\.spec\.ts/;

// Forms that are the same on every screen: once on a phone with scripts, once on a desktop without. Texts set the width of their screens themselves.
const SOMEWHERE = /(accounts|people|second-factor|texts)\.spec\.ts/;

// The server's HTML is the same for every browser.
const WRITTEN = /html\.spec\.ts/;

const phone = { ...devices["Pixel 7"], launchOptions };
const desktop = { ...devices["Desktop Chrome"], launchOptions };

export default defineConfig({
  testDir: "tests",
  // Journeys share one database and its four demo providers, so they run one after another.
  workers: 1,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.CI ? [["line"]] : [["list"]],
  use: {
    baseURL: `http://roadside-atl.localhost:${port}`,
    locale: "en-US",
    timezoneId: "America/New_York",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "phone", use: phone, testIgnore: [OFFICE, WRITTEN] },
    { name: "desktop", use: desktop, testIgnore: [SOMEWHERE, WRITTEN] },
    { name: "phone-without-javascript", use: { ...phone, javaScriptEnabled: false }, testIgnore: [ALIVE, OFFICE, SOMEWHERE, WRITTEN] },
    { name: "desktop-without-javascript", use: { ...desktop, javaScriptEnabled: false }, testIgnore: ALIVE },
  ],
});
