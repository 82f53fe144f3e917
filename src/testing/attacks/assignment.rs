//! Mass assignment: extra fields that no form has, such as a role, an owner, a price.

use crate::testing::access::{Watched, functions};

/// Fields that an attacker would like to set.
const WISHES: [(&str, &str); 22] = [
    ("id", "00000000-0000-7000-8000-000000000001"),
    ("tenant", "00000000-0000-7000-8000-000000000001"),
    ("tenant_id", "00000000-0000-7000-8000-000000000001"),
    ("user", "00000000-0000-7000-8000-000000000001"),
    ("user_id", "00000000-0000-7000-8000-000000000001"),
    ("role", "admin"),
    ("roles", "admin"),
    ("is_admin", "true"),
    ("status", "active"),
    ("phase", "completed"),
    ("state", "approved"),
    ("email_verified_at", "2020-01-01T00:00:00Z"),
    ("password_hash", "x"),
    ("amount", "1"),
    ("total_amount", "1"),
    ("ceiling_amount", "1"),
    ("base_amount", "1"),
    ("commission_rate", "10000"),
    ("confirmed_by", "00000000-0000-7000-8000-000000000001"),
    ("created_at", "2020-01-01T00:00:00Z"),
    ("form[role]", "admin"),
    ("form[status]", "active"),
];

#[tokio::test]
async fn fields_that_no_form_has_change_nothing() {
    let mut watched = Watched::new().await;
    for line in functions() {
        let person = line.may[0];
        let mut changed = Vec::new();
        let mut risen = Vec::new();
        for wishes in [&[][..], &WISHES[..]] {
            let mut call = (line.prepare)(&watched.world.ours, person).await;
            let known: Vec<String> = call.fields.iter().map(|(name, _)| name.clone()).collect();
            let added = wishes.iter().filter(|(name, _)| !known.iter().any(|field| field == name));
            call.fields.extend(added.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            watched.changes().await;
            let before = watched.world.ours.privileged().await;
            let reply = watched.call(line.endpoint, person, &call, true).await;
            watched.expect(line.endpoint, person, 200, reply);
            changed.push(watched.changes().await);
            risen.push(watched.world.ours.privileged().await - before);
        }
        if risen[1] != risen[0] {
            watched.complain(format!(
                "{} makes {} accounts more than customers, not {}",
                line.endpoint, risen[1], risen[0]
            ));
        }
        if changed[1].iter().any(|table| !changed[0].contains(table)) {
            watched.complain(format!("{} changes {:?}, with more fields {:?}", line.endpoint, changed[0], changed[1]));
        }
    }
    watched.done("with more fields").await;
}
