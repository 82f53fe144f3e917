use chrono::NaiveDate;
use engine::Reference;
use uuid::Uuid;

use crate::{
    admin::query,
    audit::store::{self, Action, Filter},
    db::Tx,
    error::AppError,
    server::Visit,
    tenants::Tenant,
    ui::FieldState,
};

/// The filters in the address.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    /// An account's e-mail or id.
    pub person: String,
    /// Reference of a booking, or the id of anything.
    pub about: String,
    pub object: String,
    /// An action's code, or `security`.
    pub action: String,
    pub from: String,
    pub until: String,
}

impl Typed {
    pub(super) fn read(visit: &Visit) -> Self {
        let typed = |name| visit.query(name).unwrap_or_default().trim().to_owned();
        Self {
            person: typed("person"),
            about: typed("about"),
            object: typed("object"),
            action: typed("action"),
            from: typed("from"),
            until: typed("until"),
        }
    }

    /// The parsed filters; `None` if they name somebody or something that doesn't exist. Days are in the tenant's zone; invalid ones are ignored.
    pub(super) async fn filter(&self, tx: &mut Tx, tenant: &Tenant) -> Result<Option<Filter>, AppError> {
        let day = |text: &str| query::day(text).map(|day| tenant.zone.day_bounds(day));
        let mut filter = Filter {
            object: (!self.object.is_empty()).then(|| self.object.clone()),
            action: match self.action.as_str() {
                "" => None,
                "security" => Some(Action::Security),
                code => Some(Action::Of(code.to_owned())),
            },
            from: day(&self.from).map(|bounds| bounds.0),
            until: day(&self.until).map(|bounds| bounds.1),
            ..Filter::default()
        };
        if !self.person.is_empty() {
            filter.person = match self.person.parse() {
                Ok(id) => Some(id),
                Err(_) => store::person_by_email(tx, &self.person).await?,
            };
            if filter.person.is_none() {
                return Ok(None);
            }
        }
        if !self.about.is_empty() {
            filter.object_id = match (self.about.parse::<Uuid>(), self.about.parse::<Reference>()) {
                (Ok(id), _) => Some(id),
                (_, Ok(reference)) => store::booking_by_reference(tx, &reference).await?,
                _ => None,
            };
            if filter.object_id.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(filter))
    }

    /// The two date fields with their errors.
    pub(super) fn days(&self) -> [FieldState; 2] {
        let read = |text: &str| (!text.is_empty()).then(|| text.parse::<NaiveDate>());
        let (from, until) = (read(&self.from), read(&self.until));
        let unreadable = |day: &Option<Result<NaiveDate, _>>| {
            matches!(day, Some(Err(_))).then(|| t!("admin-choose-a-day-of-the-log").to_owned())
        };
        let inverted = matches!((&from, &until), (Some(Ok(from)), Some(Ok(until))) if from > until)
            .then(|| t!("admin-this-is-before-the-other-day").to_owned());
        [
            FieldState { error: unreadable(&from), ..FieldState::of(self.from.clone()) },
            FieldState { error: unreadable(&until).or(inverted), ..FieldState::of(self.until.clone()) },
        ]
    }

    /// How many filters are set.
    pub(super) fn active(&self) -> usize {
        let fields = [&self.person, &self.about, &self.object, &self.action, &self.from, &self.until];
        fields.into_iter().filter(|value| !value.is_empty()).count()
    }

    /// The list's address with these filters, to which a page is added.
    pub(super) fn address(&self, path: &str) -> String {
        let fields = [
            ("person", &self.person),
            ("about", &self.about),
            ("object", &self.object),
            ("action", &self.action),
            ("from", &self.from),
            ("until", &self.until),
        ];
        query::address(
            path,
            &fields.map(|(name, value)| (name, Some(value.as_str()).filter(|value| !value.is_empty()))),
        )
    }
}
