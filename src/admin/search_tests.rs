use engine::Id;

use super::store::bookings::{Filter, Listed, Narrowed, SearchTerms};
use crate::{
    db::paging::Cursor,
    tenants::Tenant,
    testing::{Booked, TestApp, begin, booking, service, tenant},
    ui::Sort,
};

/// A person who books.
struct Person {
    name: &'static str,
    phone: &'static str,
    email: &'static str,
    address: &'static str,
    plate: Option<&'static str>,
}

const PEOPLE: [Person; 6] = [
    Person {
        name: "José Müller",
        phone: "+14045550181",
        email: "jose@example.com",
        address: "Grant Park, Atlanta",
        plate: Some("RTM 4471"),
    },
    Person {
        name: "Émile Zo\u{65}\u{308} Straße",
        phone: "+493012345678",
        email: "emile@example.de",
        address: "Alexanderplatz 1, Berlin",
        plate: None,
    },
    Person {
        name: "Ann O’Sullivan-D'Angelo",
        phone: "+14045550182",
        email: "ann.sul+x@example.com",
        address: "12 Peachtree St",
        plate: Some("B-AB 123"),
    },
    Person {
        name: "İpek İstanbul",
        phone: "+905301234567",
        email: "ipek@example.com.tr",
        address: "Taksim",
        plate: None,
    },
    Person {
        name: "محمد العلي", phone: "+14045550199", email: "m@example.org", address: "Buckhead", plate: None
    },
    Person { name: "50% Off_Road", phone: "+14045550170", email: "x@example.net", address: "Decatur", plate: None },
];

async fn people(app: &TestApp) -> (Id<Tenant>, Vec<Booked>) {
    let atl = tenant(app, "atl").await;
    let lockout = service(app, atl, "lockout", 13_500, None).await;
    let mut booked = Vec::new();
    for person in PEOPLE {
        let made = booking(app, atl, lockout).await;
        let mut tx = begin(app, atl).await;
        sqlx::query(
            "update bookings set contact_name = $2, contact_phone = $3, contact_email = $4, address = $5 where id = $1",
        )
        .bind(made.id)
        .bind(person.name)
        .bind(person.phone)
        .bind(person.email)
        .bind(person.address)
        .execute(&mut *tx)
        .await
        .unwrap();
        sqlx::query(
            "insert into roadside_bookings (booking_id, vehicle_year, vehicle_make, vehicle_model, vehicle_color, vehicle_plate)
             values ($1, 2019, 'Honda', 'Civic', 'silver', $2)
             on conflict (tenant_id, booking_id) do update set vehicle_plate = excluded.vehicle_plate",
        )
        .bind(made.id)
        .bind(person.plate)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        booked.push(made);
    }
    (atl, booked)
}

async fn listed(app: &TestApp, tenant: Id<Tenant>, filter: &Filter) -> Vec<Listed> {
    let mut tx = begin(app, tenant).await;
    let narrowed = Narrowed::by(&mut tx, filter).await.unwrap();
    narrowed.list(&mut tx, &Cursor::Start, 50).await.unwrap().entries
}

/// The names that a search finds.
async fn found(app: &TestApp, tenant: Id<Tenant>, typed: &str, region: &str) -> Vec<String> {
    let filter = Filter { wanted: Some(SearchTerms::parse(typed, region)), ..Filter::default() };
    listed(app, tenant, &filter).await.into_iter().map(|booking| booking.contact_name).collect()
}

#[tokio::test]
async fn staff_find_a_booking_by_any_part_of_what_they_remember() {
    let app = TestApp::new().await;
    let (atl, booked) = people(&app).await;
    let cases: [(&[&str], &str); 6] = [
        (
            &[
                "jose",
                "JOSÉ",
                "Muller",
                "müller josé",
                "ller",
                "0181",
                "555-0181",
                "404-555-0181",
                "(404) 555-0181",
                "+1 404 555 0181",
                "rtm4471",
                "RTM 4471",
                "grant park",
                "jose@example.com",
                "jose civic",
            ],
            PEOPLE[0].name,
        ),
        (&["emile", "Zoë", "zoe strasse", "STRASSE", "alexanderplatz", "030 12345678", "12345678"], PEOPLE[1].name),
        (
            &["sullivan", "O'Sullivan", "o’sullivan", "d’angelo", "angelo ann", "bab123", "B-AB 123", "ann.sul+x"],
            PEOPLE[2].name,
        ),
        (&["istanbul", "İstanbul", "ipek", "530 123"], PEOPLE[3].name),
        (&["محمد", "العلي محمد"], PEOPLE[4].name),
        (&["50% off", "off_road", "road off"], PEOPLE[5].name),
    ];
    for (typed, name) in cases {
        for typed in typed {
            assert_eq!(found(&app, atl, typed, "US").await, [name], "{typed}");
        }
    }
    let reference = booked[0].reference.to_string();
    assert_eq!(found(&app, atl, &reference.to_lowercase(), "US").await, [PEOPLE[0].name]);
    assert_eq!(found(&app, atl, "example", "US").await.len(), PEOPLE.len());
    for nothing in ["%", "_", "'", "nobody", "jose sullivan"] {
        assert_eq!(found(&app, atl, nothing, "US").await, Vec::<String>::new(), "{nothing}");
    }
    app.done().await;
}

#[tokio::test]
async fn a_search_finds_no_other_tenants_bookings_and_no_old_values() {
    let app = TestApp::new().await;
    let (atl, booked) = people(&app).await;
    let other = tenant(&app, "other").await;
    assert_eq!(found(&app, other, "jose", "US").await, Vec::<String>::new());
    let mut tx = begin(&app, atl).await;
    sqlx::query("update bookings set contact_name = 'Erased person', contact_email = null where id = $1")
        .bind(booked[0].id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(&app, atl, "jose", "US").await, Vec::<String>::new());
    app.done().await;
}

#[tokio::test]
async fn names_are_sorted_as_people_sort_them() {
    let app = TestApp::new().await;
    let (atl, _) = people(&app).await;
    let filter = Filter { sort: Sort::parse("customer"), ..Filter::default() };
    let listed = listed(&app, atl, &filter).await;
    let names: Vec<&str> = listed.iter().map(|booking| booking.contact_name.as_str()).collect();
    assert_eq!(names, [PEOPLE[5].name, PEOPLE[2].name, PEOPLE[1].name, PEOPLE[3].name, PEOPLE[0].name, PEOPLE[4].name]);
    app.done().await;
}

#[tokio::test]
async fn a_search_uses_its_index_and_reads_one_business_only() {
    let app = TestApp::new().await;
    let (atl, _) = people(&app).await;
    let crowd = tenant(&app, "crowd").await;
    let mut owner = app.database.owner().await;
    for (id, many) in [(crowd, 20_000), (atl, 20_000)] {
        fill(&mut owner, id, many).await;
    }
    sqlx::raw_sql("analyze platform.booking_search").execute(&mut owner).await.unwrap();
    let plan: Vec<String> = sqlx::query_scalar(
        "explain select booking_id from platform.booking_search
         where tenant_id = (select id from platform.tenants where slug = 'atl') and document like '%muller%' and document like '%jose%'
         order by booking_id desc limit 1000",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert!(plan.iter().any(|line| line.contains("booking_search_document_idx")), "{}", plan.join("\n"));
    assert_eq!(found(&app, atl, "muller jose", "US").await, [PEOPLE[0].name]);
    drop(owner);
    app.done().await;
}

/// Adds searchable words of many bookings that don't exist otherwise.
async fn fill(owner: &mut sqlx::PgConnection, tenant: Id<Tenant>, many: i32) {
    sqlx::raw_sql(
        "alter table platform.booking_search drop constraint if exists booking_search_tenant_id_booking_id_fkey",
    )
    .execute(&mut *owner)
    .await
    .unwrap();
    sqlx::query(
        "insert into platform.booking_search (tenant_id, booking_id, core)
         select $1, gen_random_uuid(), 'ra ' || md5(n::text) || ' customer ' || n || ' peachtree street 1404555' || n from generate_series(1, $2) n",
    )
    .bind(tenant)
    .bind(many)
    .execute(owner)
    .await
    .unwrap();
}
