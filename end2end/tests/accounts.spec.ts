import { expect, test } from "@playwright/test";
import { openLastLink } from "../support/people";

test("somebody signs up by mail, sees the device, and chooses a new password", async ({ page }, info) => {
  const email = `nia-${info.project.name}-${Date.now()}@example.com`.toLowerCase().replaceAll(/[^a-z0-9@.-]/g, "-");
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Nia New");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Phone").fill("(404) 555-0199");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "Check your inbox" })).toBeVisible();

  await openLastLink(page, email);
  await page.getByLabel("Password").fill("qwertyuiop");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert")).toContainText("stolen passwords");
  await page.getByLabel("Password").fill("three words in a row");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "My bookings" })).toBeVisible();

  await page.getByRole("link", { name: "Devices" }).click();
  await expect(page.getByText("This device")).toBeVisible();
  await page.getByRole("link", { name: "Security" }).click();
  await page.getByLabel("Current password").fill("three words in a row");
  await page.getByLabel("New password").fill("four words in a row");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("status")).toContainText("Your password is changed");
});
