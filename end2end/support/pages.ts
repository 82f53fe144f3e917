/** Pages by the person who opens them. */
export const PAGES = [
  {
    who: "anybody",
    email: undefined,
    paths: ["/", "/book", "/book/towing", "/book/jump-start", "/sign-in", "/sign-in/passkey", "/sign-in/phone", "/sign-up", "/reset", "/reset/sent", "/privacy", "/nowhere"],
  },
  { who: "a customer", email: "ashley@example.com", paths: ["/account/bookings", "/account/security", "/account/devices", "/account/passkeys", "/account/phone", "/account/second-factor", "/account/privacy", "/account/privacy/erase"] },
  { who: "a provider", email: "tanya@roadsideatl.com", paths: ["/provider", "/provider/jobs", "/provider/earnings"] },
  {
    who: "staff",
    email: "admin@roadsideatl.com",
    paths: ["/admin/board", "/admin/bookings", "/admin/bookings/new", "/admin/providers", "/admin/payments", "/admin/payouts", "/admin/services", "/admin/people", "/admin/invites", "/admin/settings", "/admin/settings?part=dispatch", "/admin/settings?part=money", "/admin/settings?part=roadside", "/admin/settings/sign-in", "/admin/audit"],
  },
];
