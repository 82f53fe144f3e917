import { type Page, expect } from "@playwright/test";

/** What a stranded driver types. Journeys run side by side: of two who book the same with one number, the second is asked whether they mean it. */
export const DRIVER = {
  vehicle: { Year: "2018", Color: "Blue", Make: "Honda", Model: "Civic" },
  name: "Jordan Lee",
  phone: `(404) 555-01${10 + Math.floor(Math.random() * 90)}`,
};

/** Fills in where the car is, the vehicle and whom to call. */
export async function describeCar(page: Page, place: string, destination?: string) {
  await page.getByLabel("Address, place or postcode").fill(place);
  if (destination) await page.getByLabel("Garage, home or any address").fill(destination);
  await page.getByLabel("Year").focus(); // leaves the address, so that a list of suggestions closes
  for (const [label, text] of Object.entries(DRIVER.vehicle)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByLabel("Your name").fill(DRIVER.name);
  await page.getByLabel("Phone").fill(DRIVER.phone);
}

/** Goes on to the price; where an address may mean several places, the first of them is meant. */
export async function review(page: Page) {
  await page.getByRole("button", { name: "Review and price" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /Review your booking|Which place is it/ })).toBeVisible();
  if (await page.getByRole("heading", { level: 1, name: "Which place is it?" }).isVisible()) {
    for (const group of await page.getByRole("group").all()) await group.getByRole("radio").first().check();
    await page.getByRole("button", { name: "Continue" }).click();
  }
  await expect(page.getByRole("heading", { level: 1, name: "Review your booking" })).toBeVisible();
}

/** The button that books: it asks first where the same is booked already. */
export const CONFIRM = /^(Confirm|Book another anyway)/;

/** Confirms and returns the path of the page that follows the booking, and its reference. */
export async function confirm(page: Page): Promise<{ path: string; reference: string }> {
  await page.getByRole("button", { name: CONFIRM }).click();
  await expect(page).toHaveURL(/\/track\//);
  const reference = (await page.getByText(/[A-Z]{2}-[A-Z0-9]{6}/).first().textContent())!.match(/[A-Z]{2}-[A-Z0-9]{6}/)![0];
  return { path: new URL(page.url()).pathname, reference };
}
