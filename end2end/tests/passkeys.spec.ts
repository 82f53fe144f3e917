import { expect, test } from "@playwright/test";
import { newCustomer, signOut } from "../support/people";

test("a passkey is added, signs in without a password, and is removed", async ({ page }) => {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await newCustomer(page, "Pia Pass");
  await page.goto("/account/passkeys");
  await page.getByLabel("Name").fill("My phone");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const row = page.getByRole("row", { name: "My phone" });
  await expect(row).toContainText("Not yet");

  await signOut(page);
  await page.goto("/sign-in?next=/account/passkeys");
  await page.getByRole("link", { name: "Sign in with a passkey" }).click();
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page).toHaveURL(/\/account\/passkeys/);
  await expect(row).not.toContainText("Not yet");

  await row.getByRole("button", { name: "Remove" }).click();
  await expect(row).toHaveCount(0);
  await signOut(page);
  await page.goto("/sign-in/passkey");
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page.getByRole("status")).toContainText(/passkey/i);
  await expect(page).toHaveURL(/\/sign-in\/passkey/);
});
