import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The owner's database URL of the server under test: passed by bin/test, or in a file written by bin/dev. */
const database = () => process.env.DATABASE_OWNER_URL ?? readFileSync("../.wayside/database-owner-url", "utf8").trim();

function run(sql: string) {
  execFileSync(process.env.PSQL ?? "psql", [database(), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"], { input: sql, stdio: ["pipe", "ignore", "inherit"] });
}

/** Texts that break layouts: no place to wrap, right-to-left, stacked marks and emoji. */
const PIECES = ["F", "محمدعبدالرحمن5", "Z\u0323\u0335\u0301o\u0327\u0301\u0302", "👩\u200d👩\u200d👧🏳️\u200d🌈"];

/** Every column that people can fill, with its maximum number of characters. */
const COLUMNS: Record<string, Record<string, number>> = {
  users: { name: 120, status_reason: 500 },
  customers: { name: 120 },
  customer_vehicles: { make: 40, model: 40, color: 30, plate: 12 },
  providers: { name: 120, vehicle: 120, address: 200, status_reason: 500 },
  services: { name: 60, description: 400 },
  bookings: { contact_name: 120, address: 300, notes: 1000, cancellation_reason: 500 },
  booking_events: { actor_name: 120, note: 300 },
  roadside_bookings: { vehicle_make: 40, vehicle_model: 40, vehicle_color: 30, vehicle_plate: 12, destination_address: 300 },
  jobs: { address: 300, destination_address: 300, outcome: 500 },
  dispatch_decisions: { decided_by: 120, reason: 500 },
  assignments: { end_reason: 300 },
  quotes: { approved_by: 120 },
  quote_lines: { label: 120 },
  reviews: { comment: 2000 },
  payments: { note: 300 },
  payouts: { note: 300 },
  staff_alerts: { message: 500 },
};

/** E-mail columns that aren't used to sign in: filled with the longest possible addresses. */
const EMAILS = ["customers", "providers"];

/** Fills a demo tenant with the longest names and texts, a different kind in each row. */
export function fillWithLongTexts(slug: string) {
  const pieces = PIECES.map((piece) => `'${piece}'`).join(", ");
  const text = (length: number) => `left(repeat((array[${pieces}])[1 + nth % ${PIECES.length}], ${length}), ${length})`;
  const updates = Object.entries(COLUMNS).map(([table, columns]) => {
    const set = Object.entries(columns).map(([name, length]) => `${name} = ${text(length)}`);
    return `update ${table} t set ${set.join(", ")} from (select ctid, row_number() over (order by ctid) - 1 as nth from ${table}) n where t.ctid = n.ctid;`;
  });
  const emails = EMAILS.map((table) => `update ${table} set email = left(repeat('e', 60) || md5(id::text), 64) || '@' || repeat('d', 60) || '.example.com';`);
  run(`begin;
    update platform.tenants set name = repeat('B', 80), tagline = repeat('T', 120), coverage = repeat('C', 300) where slug = '${slug}';
    select set_config('app.tenant_id', id::text, true) from platform.tenants where slug = '${slug}';
    ${updates.join("\n")}
    ${emails.join("\n")}
    commit;`);
}
