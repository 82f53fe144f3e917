import { expect, test } from "@playwright/test";
import { person, signIn } from "../support/people";

/** Journeys run in parallel and need different callers. */
const PHONE = `(404) 555-02${10 + Math.floor(Math.random() * 90)}`;

test("staff book a tow for a caller at the price they tell them, and find the caller again", async ({ browser, contextOptions }, info) => {
  const script = info.project.use.javaScriptEnabled ?? true;
  const caller = `Casey ${info.project.name} ${Date.now()}`;
  const staff = await person(browser, contextOptions);
  await signIn(staff, "admin@roadsideatl.com");
  await staff.goto("/admin/board");
  await staff.getByRole("link", { name: "New booking" }).click();
  await expect(staff.getByRole("heading", { level: 1, name: "New booking" })).toBeVisible();

  if (script) await staff.waitForFunction(() => customElements.get("office-form"));

  // Another service asks for other things: at once, or after the button.
  const service = staff.getByLabel("What do they need?");
  await service.selectOption({ label: (await service.locator("option", { hasText: "Towing" }).textContent())! });
  if (!script) await staff.getByRole("button", { name: "Show the price" }).click();
  await staff.getByLabel("Tow to").fill("33.7748, -84.2963");
  await staff.getByLabel("Address, place or ZIP code").fill("33.7851, -84.3738");
  await staff.getByLabel("Name", { exact: true }).fill(caller);
  await staff.getByLabel("Phone", { exact: true }).fill(PHONE);
  for (const [label, text] of [["Year", "2018"], ["Make", "Honda"], ["Model", "Civic"]]) await staff.getByLabel(label, { exact: true }).fill(text);
  // At another price than the one shown it doesn't book, but shows the new one.
  await staff.getByRole("button", { name: /^(Show the price|Show the new price|Update|Book for .*)$/ }).last().click();

  // A mistake is shown beside its field, and nothing typed is lost.
  await staff.getByRole("button", { name: /^Book for \$/ }).click();
  await expect(staff.getByText("Please check what you entered")).toBeVisible();
  await expect(staff.getByLabel("Name", { exact: true })).toHaveValue(caller);
  await staff.getByLabel("Color").fill("Blue");
  await staff.getByLabel("Choose a provider next").check();
  const book = staff.getByRole("button", { name: /^Book for \$/ });
  const price = (await book.textContent())!.match(/\$[\d.]+/)![0];
  await book.click();
  await expect(staff.getByRole("heading", { level: 1, name: "Assign a provider" })).toBeVisible();
  await staff.getByRole("link", { name: "Back to the booking" }).click();
  await expect(staff.getByText(price).first()).toBeVisible();
  await expect(staff.getByText(`Approved by ${caller} on the phone`)).toBeVisible();
  const page = staff.url();

  // The same caller again: found by name, with place and vehicle.
  await staff.goto("/admin/bookings/new");
  if (script) await staff.waitForFunction(() => customElements.get("office-form"));
  await staff.getByLabel("Customer we know").fill(caller);
  if (!script) await staff.getByRole("button", { name: "Search" }).click();
  await staff.getByRole("button", { name: `Choose ${caller}` }).click();
  await expect(staff.getByLabel("Phone", { exact: true })).toHaveValue(PHONE);
  await expect(staff.getByLabel("Blue 2018 Honda Civic")).toBeChecked();
  await expect(staff.getByText("A place they had before")).toBeVisible();

  // They call again: it isn't needed any more. A search that went on would reach the providers of other journeys.
  await staff.goto(page);
  await staff.getByRole("link", { name: "Cancel booking" }).click();
  await staff.getByLabel("Reason").fill("The car runs again");
  await staff.getByRole("button", { name: "Cancel booking" }).click();
  await expect(staff.getByText("The booking is cancelled.")).toBeVisible();
});
