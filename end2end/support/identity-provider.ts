import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** Somebody with an account at the provider, by the name they sign in with there. */
export type People = Record<string, { name: string; email: string; email_verified: boolean }>;

/** How the provider knows us. */
export const CLIENT = { id: "wayside", secret: "a-secret-that-nobody-else-knows-0123456789" };

/** An OpenID Connect provider on this machine. It demands PKCE, and tells names and e-mails at its userinfo endpoint alone. */
export async function identityProvider(callback: string, people: People) {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, listening));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [callback] }],
    claims: { email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    findAccount: (_: unknown, id: string) =>
      people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
  });
  server.on("request", provider.callback());
  return {
    issuer,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
