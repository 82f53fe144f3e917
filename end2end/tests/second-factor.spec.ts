import { expect, test } from "@playwright/test";
import { code, nextCode } from "../support/authenticator";
import { NEW_PASSWORD, newCustomer, signOut, typePassword } from "../support/people";

test("a second factor is set up, asked for, and replaced by a recovery code, each code once", async ({ page }) => {
  const email = await newCustomer(page, "Tomas Two");
  await page.goto("/account/second-factor");
  await page.getByRole("button", { name: "Set it up" }).click();
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  const key = (await page.locator("code.typed-key").textContent())!;
  await page.getByLabel("Code", { exact: true }).fill(code(key, Date.now()));
  await page.getByRole("button", { name: "Turn it on" }).click();
  await expect(page.getByRole("heading", { name: "Recovery codes" })).toBeVisible();
  const recovery = await page.getByRole("listitem").locator("code").allTextContents();
  expect(recovery).toHaveLength(10);
  const lefts = await page.locator(".recovery-codes li").evaluateAll((items) => items.map((item) => item.getBoundingClientRect().left));
  expect(new Set(lefts).size, "one under the other: beside each other they are too wide for the card").toBe(1);
  await page.getByRole("button", { name: "I wrote them down" }).click();

  const answer = async (typed: string) => {
    await page.getByLabel("Code", { exact: true }).fill(typed);
    await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  };
  const isRefused = () => expect(page.getByRole("alert")).toContainText("That code is wrong or was already used");

  await signOut(page);
  await typePassword(page, email, NEW_PASSWORD);
  await expect(page).toHaveURL(/\/sign-in\/code/);
  const next = nextCode(key);
  await answer(next);
  await expect(page.getByRole("heading", { name: "My bookings" })).toBeVisible();

  await signOut(page);
  await typePassword(page, email, NEW_PASSWORD);
  await answer(next);
  await isRefused();
  await answer(recovery[0]);
  await expect(page.getByText("9 of 10 are left")).toBeVisible();

  await signOut(page);
  await typePassword(page, email, NEW_PASSWORD);
  await answer(recovery[0]);
  await isRefused();
});
