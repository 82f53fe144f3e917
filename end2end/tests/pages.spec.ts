import { expect, test } from "@playwright/test";
import { PAGES } from "../support/pages";
import { signIn } from "../support/people";

for (const { who, email, paths } of PAGES) {
  test(`the pages of ${who} fit a screen of 320 pixels`, async ({ page }) => {
    if (email) await signIn(page, email);
    await page.setViewportSize({ width: 320, height: 700 });
    for (const path of paths) {
      await page.goto(path);
      const width = await page.locator("html").evaluate((html) => html.scrollWidth);
      expect(width, path).toBeLessThanOrEqual(320);
    }
  });
}

test("on paper a booking is black on white, with the business's name and nothing to press", async ({ page }) => {
  await signIn(page, "ashley@example.com");
  await page.goto("/account/bookings");
  await page.locator('main a[href^="/account/bookings/"]').first().click();
  await expect(page.getByText(/^Booking RA-/)).toBeVisible();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(page.getByRole("banner").getByText("RoadSide ATL")).toBeVisible();
  const colors = await page.locator("h1").evaluate((title) => [getComputedStyle(title).color, getComputedStyle(title.closest(".page")!).backgroundColor]);
  expect(colors).toEqual(["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"]);
  for (const pressed of await page.locator("main button, main .button, nav, .footer").all()) await expect(pressed).toBeHidden();
});

test("a page with nothing live loads no script and no WASM", async ({ page }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  for (const path of ["/", "/book", "/sign-in", "/sign-up"]) await page.goto(path, { waitUntil: "load" });
  expect(loaded.filter((url) => /\.(js|wasm)(\?|$)/.test(url))).toEqual([]);
});

test("a page breaks no rule of its security policy", async ({ page, javaScriptEnabled }) => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  for (const path of ["/", "/book", "/sign-in", "/book/towing"]) await page.goto(path);
  // Added by the script, so it is checked, too.
  if (javaScriptEnabled) await expect(page.getByRole("button", { name: "Use my location" })).toBeVisible();
  await signIn(page, "tanya@roadsideatl.com");
  await page.goto("/provider");
  expect(complaints).toEqual([]);
});
