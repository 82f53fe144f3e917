import { type Page, expect } from "@playwright/test";

/** The form of a stranded driver. Journeys run in parallel and need different phone numbers, or the second is asked about a duplicate. */
export const DRIVER = {
  vehicle: { Year: "2018", Color: "Blue", Make: "Honda", Model: "Civic" },
  name: "Jordan Lee",
  phone: `(404) 555-01${10 + Math.floor(Math.random() * 90)}`,
};

/** Fills in the location, the vehicle and the contact. */
export async function describeCar(page: Page, place: string, destination?: string) {
  await page.getByLabel("Address, place or ZIP code").fill(place);
  if (destination) await page.getByLabel("Garage, home or any address").fill(destination);
  await page.getByLabel("Year").focus(); // moves the focus, so that the list of suggestions closes
  for (const [label, text] of Object.entries(DRIVER.vehicle)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByLabel("Your name").fill(DRIVER.name);
  await page.getByLabel("Phone").fill(DRIVER.phone);
}

/** Continues to the price; chooses the first place if an address is ambiguous. */
export async function review(page: Page) {
  await page.getByRole("button", { name: "Review and price" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /Review your booking|Which place is it/ })).toBeVisible();
  if (await page.getByRole("heading", { level: 1, name: "Which place is it?" }).isVisible()) {
    for (const group of await page.getByRole("group").all()) await group.getByRole("radio").first().check();
    await page.getByRole("button", { name: "Continue" }).click();
  }
  await expect(page.getByRole("heading", { level: 1, name: "Review your booking" })).toBeVisible();
}

/** The button that books, also when it warns about a duplicate. */
export const CONFIRM = /^(Confirm|Book another anyway)/;

/** Confirms; returns the path of the tracking page, and the reference. */
export async function confirm(page: Page): Promise<{ path: string; reference: string }> {
  await page.getByRole("button", { name: CONFIRM }).click();
  await expect(page).toHaveURL(/\/track\//);
  const reference = (await page.getByText(/[A-Z]{2}-[A-Z0-9]{6}/).first().textContent())!.match(/[A-Z]{2}-[A-Z0-9]{6}/)![0];
  return { path: new URL(page.url()).pathname, reference };
}

/** A day so many days from today, as a date field takes it. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}
