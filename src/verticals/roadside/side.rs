use super::RoadsideForm;
use crate::places::typed::TypedPlace;

/// One of the two places of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Pickup,
    Destination,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::Pickup, Self::Destination];

    /// What was typed for it.
    pub(super) fn of(self, form: &RoadsideForm) -> TypedPlace {
        match self {
            Self::Pickup => TypedPlace {
                address: form.address.clone(),
                latitude: form.latitude.clone(),
                longitude: form.longitude.clone(),
                source: form.source.clone(),
                placed: form.placed.clone(),
            },
            Self::Destination => TypedPlace {
                address: form.destination.clone(),
                latitude: form.destination_latitude.clone(),
                longitude: form.destination_longitude.clone(),
                source: form.destination_source.clone(),
                placed: form.destination_placed.clone(),
            },
        }
    }

    /// Changes it.
    pub(super) fn change(self, form: &mut RoadsideForm, change: impl FnOnce(&mut TypedPlace)) {
        let mut place = self.of(form);
        change(&mut place);
        let TypedPlace { address, latitude, longitude, source, placed } = place;
        match self {
            Self::Pickup => {
                (form.address, form.latitude, form.longitude, form.source, form.placed) =
                    (address, latitude, longitude, source, placed);
            }
            Self::Destination => {
                (form.destination, form.destination_latitude, form.destination_longitude) =
                    (address, latitude, longitude);
                (form.destination_source, form.destination_placed) = (source, placed);
            }
        }
    }
}
