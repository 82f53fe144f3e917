import { expect, test } from "@playwright/test";
import { confirm, describeCar, inDays, review } from "../support/booking";
import { person, reloadUntil, signIn } from "../support/people";

test("staff propose a price for more work, and the customer approves it by the link", async ({ browser, contextOptions }) => {
  const [customer, staff] = [await person(browser, contextOptions), await person(browser, contextOptions)];
  await customer.goto("/book/jump-start");
  await describeCar(customer, "Piedmont Park");
  await customer.getByLabel("At a time I choose").check();
  await customer.getByLabel("Day").fill(inDays(5));
  await customer.getByLabel("Time", { exact: true }).fill("09:00");
  await review(customer);
  const { path, reference } = await confirm(customer);

  await signIn(staff, "dispatch@roadsideatl.com");
  await staff.goto(`/admin/bookings/${reference}`);
  await staff.getByRole("link", { name: "Add to the price" }).click();
  await staff.getByLabel("Price").fill("90");
  await staff.getByLabel("Time to answer").selectOption("4 hours");
  await staff.getByLabel("What for?").fill("New battery");
  await staff.getByRole("button", { name: "Ask the customer" }).click();
  await expect(staff.getByText("Proposed. The customer is asked.")).toBeVisible();

  await customer.goto(path.replace("/track/", "/b/"));
  await expect(customer.getByRole("heading", { name: "Do you approve this price?" })).toBeVisible();
  await customer.getByRole("button", { name: /^Approve \$/ }).click();
  await expect(customer.getByText("Approved. Thank you.")).toBeVisible();
  await reloadUntil(staff, `/admin/bookings/${reference}`, async () => staff.getByText("Price approved").isVisible());

  await customer.goto(`${path.replace("/track/", "/b/")}/cancel`);
  await customer.getByRole("button", { name: "Cancel booking for free" }).click();
  await expect(customer.getByText("Your booking is cancelled.")).toBeVisible();
});
