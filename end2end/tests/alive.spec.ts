import { expect, test } from "@playwright/test";
import { describeCar, review } from "../support/booking";
import { onDutyAt, signIn } from "../support/people";

test("the device's position finds the car, and the review says where it came from", async ({ context, page }) => {
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ latitude: 33.7851, longitude: -84.3738 });
  await page.goto("/book/jump-start");
  await page.getByRole("button", { name: "Use my location" }).click();
  await expect(page.getByText("Using your device's location").first()).toBeVisible();
  const typed = await page.getByLabel("Address, place or postcode").inputValue();
  await describeCar(page, typed || "Near the park");
  await page.getByRole("button", { name: "Use my location" }).click();
  await review(page);
  await expect(page.getByText("Your device's location")).toBeVisible();
});

test("suggestions that arrive after the field was left don't cover what comes next", async ({ page }) => {
  let release = () => {};
  const left = new Promise<void>((done) => (release = done));
  await page.route("**/api/search_places*", async (route) => {
    await left;
    await route.continue();
  });
  await page.goto("/book/towing");
  const asked = page.waitForRequest(/search_places/);
  const answered = page.waitForResponse(/search_places/);
  await page.getByRole("combobox", { name: "Address, place or postcode" }).fill("Decatur");
  await asked;
  await page.keyboard.press("Tab");
  release();
  await (await answered).finished();
  // The result is drawn within the next frames.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(page.getByRole("listbox").first()).toBeHidden();
});

test("the price of a tow changes with where it goes, before anything is sent", async ({ page }) => {
  await page.goto("/book/towing");
  const price = page.getByLabel("Price so far");
  await expect(price).toContainText("From");
  for (const [label, text] of [["Address, place or postcode", "Piedmont Park"], ["Garage, home or any address", "Decatur"]]) {
    await page.getByRole("combobox", { name: label }).fill(text);
    await page.getByRole("option").first().click();
  }
  await expect(price).toContainText("Total");
  await expect(price).toContainText(/About \d/);
});

test("a provider who shares the device's position can get offers", async ({ context, page }) => {
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ latitude: 33.7851, longitude: -84.3738 });
  await signIn(page, "marcus@roadsideatl.com");
  await onDutyAt(page, "Marietta");
  await page.getByRole("button", { name: "Share my location" }).click();
  await expect(page.getByRole("button", { name: "Stop sharing my location" })).toBeVisible();
  await page.reload();
  await expect(page.getByText("You can get offers")).toBeVisible();
});

test("a page that is kept current loads its scripts and no WASM", async ({ page }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await signIn(page, "tanya@roadsideatl.com");
  await page.goto("/provider");
  await expect(page.locator("html[data-scripted]")).toBeAttached();
  expect(loaded.some((path) => path.endsWith("/live.js"))).toBe(true);
  expect(loaded.filter((path) => path.endsWith(".wasm"))).toEqual([]);
});
