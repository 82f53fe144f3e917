use std::collections::{BTreeMap, HashMap};

use engine::{Id, TimeSpan};
use uuid::Uuid;

use crate::{bookings::Booking, dispatch::Job};

/// What can't be in two places at once: a provider, a car, a machine, a driveway.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Resource {
    pub id: Id<Resource>,
    /// A code of `platform.resource_kinds`.
    pub kind: String,
    /// Those of one category serve the same purpose.
    pub category: Option<String>,
    pub name: String,
    pub state: ResourceState,
}

engine::codes! {
    /// Whether a resource can be had. Whether it is taken is a matter of its reservations.
    pub enum ResourceState ("state of a resource") { InService = "in_service", Upkeep = "upkeep", Retired = "retired" }
}

/// A time that staff, a provider or an outside calendar keeps free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block;

/// What a reservation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Job(Id<Job>),
    Booking(Id<Booking>),
    Block(Id<Block>),
}

impl Holder {
    /// The three columns of a reservation, of which one is set: job, booking, block.
    pub(super) const fn columns(self) -> [Option<Uuid>; 3] {
        match self {
            Self::Job(id) => [Some(id.uuid()), None, None],
            Self::Booking(id) => [None, Some(id.uuid()), None],
            Self::Block(id) => [None, None, Some(id.uuid())],
        }
    }
}

/// So many resources of a kind, whichever are free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub kind: String,
    /// `None`: of any category.
    pub category: Option<String>,
    pub units: usize,
}

impl Need {
    fn is_met_by(&self, resource: &Resource) -> bool {
        resource.kind == self.kind && self.category.as_ref().is_none_or(|_| resource.category == self.category)
    }
}

/// What is to be reserved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    This(Id<Resource>),
    AnyOf(Need),
}

/// A reservation to be made, of one resource or of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub holder: Holder,
    pub what: What,
    pub time: TimeSpan,
}

/// A reservation of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub holder: Holder,
    pub resource: Id<Resource>,
    pub name: String,
    pub time: TimeSpan,
}

/// Why a resource can't be reserved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It isn't there.
    Unknown,
    /// It is reserved for something else then.
    Taken(String),
    /// It is in the workshop, or retired.
    OutOfService(String),
    /// Too few of a kind are free.
    TooFew { needed: usize, free: usize, category: Option<String> },
}

/// Chooses resources for everything that is wanted, or names what is missing.
///
/// - Particular resources come first, so that what any other could do doesn't take one that is asked for by name.
/// - Among several that are free, the first in `resources` is chosen.
/// - `taken` are the times at which a resource is reserved. What is chosen is taken for the rest.
pub fn choose(
    resources: &[Resource],
    mut taken: HashMap<Id<Resource>, Vec<TimeSpan>>,
    wanted: &[Wanted],
) -> Result<Vec<Hold>, Refusal> {
    let mut chosen: BTreeMap<usize, Vec<Hold>> = BTreeMap::new();
    let (particular, any): (Vec<_>, Vec<_>) =
        wanted.iter().enumerate().partition(|(_, wanted)| matches!(wanted.what, What::This(_)));
    for (position, wanted) in particular.into_iter().chain(any) {
        let holds: Vec<Hold> = choose_one(resources, &taken, wanted)?
            .into_iter()
            .map(|resource| Hold {
                holder: wanted.holder,
                resource: resource.id,
                name: resource.name.clone(),
                time: wanted.time,
            })
            .collect();
        for hold in &holds {
            taken.entry(hold.resource).or_default().push(hold.time);
        }
        chosen.insert(position, holds);
    }
    Ok(chosen.into_values().flatten().collect())
}

fn choose_one<'a>(
    resources: &'a [Resource],
    taken: &HashMap<Id<Resource>, Vec<TimeSpan>>,
    wanted: &Wanted,
) -> Result<Vec<&'a Resource>, Refusal> {
    let is_free = |resource: &Resource| {
        let reserved = taken.get(&resource.id).map_or(&[][..], Vec::as_slice);
        !reserved.iter().any(|time| time.overlaps(&wanted.time))
    };
    match &wanted.what {
        What::This(id) => {
            let resource = resources.iter().find(|resource| resource.id == *id).ok_or(Refusal::Unknown)?;
            match resource.state {
                ResourceState::InService if is_free(resource) => Ok(vec![resource]),
                ResourceState::InService => Err(Refusal::Taken(resource.name.clone())),
                ResourceState::Upkeep | ResourceState::Retired => Err(Refusal::OutOfService(resource.name.clone())),
            }
        }
        What::AnyOf(need) => {
            let able = |resource: &&Resource| resource.state == ResourceState::InService && need.is_met_by(resource);
            let free: Vec<_> =
                resources.iter().filter(able).filter(|resource| is_free(resource)).take(need.units).collect();
            if free.len() < need.units {
                let category = need.category.clone();
                return Err(Refusal::TooFew { needed: need.units, free: free.len(), category });
            }
            Ok(free)
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    fn hours(from: i64, to: i64) -> TimeSpan {
        let at = |hour| DateTime::UNIX_EPOCH + TimeDelta::hours(hour);
        TimeSpan { starts_at: at(from), ends_at: at(to) }
    }

    fn mower(name: &str, category: &str, state: ResourceState) -> Resource {
        Resource { id: Id::new(), kind: "mower".into(), category: Some(category.into()), name: name.into(), state }
    }

    fn wanted(what: What, time: TimeSpan) -> Wanted {
        Wanted { holder: Holder::Booking(Id::new()), what, time }
    }

    fn any(category: Option<&str>, units: usize) -> What {
        What::AnyOf(Need { kind: "mower".into(), category: category.map(Into::into), units })
    }

    fn names(chosen: Result<Vec<Hold>, Refusal>) -> Vec<String> {
        chosen.unwrap().into_iter().map(|hold| hold.name).collect()
    }

    #[test]
    fn what_is_asked_for_by_name_isnt_given_to_those_who_need_any() {
        let resources = [
            mower("A", "ride-on", ResourceState::InService),
            mower("B", "ride-on", ResourceState::InService),
            mower("C", "push", ResourceState::InService),
        ];
        let both = [wanted(any(Some("ride-on"), 1), hours(9, 10)), wanted(What::This(resources[0].id), hours(9, 10))];
        assert_eq!(names(choose(&resources, HashMap::new(), &both)), ["B", "A"]);
        let three = [wanted(any(None, 3), hours(9, 10))];
        assert_eq!(names(choose(&resources, HashMap::new(), &three)), ["A", "B", "C"]);
    }

    #[test]
    fn one_that_is_taken_in_the_workshop_or_retired_isnt_chosen() {
        let resources = [
            mower("A", "ride-on", ResourceState::InService),
            mower("B", "ride-on", ResourceState::Upkeep),
            mower("C", "ride-on", ResourceState::Retired),
        ];
        let taken = HashMap::from([(resources[0].id, vec![hours(8, 9)])]);
        let at = |from, to| choose(&resources, taken.clone(), &[wanted(any(Some("ride-on"), 1), hours(from, to))]);
        assert_eq!(names(at(9, 10)), ["A"], "one reservation may begin as another ends");
        let category = Some("ride-on".to_owned());
        assert_eq!(at(8, 10), Err(Refusal::TooFew { needed: 1, free: 0, category }));
        let this =
            |index: usize, time| choose(&resources, taken.clone(), &[wanted(What::This(resources[index].id), time)]);
        assert_eq!(this(0, hours(8, 10)), Err(Refusal::Taken("A".into())));
        assert_eq!(this(1, hours(9, 10)), Err(Refusal::OutOfService("B".into())));
        let stranger = choose(&resources, HashMap::new(), &[wanted(What::This(Id::new()), hours(9, 10))]);
        assert_eq!(stranger, Err(Refusal::Unknown));
    }

    #[test]
    fn the_same_resource_isnt_chosen_twice_for_one_time() {
        let resources = [mower("A", "ride-on", ResourceState::InService)];
        let twice = [wanted(any(None, 1), hours(9, 10)), wanted(any(None, 1), hours(10, 11))];
        assert_eq!(names(choose(&resources, HashMap::new(), &twice)), ["A", "A"]);
        let at_once = [wanted(any(None, 1), hours(9, 11)), wanted(any(None, 1), hours(10, 12))];
        assert!(choose(&resources, HashMap::new(), &at_once).is_err());
    }
}
