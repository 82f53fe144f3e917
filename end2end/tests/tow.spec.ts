import { expect, test } from "@playwright/test";
import { CONFIRM, confirm, describeCar, review } from "../support/booking";
import { onDutyAt, person, reloadUntil, signIn } from "../support/people";

const PROVIDER = "marcus@roadsideatl.com";

test("a stranded driver books a tow, the nearest provider does it, staff confirm the cash and pay the provider out", async ({
  browser,
  contextOptions,
}, info) => {
  const script = info.project.use.javaScriptEnabled ?? true;
  const [customer, provider, staff] = [
    await person(browser, contextOptions),
    await person(browser, contextOptions),
    await person(browser, contextOptions),
  ];
  await signIn(provider, PROVIDER);
  await onDutyAt(provider, "Piedmont Park");

  // The customer sees the price before committing.
  await customer.goto("/");
  await customer.getByRole("link", { name: /Get help now/ }).first().click();
  await customer.getByRole("link", { name: /Towing/ }).click();
  await describeCar(customer, "Piedmont Park", "Decatur");
  await review(customer);
  await expect(customer.getByText("$125.00").first()).toBeVisible();
  const confirmButton = await customer.getByRole("button", { name: CONFIRM }).textContent();
  expect(confirmButton).toMatch(/\$1\d\d\.\d\d/);
  const { path, reference } = await confirm(customer);

  // The provider accepts on a phone.
  await reloadUntil(provider, "/provider", () => provider.getByRole("link", { name: "See the offer" }).isVisible());
  await provider.getByRole("link", { name: "See the offer" }).click();
  await expect(provider.getByText("You'll see the exact address")).toBeVisible();
  await provider.getByRole("button", { name: "Accept" }).click();
  await expect(provider.getByText(reference)).toBeVisible();
  await expect(provider.getByRole("link", { name: /Jordan/ }).or(provider.getByText("Jordan")).first()).toBeVisible();

  // The customer's page shows it: live, or after a reload without scripts.
  const told = customer.getByRole("heading", { level: 1, name: /Marcus/ });
  if (script) await expect(told).toBeVisible();
  else await reloadUntil(customer, path, () => told.isVisible());

  for (const step of ["I'm on my way", "I have arrived", "Start the work"]) {
    await provider.getByRole("button", { name: step }).click();
  }
  await provider.getByRole("button", { name: "Done" }).click();
  await provider.getByLabel("Miles driven with the vehicle").fill("6.0");
  if (script) await expect(provider.getByLabel("Price for these miles")).toContainText("$155.73");
  await provider.getByRole("button", { name: "Complete job" }).click();
  await expect(provider.getByText("Job complete. You earned $100.10.")).toBeVisible();
  await provider.goto("/provider/earnings");
  await expect(provider.getByText(reference).first()).toBeVisible();

  // Staff confirm the money and pay the provider out.
  await signIn(staff, "admin@roadsideatl.com");
  await staff.goto(`/admin/bookings/${reference}`);
  await expect(staff.getByText("$155.73").first()).toBeVisible();
  await staff.goto("/admin/payments");
  const payment = staff.getByRole("row").filter({ hasText: reference });
  await payment.getByRole("button", { name: /^Confirm / }).click();
  await payment.getByLabel("Who received the cash?").selectOption({ label: "The office" });
  await payment.getByRole("button", { name: "Confirm payment" }).click();
  await staff.goto(`/admin/bookings/${reference}`);
  await expect(staff.getByText(/Confirmed/).first()).toBeVisible();

  await staff.goto("/admin/payouts");
  await staff.getByRole("row").filter({ hasText: "Marcus Johnson" }).getByRole("link", { name: "Review payout" }).click();
  await expect(staff.getByText(reference)).toBeVisible();
  await staff.getByRole("button", { name: "Create payout" }).click();
  await staff.getByRole("button", { name: "Mark as paid" }).click();
  await expect(staff.getByText("Paid", { exact: true }).first()).toBeVisible();
  await provider.goto("/provider/earnings");
  await expect(provider.getByRole("link").filter({ hasText: reference })).toContainText("Paid out");

  // The customer rates, once.
  await customer.goto(path.replace("/track/", "/b/"));
  // eslint-disable-next-line playwright/no-force-option -- the radio button lies under the star that is drawn for it
  await customer.getByLabel(/^5 stars/).check({ force: true });
  await customer.getByLabel("Anything to add?").fill("Quick and careful.");
  await customer.getByRole("button", { name: "Send review" }).click();
  await expect(customer.getByText("Quick and careful.")).toBeVisible();
});

test("a customer cancels while nobody is on the way, for free, and the provider reads so", async ({ browser, contextOptions }) => {
  const customer = await person(browser, contextOptions);
  const provider = await person(browser, contextOptions);
  await signIn(provider, PROVIDER);
  await onDutyAt(provider, "Piedmont Park");
  await customer.goto("/book/jump-start");
  await describeCar(customer, "Piedmont Park");
  await review(customer);
  await confirm(customer);
  await reloadUntil(provider, "/provider", () => provider.getByRole("link", { name: "See the offer" }).isVisible());
  await provider.getByRole("link", { name: "See the offer" }).click();
  await expect(provider.getByRole("button", { name: "Accept" })).toBeVisible();
  const offer = new URL(provider.url()).pathname;

  await customer.getByRole("link", { name: "Cancel booking" }).click();
  await expect(customer.getByRole("heading", { name: "Cancel this booking?" })).toBeVisible();
  await customer.getByRole("button", { name: "Cancel booking for free" }).click();
  await expect(customer.getByText(/cancelled/i).first()).toBeVisible();

  // The offer's page also updates live: a navigation that it interrupts is retried.
  await reloadUntil(provider, offer, () => provider.getByText("The customer cancelled").first().isVisible());
});
