use serde::{Deserialize, Serialize};

/// What the lines of a drive are called, for its customer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Labels {
    /// The miles, as far as they are known.
    pub mileage: String,
    /// The miles while their number is unknown.
    pub unknown_mileage: String,
    /// The miles of which not all are charged.
    pub limited_mileage: String,
    /// The correction of a price that is above the approved one even without miles.
    pub limited_price: String,
    pub tax: String,
}
