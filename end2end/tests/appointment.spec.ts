import { expect, test } from "@playwright/test";
import { confirm, describeCar, inDays, review } from "../support/booking";
import { person, signIn } from "../support/people";

test("a customer moves an appointment by its link, and staff see it at the new time", async ({ browser, contextOptions }) => {
  const [customer, staff] = [await person(browser, contextOptions), await person(browser, contextOptions)];
  await customer.goto("/book/jump-start");
  await describeCar(customer, "Piedmont Park");
  await customer.getByLabel("At a time I choose").check();
  await customer.getByLabel("Day").fill(inDays(3));
  await customer.getByLabel("Time", { exact: true }).fill("10:00");
  await review(customer);
  const { path, reference } = await confirm(customer);

  await customer.goto(path.replace("/track/", "/b/"));
  await customer.getByRole("link", { name: "Choose another time" }).click();
  await expect(customer.getByLabel("Time", { exact: true })).toHaveValue("10:00");
  await customer.getByLabel("Day").fill(inDays(4));
  await customer.getByLabel("Time", { exact: true }).fill("14:30");
  await customer.getByRole("button", { name: "Move the booking" }).click();
  await expect(customer.getByText(/Your booking is moved to .*2:30/)).toBeVisible();
  await expect(customer.getByText(reference).first()).toBeVisible();

  await signIn(staff, "dispatch@roadsideatl.com");
  await staff.goto(`/admin/bookings/${reference}`);
  await expect(staff.getByText("Moved", { exact: true })).toBeVisible();
  await staff.getByRole("link", { name: "Move", exact: true }).click();
  await staff.getByLabel("Time", { exact: true }).fill("16:00");
  await staff.getByRole("button", { name: "Move booking" }).click();
  await expect(staff.getByText(/Moved to .*4:00.* The customer is told\./)).toBeVisible();
});
