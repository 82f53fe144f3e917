import { type Page, expect, test } from "@playwright/test";
import { HtmlValidate } from "html-validate";
import { describeCar, confirm, review } from "../support/booking";
import { PAGES } from "../support/pages";
import { operators, person, signIn } from "../support/people";

/** Exceptions from the recommended rules, and why. See docs/decisions/0029-valid-html.md. */
const VALIDATOR = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y", "html-validate:document"],
  rules: {
    // Generated, so its formatting doesn't matter.
    "attr-quotes": "off",
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    "void-style": "off",
    "long-title": "off",
    "tel-non-breaking": "off",
    // Tables that become cards on a phone repeat their roles, because some browsers drop them.
    "no-redundant-role": "off",
    // Lists of steps may have a name.
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
    // Suggestions below a text field can't be a `select`.
    "prefer-native-element": "off",
    // The back office has one head for phones and one for desktops; only one is displayed.
    "unique-landmark": "off",
    // Without scripts the tracking page reloads every minute, because its content changes.
    "meta-refresh": "off",
    // Our own host.
    "require-sri": "off",
  },
});

/** Errors in the page's HTML as the server sent it. */
async function faults(page: Page, path: string): Promise<string[]> {
  const response = await page.goto(path);
  const html = withoutMarks(await response!.text());
  const { results } = await VALIDATOR.validateString(html);
  return results.flatMap(({ messages, source }) =>
    messages.map(({ ruleId, message, offset }) => `${path}: ${ruleId}: ${message}: ${(source ?? html).slice(Math.max(0, offset - 40), offset + 60)}`),
  );
}

/** Leptos adds markers between the texts of an island. */
const withoutMarks = (html: string) => html.replaceAll("<!>", "");

/** The pattern of an address: pages with the same pattern come from the same code. */
const shape = (path: string) =>
  path.replace(/\?.*/, "?").replace(/[0-9a-f-]{36}/g, "{id}").replace(/[A-Z]{2}-[A-Z0-9]{6}/g, "{reference}");

/** Visits the pages and the pages they link to, two of each pattern. */
async function faultsFrom(page: Page, starts: string[], within: RegExp): Promise<string[]> {
  const found: string[] = [];
  const seen = new Map<string, number>();
  const known = new Set(starts);
  for (const path of known) {
    const times = seen.get(shape(path)) ?? 0;
    if (times === 2) continue;
    seen.set(shape(path), times + 1);
    found.push(...(await faults(page, path)));
    const links = await page.locator("a[href^='/']").evaluateAll((links) => links.map((link) => link.getAttribute("href")!.replace(/#.*/, "")));
    for (const link of links) if (within.test(link) && !/\.(csv|json)/.test(link)) known.add(link);
  }
  expect(seen.size, "pages of different shapes").toBeGreaterThanOrEqual(starts.length);
  return found;
}

const WITHIN: Record<string, RegExp> = {
  anybody: /^\/(book|sign|reset|privacy|$)/,
  "a customer": /^\/account/,
  "a provider": /^\/provider/,
  staff: /^\/admin/,
};

for (const { who, email, paths } of PAGES) {
  test(`the pages of ${who} are valid HTML`, async ({ page }) => {
    test.slow();
    if (email) await signIn(page, email);
    expect(await faultsFrom(page, paths, WITHIN[who])).toEqual([]);
  });
}

test("the pages of a booking are valid HTML", async ({ page }) => {
  await page.goto("/book/jump-start");
  await describeCar(page, "Piedmont Park");
  await review(page);
  const found = await faults(page, page.url());
  const { path } = await confirm(page);
  const managed = path.replace("/track/", "/b/");
  for (const next of [path, managed, `${managed}/cancel`]) found.push(...(await faults(page, next)));
  expect(found).toEqual([]);
});

test("the operators' pages are valid HTML", async ({ browser, contextOptions, baseURL }) => {
  const operator = await person(browser, { ...contextOptions, baseURL: operators(baseURL!) });
  const found = await faults(operator, "/sign-in");
  await signIn(operator, "operator@wayside.localhost");
  found.push(...(await faultsFrom(operator, ["/operator"], /^\/operator/)));
  expect(found).toEqual([]);
});
