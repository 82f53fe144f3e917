import { expect, test, type Page } from "@playwright/test";
import { CLIENT, identityProvider } from "../support/identity-provider";
import { newCustomer, person, signIn } from "../support/people";

test("people sign in with an account elsewhere, linked only by an e-mail that is verified there", async ({ browser, page: admin, baseURL }, { project }) => {
  test.slow();
  const slug = `elsewhere-${Date.now()}`;
  const elsewhere = `nora-${Date.now()}@example.com`;
  const known = await newCustomer(await person(browser, project.use), "Ken Known");
  const provider = await identityProvider(`${baseURL}/sign-in/with/${slug}/callback`, {
    nora: { name: "Nora Elsewhere", email: elsewhere, email_verified: true },
    ken: { name: "Ken at home", email: known, email_verified: true },
    mallory: { name: "Mallory", email: "ashley@example.com", email_verified: false },
  });

  await signIn(admin, "admin@roadsideatl.com");
  await admin.goto("/admin/settings/sign-in");
  await admin.getByLabel("Name on the button").last().fill(slug);
  await admin.getByLabel("Name in addresses").last().fill(slug);
  await admin.getByLabel("Issuer").last().fill(provider.issuer);
  await admin.getByLabel("Client ID").last().fill(CLIENT.id);
  await admin.getByLabel("Client secret").last().fill(CLIENT.secret);
  await admin.getByLabel("Offer it on the sign-in page").last().check();
  await admin.getByRole("button", { name: "Add", exact: true }).click();
  await expect(admin.getByRole("heading", { name: slug })).toBeVisible();

  const at = async (login: string): Promise<Page> => {
    const page = await person(browser, project.use);
    await page.goto("/sign-in?next=/account/security");
    const asked = page.waitForRequest((request) => request.url().startsWith(`${provider.issuer}/auth?`));
    await page.getByRole("link", { name: `Sign in with ${slug}` }).click();
    const query = new URL((await asked).url()).searchParams;
    expect(query.get("code_challenge_method")).toBe("S256");
    for (const secret of ["code_challenge", "nonce", "state"]) expect(query.get(secret)).toMatch(/.{16}/);
    await page.getByPlaceholder("Enter any login").fill(login);
    await page.getByPlaceholder("and password").fill("any");
    await page.getByRole("button", { name: "Sign-in" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(page).toHaveURL(new RegExp(baseURL!));
    return page;
  };
  try {
    const nora = await at("nora");
    await expect(nora.getByText(elsewhere)).toBeVisible();
    await expect(nora.getByRole("heading", { name: "Choose a password" })).toBeVisible();
    // People without a password prove their identity at the provider, which asks them to sign in again.
    await nora.goto(`/sign-in/with/${slug}?fresh=true&next=/account/devices`);
    await nora.getByPlaceholder("Enter any login").fill("nora");
    await nora.getByPlaceholder("and password").fill("any");
    await nora.getByRole("button", { name: "Sign-in" }).click();
    await expect(nora).toHaveURL(/\/account\/devices$/);
    const ken = await at("ken");
    await expect(ken.getByText(known)).toBeVisible();
    await expect(ken.getByLabel("Current password")).toBeVisible();
    const mallory = await at("mallory");
    await expect(mallory.getByText("Your e-mail address isn't confirmed there.")).toBeVisible();
    await mallory.goto("/account/security");
    await expect(mallory).toHaveURL(/\/sign-in\?/);
  } finally {
    provider.close();
  }
});
