import { type Browser, type BrowserContextOptions, type Page, expect } from "@playwright/test";

/** Every demo account's password. */
const PASSWORD = "wayside-demo";

/** A person with a separate browser, so that cookies aren't shared within the journey. */
export async function person(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  return context.newPage();
}

/** The address of the operators' pages. */
export const operators = (baseURL: string) => baseURL.replace("roadside-atl.localhost", "operator.localhost");

/** Signs in through the form. */
export async function signIn(page: Page, email: string) {
  await typePassword(page, email, PASSWORD);
  await expect(page).not.toHaveURL(/sign-in/);
}

/** Submits the sign-in form, whatever the result. */
export async function typePassword(page: Page, email: string, password: string) {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
}

/** Opens the link in the last message to this address. */
export async function openLastLink(page: Page, to: string) {
  await page.goto(`/dev/mailbox?to=${encodeURIComponent(to)}`);
  await page.getByRole("link", { name: "Open the link" }).first().click();
}

/** The password of `newCustomer`. */
export const NEW_PASSWORD = "three words in a row";

/** Creates a separate account for a journey, signs in, and returns its e-mail. */
export async function newCustomer(page: Page, name: string): Promise<string> {
  const email = `${name.split(" ")[0].toLowerCase()}-${Date.now()}@example.com`;
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Phone").fill("(404) 555-0199");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "Check your inbox" })).toBeVisible();
  await openLastLink(page, email);
  await page.getByLabel("Password").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "My bookings" })).toBeVisible();
  return email;
}

/** Signs out, with the button on every account page. */
export async function signOut(page: Page) {
  await page.goto("/account/security");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("link", { name: "Sign in" }).first()).toBeVisible();
}

/** Puts a provider on duty at a place in the gazetteer. */
export async function onDutyAt(provider: Page, place: string) {
  await provider.goto("/provider");
  const duty = provider.getByRole("switch", { name: "On duty" });
  if ((await duty.getAttribute("aria-checked")) !== "true") await duty.click();
  await provider.goto(`/provider?near=${encodeURIComponent(place)}`);
  await provider.getByRole("button", { name: /^I'm at/ }).first().click();
  await expect(provider.getByText("You can get offers")).toBeVisible();
}

/** Reloads a page until it shows this, as a person without JavaScript does. */
export async function reloadUntil(page: Page, path: string, shows: () => Promise<boolean>) {
  await expect(async () => {
    await page.goto(path);
    expect(await shows()).toBe(true);
  }).toPass({ intervals: [200, 400, 800], timeout: 20_000 });
}
