import { type Page, expect, test } from "@playwright/test";
import { confirm, describeCar, review } from "../support/booking";
import { onDutyAt, person, reloadUntil, signIn } from "../support/people";

/** Text that breaks layouts: nothing to break a line at, written from right to left, stacked marks. */
const TEXTS = {
  "one long word": { name: "F".repeat(110), notes: "N".repeat(600) },
  "a name from right to left": { name: "محمد عبد الرحمن الطويل 5", notes: "السيارة الزرقاء (الباب 7)" },
  "marks upon marks": { name: "Z\u0323\u0335\u0301oë\u0327\u0301\u0302 " + "🏳️‍🌈".repeat(12), notes: "x\u0301".repeat(200) },
};

/** Where nobody can be sent: one word without end, or a link. */
const NOWHERE = ["A".repeat(290), "https://maps.app.goo.gl/kX5bq1y8QmVn2mLw8"];

async function expectFits(page: Page, path: string) {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide, `${path} at ${width} pixels`).toBeLessThanOrEqual(width);
  }
}

for (const [what, { name, notes }] of Object.entries(TEXTS)) {
  test(`no page is wider than its screen with ${what}`, async ({ browser, page, contextOptions }) => {
    test.slow();
    const office = await person(browser, contextOptions);
    await signIn(office, "admin@roadsideatl.com");
    for (const address of NOWHERE) {
      await page.goto("/book/jump-start");
      await describeCar(page, address);
      await page.getByLabel("Your name").fill(name);
      await page.getByLabel("Anything we should know?").fill(notes);
      await review(page);
      await expectFits(page, new URL(page.url()).pathname + new URL(page.url()).search);
      const booked = await confirm(page);
      await expectFits(page, booked.path);
      for (const path of ["/admin/board", "/admin/bookings", `/admin/bookings/${booked.reference}`, `/admin/bookings/${booked.reference}/cancel`]) {
        await expectFits(office, path);
      }
    }
  });
}

test("an offer and a job with a long word are no wider than their screen", async ({ browser, page, contextOptions }) => {
  const driver = await person(browser, contextOptions);
  await signIn(driver, "luis@roadsideatl.com");
  // Far from where other journeys leave their drivers, who would be asked first.
  await onDutyAt(driver, "Sandy Springs");
  await page.goto("/book/jump-start");
  await describeCar(page, "33.9244, -84.3791");
  await page.getByLabel("Your name").fill("F".repeat(110));
  await page.getByLabel("Anything we should know?").fill("N".repeat(600));
  await review(page);
  const booked = await confirm(page);
  const offer = driver.locator('a[href^="/provider/offers/"]').first();
  await reloadUntil(driver, "/provider", () => offer.isVisible());
  await expectFits(driver, (await offer.getAttribute("href"))!);
  await driver.getByRole("button", { name: "Accept" }).first().click();
  await expect(driver).toHaveURL(/\/provider\/jobs\//);
  await expectFits(driver, new URL(driver.url()).pathname);
  await expectFits(page, booked.path);
});
