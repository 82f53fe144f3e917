import { type Page, expect, test } from "@playwright/test";
import { confirm, describeCar, review } from "../support/booking";
import { onDutyAt, person, reloadUntil, signIn } from "../support/people";
import { fillWithLongTexts } from "../support/texts";

/** Texts that break layouts: no place to wrap, right-to-left, stacked marks. */
const TEXTS = {
  "one long word": { name: "F".repeat(110), notes: "N".repeat(600) },
  "a name from right to left": { name: "محمد عبد الرحمن الطويل 5", notes: "السيارة الزرقاء (الباب 7)" },
  "marks upon marks": { name: "Z\u0323\u0335\u0301oë\u0327\u0301\u0302 " + "🏳️‍🌈".repeat(12), notes: "x\u0301".repeat(200) },
};

/** Addresses without a place: one long word, or a link. */
const NOWHERE = ["A".repeat(290), "https://maps.app.goo.gl/kX5bq1y8QmVn2mLw8"];

/** The page is no wider than any screen, from the narrowest phone to a desktop. */
async function expectFits(page: Page, path: string) {
  await page.goto(path);
  for (const width of [1280, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    const [wide, widest] = await page.evaluate(widestElement);
    expect.soft(wide, `${path} at ${width} pixels: ${widest}`).toBeLessThanOrEqual(width);
  }
}

/** The page's width, and the innermost elements that overflow the screen. */
function widestElement(): [number, string] {
  const screen = document.documentElement.clientWidth;
  const sticksOut = (element: Element) => element.getBoundingClientRect().right > screen + 1 || element.scrollWidth > screen;
  const last = [...document.body.querySelectorAll("*")].filter(sticksOut).at(-1);
  return [document.documentElement.scrollWidth, last ? `${last.outerHTML.slice(0, 80)} ${last.textContent.trim().slice(0, 40)}` : ""];
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
  // Far from the drivers of other journeys, who would be asked first.
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

test("no page of a business full of endless words is wider than its screen", async ({ browser, contextOptions, baseURL }) => {
  test.slow();
  fillWithLongTexts("magic-city-tow");
  const there = { ...contextOptions, baseURL: baseURL!.replace("roadside-atl", "magic-city-tow") };
  const guest = await person(browser, there);
  for (const path of ["/", "/book", "/book/towing", "/sign-in", "/sign-up", "/privacy", "/nowhere"]) await expectFits(guest, path);
  await guest.goto("/book/jump-start");
  await describeCar(guest, "Railroad Park, Birmingham");
  for (const label of ["Make", "Model"]) await guest.getByLabel(label, { exact: true }).fill("M".repeat(40));
  await review(guest);
  await expectFits(guest, guest.url());
  const booked = await confirm(guest);
  for (const path of [booked.path, booked.path.replace("/track/", "/b/"), `${booked.path.replace("/track/", "/b/")}/cancel`]) await expectFits(guest, path);

  const office = await person(browser, there);
  await signIn(office, "admin@magiccitytow.com");
  for (const path of ["/admin/board", "/admin/invites", "/admin/settings", "/admin/settings/sign-in", "/admin/audit", "/admin/payments"]) await expectFits(office, path);
  for (const list of ["bookings", "providers", "services", "people", "payouts"]) {
    await expectFits(office, `/admin/${list}`);
    for (const path of await linksOf(office, new RegExp(`^/admin/${list}/[^/?]+(\\?.*)?$`))) await expectFits(office, path);
  }
  for (const booking of await linksOn(office, "/admin/bookings", /^\/admin\/bookings\/[A-Z-0-9]+$/)) {
    for (const page of ["assign", "cancel"]) await expectFits(office, `${booking}/${page}`);
    for (const customer of await linksOn(office, booking, /^\/admin\/customers\//)) {
      await expectFits(office, customer);
      await expectFits(office, `${customer}/erase`);
    }
  }

  const driver = await person(browser, there);
  await signIn(driver, "dwight@magiccitytow.com");
  for (const path of ["/provider", "/provider/jobs", "/provider/earnings"]) await expectFits(driver, path);
  for (const job of await linksOn(driver, "/provider/jobs", /^\/provider\/jobs\//)) await expectFits(driver, job);

  const customer = await person(browser, there);
  await signIn(customer, "nora@example.com");
  for (const path of ["/account/bookings", "/account/security", "/account/privacy/erase"]) await expectFits(customer, path);
  for (const booking of await linksOn(customer, "/account/bookings", /^\/account\/bookings\//)) await expectFits(customer, booking);
});

/** The distinct targets of matching links on a page. */
async function linksOf(page: Page, wanted: RegExp): Promise<string[]> {
  const hrefs = await page.getByRole("main").locator("a[href]").evaluateAll((links) => links.map((link) => link.getAttribute("href")!));
  const found = [...new Set(hrefs)].filter((href) => wanted.test(href));
  expect(found, page.url()).not.toEqual([]);
  return found;
}

async function linksOn(page: Page, path: string, wanted: RegExp): Promise<string[]> {
  await page.goto(path);
  return linksOf(page, wanted);
}
