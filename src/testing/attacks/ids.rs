//! Other people's ids in otherwise valid requests.

use engine::Reference;
use uuid::Uuid;

use crate::testing::access::{Watched, functions};

/// Whether the value of a field is an id of one tenant.
fn names_a_thing(field: &str, value: &str) -> bool {
    // An attempt at a form is named by whoever opened it; it is nothing of a business.
    (field != "attempt" && value.parse::<Uuid>().is_ok())
        || value.parse::<Reference>().is_ok()
        || ["token", "draft"].iter().any(|secret| field.ends_with(secret))
}

/// The access table tries requests in which every id is another tenant's. Here only one id is replaced at a time: our job with their provider, our
/// payment received by one of their people.
#[tokio::test]
async fn one_foreign_id_among_own_ones_is_refused() {
    let mut watched = Watched::new().await;
    let mut exchanged = 0;
    for line in functions().into_iter().filter(|line| line.host.is_none()) {
        let person = line.may[0];
        let call = (line.prepare)(&watched.world.ours, person).await;
        let foreign = (line.prepare)(&watched.world.theirs, person).await;
        watched.changes().await;
        for (field, value) in &foreign.fields {
            let known = call.fields.iter().position(|(name, own)| name == field && own != value);
            let Some(position) = known.filter(|_| names_a_thing(field, value)) else { continue };
            let mut fields = call.fields.clone();
            fields[position].1.clone_from(value);
            let mut browser = watched.browser(person, &call, true);
            let reply = browser.call(&format!("/api/{}", line.endpoint), &fields).await;
            exchanged += 1;
            let what = format!("{} with their {field}", line.endpoint);
            if ![403, 404, 409, 422].contains(&reply.status.as_u16()) {
                watched.complain(format!("{what}: {} {:.200}", reply.status, reply.html));
            }
            watched.nothing_changed(&what).await;
        }
    }
    assert!(exchanged > 20, "{exchanged} ids were exchanged");
    watched.done(&format!("{exchanged} ids exchanged")).await;
}
