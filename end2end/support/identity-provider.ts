import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** A person's account at the provider, by their sign-in name there. */
export type People = Record<string, { name: string; email: string; email_verified: boolean }>;

/** Our client at the provider. */
export const CLIENT = { id: "wayside", secret: "a-secret-that-nobody-else-knows-0123456789" };

/** An OpenID Connect provider on this machine. It requires PKCE, and returns names and e-mails only from its userinfo endpoint. */
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
