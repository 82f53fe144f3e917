import { expect, test } from "@playwright/test";
import { openLastLink, person, signIn } from "../support/people";

test("somebody is invited, joins, is approved, and takes their data and leaves", async ({ browser, page: boss }, { project }) => {
  test.slow();
  const email = `wren-${Date.now()}@example.com`;
  await signIn(boss, "admin@roadsideatl.com");
  await boss.goto("/admin/invites");
  await boss.getByLabel("E-mail").fill(email);
  await boss.getByLabel("Role", { exact: true }).selectOption("provider");
  await boss.getByRole("button", { name: "Send invitation" }).click();
  await expect(boss.getByRole("row", { name: email })).toContainText("Pending");

  const wren = await person(browser, project.use);
  await openLastLink(wren, email);
  await wren.getByLabel("Your name").fill("Wren Hale");
  await wren.getByLabel("Phone").fill("(404) 555-0142");
  await wren.getByLabel("Password").fill("three quiet otters");
  await wren.getByLabel("Jump start").check();
  await wren.getByLabel("Where you are based").fill("Decatur");
  await wren.getByLabel("Your vehicle").fill("Grey Ram 2500");
  await wren.getByRole("button", { name: "Accept and continue" }).click();
  await expect(wren.getByText("Your account is waiting for approval")).toBeVisible();

  await boss.goto("/admin/providers?status=pending&q=wren");
  await boss.getByRole("link", { name: "Wren Hale" }).first().click();
  await boss.getByRole("button", { name: "Approve" }).click();
  await expect(boss.getByText("Wren Hale is approved and can go on duty.")).toBeVisible();
  await wren.goto("/provider");
  await expect(wren.getByRole("switch", { name: "On duty" })).toBeVisible();

  await wren.goto("/account/privacy");
  await wren.getByRole("link", { name: "Erase my account" }).click();
  await wren.getByLabel("Type “erase” to confirm").fill("erase");
  await wren.getByRole("button", { name: "Erase permanently" }).click();
  await expect(async () => {
    await wren.reload();
    await expect(wren.getByText("Complete", { exact: true })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await boss.goto(`/admin/people?q=${email}`);
  await expect(boss.getByText("No people found")).toBeVisible();
});
