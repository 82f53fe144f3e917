import { expect, test } from "@playwright/test";
import { person, signIn } from "../support/people";

test("an administrator adds a service, prices it, moves it up, and a customer can book it", async ({ browser, contextOptions }, info) => {
  const name = `Winch-out ${info.project.name} ${Date.now()}`;
  const boss = await person(browser, contextOptions);
  await signIn(boss, "admin@roadsideatl.com");
  await boss.goto("/admin/services");
  await boss.getByRole("link", { name: "Add a service" }).click();
  await expect(boss.getByRole("heading", { level: 1, name: "Add a service" })).toBeVisible();

  // A mistake is shown beside its field, and nothing typed is lost.
  await boss.getByLabel("Name", { exact: true }).fill(name);
  await boss.getByLabel("Description").fill("Stuck in mud or snow? We pull you out.");
  await boss.getByRole("button", { name: "Add the service" }).click();
  await expect(boss.getByText("Please check what you entered")).toBeVisible();
  await expect(boss.getByLabel("Name", { exact: true })).toHaveValue(name);
  await boss.getByLabel("Expected minutes").fill("45");
  await boss.getByRole("button", { name: "Add the service" }).click();
  await expect(boss.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(boss.getByText("Needs a price")).toBeVisible();

  const customer = await person(browser, contextOptions);
  await customer.goto("/book");
  await expect(customer.getByRole("link", { name })).toHaveCount(0);

  await boss.getByLabel("Price", { exact: true }).fill("180.00");
  await boss.getByRole("button", { name: "Set the price" }).click();
  await expect(boss.getByText("Bookable")).toBeVisible();
  await boss.goto("/admin/services");
  await boss.getByRole("button", { name: `Move ${name} up` }).click();
  await expect(boss.getByText("Moved up.")).toBeVisible();

  await customer.goto("/book");
  await customer.getByRole("link", { name }).click();
  await expect(customer.getByRole("heading", { level: 1 })).toContainText(name);

  // The demo keeps its list.
  await boss.getByRole("link", { name, exact: true }).click();
  await boss.getByText("Archive", { exact: true }).click();
  await boss.getByRole("button", { name: "Archive the service" }).click();
  await expect(boss.getByRole("button", { name: "Restore" })).toBeVisible();
  await customer.goto("/book");
  await expect(customer.getByRole("link", { name })).toHaveCount(0);
});
