import { expect, test } from "@playwright/test";
import { operators, person, signIn } from "../support/people";

test("an operator acts as a customer for a reason, is marked as that, and stops", async ({ browser, contextOptions, baseURL }) => {
  const operator = await person(browser, {
    ...contextOptions,
    baseURL: operators(baseURL!),
  });
  await signIn(operator, "operator@wayside.localhost");
  await operator.getByRole("link", { name: "RoadSide ATL" }).first().click();
  await operator.getByLabel("Their e-mail").fill("ashley@example.com");
  await operator.getByLabel("Why").fill("Ticket 7: where is my booking?");
  await operator.getByRole("button", { name: "Get a link" }).click();
  await operator.getByRole("link", { name: /^Act as/ }).click();

  await expect(operator).toHaveURL(/roadside-atl\.localhost/);
  await operator.getByRole("button", { name: /^Continue as/ }).click();
  await expect(operator).toHaveURL(/\/account\/bookings/);
  const mark = operator.getByRole("status", { name: "You act as someone else" });
  await expect(mark).toContainText("Olivia Operator, you act as Ashley");
  await mark.getByRole("button", { name: "Stop" }).click();
  await expect(operator.getByText(/You no longer act as/)).toBeVisible();
  await expect(mark).toHaveCount(0);
});
