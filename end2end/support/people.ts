import { type Browser, type BrowserContextOptions, type Page, expect } from "@playwright/test";

/** Every demo account's password. */
const PASSWORD = "wayside-demo";

/** A person at a browser of their own: cookies aren't shared with anybody else in the journey. */
export async function person(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  return context.newPage();
}

/** Signs in through the form. */
export async function signIn(page: Page, email: string) {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await expect(page).not.toHaveURL(/sign-in/);
}

/** Brings a provider on duty at a place the gazetteer knows. */
export async function onDutyAt(provider: Page, place: string) {
  await provider.goto("/provider");
  const duty = provider.getByRole("switch", { name: "On duty" });
  if ((await duty.getAttribute("aria-checked")) !== "true") await duty.click();
  await provider.goto(`/provider?near=${encodeURIComponent(place)}`);
  await provider.getByRole("button", { name: /^I am at/ }).first().click();
  await expect(provider.getByText("You can get offers")).toBeVisible();
}

/** Opens a page until it shows what is waited for: what a person without JavaScript does, by pressing reload. */
export async function reloadUntil(page: Page, path: string, shows: () => Promise<boolean>) {
  await expect(async () => {
    await page.goto(path);
    expect(await shows()).toBe(true);
  }).toPass({ intervals: [200, 400, 800], timeout: 20_000 });
}
