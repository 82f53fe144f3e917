import { expect, test } from "@playwright/test";
import { DRIVER, confirm, describeCar, review } from "../support/booking";
import { signIn } from "../support/people";

test("a rejected booking form comes back with everything that was typed, and says what is wrong", async ({ page }) => {
  await page.goto("/book/towing");
  await describeCar(page, "Piedmont Park", "Decatur");
  await page.getByLabel("Phone").fill("not a phone number");
  await page.getByLabel("Anything we should know?").fill("Level P2 & the gate code is <4711>");
  await page.getByRole("button", { name: "Review and price" }).click();

  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(page.getByLabel("Phone")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Phone")).toHaveValue("not a phone number");
  await expect(page.getByLabel("Address, place or ZIP code")).toHaveValue("Piedmont Park");
  await expect(page.getByLabel("Make", { exact: true })).toHaveValue(DRIVER.vehicle.Make);
  await expect(page.getByLabel("Anything we should know?")).toHaveValue("Level P2 & the gate code is <4711>");

  await page.getByLabel("Phone").fill(DRIVER.phone);
  await review(page);
});

test("going back from the price keeps what was typed", async ({ page }) => {
  await page.goto("/book/jump-start");
  await describeCar(page, "Piedmont Park");
  await review(page);
  await page.getByRole("link", { name: "Change details" }).click();
  await expect(page.getByLabel("Address, place or ZIP code")).toHaveValue(/^Piedmont Park/);
  await expect(page.getByLabel("Your name")).toHaveValue(DRIVER.name);
});

test("a place nobody knows can be booked, and says that a person will call", async ({ page }) => {
  await page.goto("/book/lockout");
  await describeCar(page, "behind the old barn with the red door");
  await review(page);
  await expect(page.getByText("We couldn't find this on the map").first()).toBeVisible();
  const { path } = await confirm(page);
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1, name: "Where exactly are you?" })).toBeVisible();
  await page.getByRole("link", { name: "Cancel booking" }).click();
  await page.getByRole("button", { name: "Cancel booking for free" }).click();
});

test("a wrong password keeps the e-mail, and signing in leads to where one was going", async ({ page }) => {
  await page.goto("/admin/payments");
  await expect(page).toHaveURL(/sign-in\?next=/);
  await page.getByLabel("E-mail").fill("admin@roadsideatl.com");
  await page.getByLabel("Password").fill("a wrong one");
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("E-mail or password is wrong.").first()).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue("admin@roadsideatl.com");
  await page.getByLabel("Password").fill("wayside-demo");
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/admin\/payments/);
});

test("the back office is not there for a customer", async ({ page }) => {
  await signIn(page, "ashley@example.com");
  const response = await page.goto("/admin/board");
  expect(response!.status()).toBe(404);
});

test("somebody else's tenant knows neither the account nor the booking", async ({ page, baseURL }) => {
  const elsewhere = baseURL!.replace("roadside-atl", "magic-city-tow");
  await signIn(page, "admin@roadsideatl.com");
  await page.goto("/admin/bookings");
  const reference = (await page.getByText(/^RA-[A-Z0-9]{6}$/).first().textContent())!;
  await page.goto(`${elsewhere}/sign-in`);
  await page.getByLabel("E-mail").fill("admin@magiccitytow.com");
  await page.getByLabel("Password").fill("wayside-demo");
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  const response = await page.goto(`${elsewhere}/admin/bookings/${reference}`);
  expect(response!.status()).toBe(404);
});
