import { expect, test } from "@playwright/test";
import { person, signIn } from "../support/people";

test("a change is found in the audit log, with who made it and without what is personal", async ({ browser, page: boss }, { project }) => {
  const stranger = await person(browser, project.use);
  await stranger.goto("/sign-in");
  await stranger.getByLabel("E-mail").fill("ashley@example.com");
  await stranger.getByLabel("Password").fill("not the password");
  await stranger.getByRole("button", { name: "Sign in" }).click();
  await expect(stranger.getByRole("alert")).toContainText("E-mail or password is wrong.");

  await signIn(boss, "admin@roadsideatl.com");
  await boss.goto("/admin/audit");
  await boss.getByLabel("Person (e-mail)").fill("ashley@example.com");
  await boss.getByLabel("Action").selectOption("sign_in_failed");
  await boss.getByRole("button", { name: "Filter" }).click();
  const failed = boss.getByRole("row").filter({ hasText: "Sign-in failed" }).first();
  await expect(failed).toContainText("Guest");
  await expect(boss.getByRole("table")).not.toContainText("ashley@example.com");

  const file = boss.waitForEvent("download");
  await boss.getByRole("link", { name: "Export CSV" }).click();
  expect((await file).suggestedFilename()).toMatch(/^audit-\d{4}-\d{2}-\d{2}\.csv$/);
  await boss.goto("/admin/audit?action=export");
  await expect(boss.getByRole("row").filter({ hasText: "File: audit-" }).first()).toBeVisible();
});
