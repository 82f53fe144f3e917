import { expect, test } from "@playwright/test";
import { confirm, describeCar, review } from "../support/booking";
import { onDutyAt, signIn } from "../support/people";

test("the device's position finds the car, and the review says where it came from", async ({ context, page }) => {
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ latitude: 33.7851, longitude: -84.3738 });
  await page.goto("/book/jump-start");
  await page.getByRole("button", { name: "Use my location" }).click();
  await expect(page.getByText("Using your device's location").first()).toBeVisible();
  const typed = await page.getByLabel("Address, place or ZIP code").inputValue();
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
  await page.getByRole("combobox", { name: "Address, place or ZIP code" }).fill("Decatur");
  await asked;
  await page.keyboard.press("Tab");
  release();
  await (await answered).finished();
  // The result is drawn within the next frames.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(page.getByRole("listbox").first()).toBeHidden();
});

test("nothing moves when the scripts of a page begin to run", async ({ page }) => {
  const moved: string[] = [];
  await page.exposeFunction("moved", (what: string) => moved.push(what));
  await page.addInitScript(() => {
    const told = (shift: PerformanceEntry & { sources?: { node?: Node }[] }) =>
      (shift.sources ?? []).map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 80) : (node?.textContent ?? "?"))).join(", ");
    const observer = new PerformanceObserver((shifts) => {
      for (const shift of shifts.getEntries()) void (window as unknown as { moved: (what: string) => void }).moved(`${location.pathname}: ${told(shift)}`);
    });
    observer.observe({ type: "layout-shift", buffered: true });
  });
  await page.goto("/book/jump-start");
  await expect(page.getByRole("button", { name: "Use my location" })).toBeEnabled();
  await describeCar(page, "Piedmont Park");
  await review(page);
  const { path } = await confirm(page);
  // Both columns of a desk's screen, and each part of a phone's.
  for (const bottom of [false, true]) {
    await page.goto(path);
    if (bottom) await page.getByRole("heading", { name: "Keep this link" }).scrollIntoViewIfNeeded();
    await expect(page.locator("html[data-scripted]")).toBeAttached();
    await expect(page.getByRole("button", { name: "Copy link" })).toBeVisible();
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }
  await page.getByRole("link", { name: "Cancel booking" }).click();
  await page.getByRole("button", { name: "Cancel booking for free" }).click();
  expect(moved).toEqual([]);
});

test("settings that were changed and not saved are left only after a question", async ({ page }) => {
  await signIn(page, "admin@roadsideatl.com");
  await page.goto("/admin/settings?part=dispatch");
  await expect(page.locator("save-bar:defined")).toBeAttached();
  const asked: string[] = [];
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog.accept();
  });
  const field = page.getByLabel("Average speed");
  const speed = await field.inputValue();
  await field.fill(speed);
  await field.pressSequentially("1");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Tab");
  await expect(page.getByText("Unsaved changes")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toBeVisible();
  expect(asked, "saving asks nothing").toEqual([]);

  await page.getByLabel("Average speed").pressSequentially("1");
  await page.getByRole("link", { name: "Brand" }).click();
  await expect(page.getByRole("heading", { name: "Brand" })).toBeVisible();
  expect(asked).toEqual(["beforeunload"]);
});

test("the price of a tow changes with where it goes, before anything is sent", async ({ page }) => {
  await page.goto("/book/towing");
  const price = page.getByLabel("Price so far");
  await expect(price).toContainText("From");
  for (const [label, text] of [["Address, place or ZIP code", "Piedmont Park"], ["Garage, home or any address", "Decatur"]]) {
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
