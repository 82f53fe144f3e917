import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { PAGES } from "../support/pages";
import { operators, person, signIn } from "../support/people";

for (const { who, email, paths } of PAGES) {
  test(`the pages of ${who} are accessible in both themes`, async ({ page }) => {
    test.slow();
    if (email) await signIn(page, email);
    for (const path of paths) await expectAccessibleInBothThemes(page, path);
  });
}

test("the operators' pages are accessible in both themes", async ({ browser, contextOptions, baseURL }) => {
  test.slow();
  const operator = await person(browser, { ...contextOptions, baseURL: operators(baseURL!) });
  await expectAccessibleInBothThemes(operator, "/sign-in");
  await signIn(operator, "operator@wayside.localhost");
  for (const path of ["/operator", "/operator/tenants/new", "/operator/health", "/operator/log", "/operator/account"])
    await expectAccessibleInBothThemes(operator, path);
  await operator.goto("/operator");
  await operator.getByRole("link", { name: "RoadSide ATL" }).first().click();
  await expectAccessibleInBothThemes(operator, new URL(operator.url()).pathname);
});

test("what a list links to is accessible, too", async ({ page }) => {
  await signIn(page, "admin@roadsideatl.com");
  for (const list of ["/admin/bookings", "/admin/providers", "/admin/payouts", "/admin/services"]) {
    await page.goto(list);
    await page.getByRole("main").locator(`a[href^="${list}/"]`).first().click();
    await expect(page).toHaveURL(new RegExp(`${list}/`));
    await expectAccessible(page, page.url());
  }
});

/** Without motion: during a change of theme, colors belong to neither. */
async function expectAccessibleInBothThemes(page: Page, path: string) {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.goto(path);
    await expectAccessible(page, `${path}, ${colorScheme}`);
  }
}

/** axe finds no violation of WCAG 2.2 AA. The screen is as tall as the page, so that the bar at the bottom edge covers nothing. */
async function expectAccessible(page: Page, where: string) {
  const width = page.viewportSize()!.width;
  const height = await page.locator("html").evaluate((html) => html.scrollHeight);
  await page.setViewportSize({ width, height: height + 200 });
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  expect(found, where).toEqual([]);
}
