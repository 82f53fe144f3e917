use chrono::TimeDelta;
use engine::{Amount, BasisPoints, CancellationFees, TaxRate};
use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// A tenant's rules, each with a working default. Unknown fields are ignored, because two versions run during a deployment; a change of settings
/// keeps the fields it doesn't name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// How long one provider may think about an offer, seconds.
    pub offer_seconds: u32,
    /// How long a provider is looked for before the booking says that none was found, minutes.
    pub search_minutes: u32,
    /// How far away a provider may be, kilometres in a straight line.
    pub search_radius_km: u32,
    /// A position older than this doesn't count, minutes.
    pub position_fresh_minutes: u32,
    /// How long before a scheduled time a provider is looked for, minutes.
    pub dispatch_lead_minutes: u32,
    /// Average speed on the road, km/h.
    pub speed_kmh: u32,
    /// Added to the estimated arrival before it is promised, percent.
    pub promise_margin_percent: u32,
    /// Fee for cancelling once a provider is on the job, minor units.
    pub dispatch_fee: i64,
    /// Fee for cancelling once the provider has arrived, minor units.
    pub dry_run_fee: i64,
    /// The most miles a tow with an unknown end may be charged for without asking again.
    pub unknown_miles_ceiling: u32,
    /// Tax on services, basis points; prices are without it. What counts is [`Settings::tax`].
    pub tax_basis_points: u32,
    /// The rate with three decimals, in a separate column; none if the basis points are exact.
    #[serde(skip)]
    pub tax_rate: Option<TaxRate>,
    pub cashapp_handle: Option<String>,
    pub zelle_handle: Option<String>,
    /// Whether staff need a second factor in addition to their password.
    pub staff_second_factor: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            offer_seconds: 30,
            search_minutes: 10,
            search_radius_km: 60,
            position_fresh_minutes: 10,
            dispatch_lead_minutes: 60,
            speed_kmh: 45,
            promise_margin_percent: 25,
            dispatch_fee: 3500,
            dry_run_fee: 6000,
            unknown_miles_ceiling: 25,
            tax_basis_points: 0,
            tax_rate: None,
            cashapp_handle: None,
            zelle_handle: None,
            staff_second_factor: false,
        }
    }
}

impl Settings {
    /// Reads settings that somebody wrote by hand: a field that isn't there is a mistake.
    pub fn strictly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = serde_json::Map::<String, serde_json::Value>::deserialize(deserializer)?;
        let known = serde_json::to_value(Self::default()).map_err(D::Error::custom)?;
        if let Some(unknown) = written.keys().find(|field| known.get(field).is_none()) {
            return Err(D::Error::custom(format!("there is no setting `{unknown}`")));
        }
        serde_json::from_value(written.into()).map_err(D::Error::custom)
    }

    /// How long one provider may think about an offer.
    pub fn offer_window(&self) -> TimeDelta {
        TimeDelta::seconds(self.offer_seconds.into())
    }

    /// How long a provider is looked for.
    pub fn search_window(&self) -> TimeDelta {
        TimeDelta::minutes(self.search_minutes.into())
    }

    /// Tax on services; a rate no tenant can have counts as none.
    ///
    /// The exact rate counts while it begins with the basis points: a version that knows those only may have changed them since.
    pub fn tax(&self) -> TaxRate {
        let rounded = i32::try_from(self.tax_basis_points).ok().and_then(|points| BasisPoints::new(points).ok());
        let rounded = rounded.unwrap_or(BasisPoints::ZERO);
        self.tax_rate.filter(|exact| exact.thousandths() / 10 == rounded.get()).unwrap_or_else(|| rounded.into())
    }

    /// What cancelling costs, by how far the provider is.
    pub fn cancellation_fees(&self) -> CancellationFees {
        CancellationFees { dispatch_fee: Amount(self.dispatch_fee), dry_run_fee: Amount(self.dry_run_fee) }
    }

    /// How long before a scheduled time a provider is looked for.
    pub fn dispatch_lead(&self) -> TimeDelta {
        TimeDelta::minutes(self.dispatch_lead_minutes.into())
    }

    /// A position older than this doesn't count.
    pub fn position_fresh(&self) -> TimeDelta {
        TimeDelta::minutes(self.position_fresh_minutes.into())
    }
}

/// How work is given out: the part of the rules that is changed together.
#[derive(Debug, Clone, Serialize)]
pub struct DispatchRules {
    /// [`Settings::offer_seconds`].
    pub offer_seconds: u32,
    /// [`Settings::search_minutes`].
    pub search_minutes: u32,
    /// [`Settings::search_radius_km`].
    pub search_radius_km: u32,
    /// [`Settings::position_fresh_minutes`].
    pub position_fresh_minutes: u32,
    /// [`Settings::dispatch_lead_minutes`].
    pub dispatch_lead_minutes: u32,
    /// [`Settings::speed_kmh`].
    pub speed_kmh: u32,
    /// [`Settings::promise_margin_percent`].
    pub promise_margin_percent: u32,
}

/// Fees, tax, mileage ceiling and payment handles: the part of the rules that one form changes.
#[derive(Debug, Clone, Serialize)]
pub struct MoneyRules {
    /// [`Settings::dispatch_fee`].
    pub dispatch_fee: i64,
    /// [`Settings::dry_run_fee`].
    pub dry_run_fee: i64,
    /// [`Settings::unknown_miles_ceiling`].
    pub unknown_miles_ceiling: u32,
    /// [`Settings::tax`].
    #[serde(skip)]
    pub tax: TaxRate,
    /// [`Settings::cashapp_handle`].
    pub cashapp_handle: Option<String>,
    /// [`Settings::zelle_handle`].
    pub zelle_handle: Option<String>,
}

/// How the business's own accounts are guarded.
#[derive(Debug, Clone, Serialize)]
pub struct SecurityRules {
    /// [`Settings::staff_second_factor`].
    pub staff_second_factor: bool,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        tenants::store,
        testing::{TestApp, begin, tenant},
    };

    #[test]
    fn settings_written_by_hand_have_no_unknown_field() {
        let read = |written: serde_json::Value| Settings::strictly(written).map(|settings| settings.speed_kmh);
        assert_eq!(read(json!({ "speed_kmh": 50 })).unwrap(), 50);
        let error = read(json!({ "sped_kmh": 50 })).unwrap_err();
        assert_eq!(error.to_string(), "there is no setting `sped_kmh`");
    }

    #[tokio::test]
    async fn what_a_newer_version_has_written_is_passed_over_and_kept() {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let newer = "update platform.tenants set settings = settings || '{\"from_the_future\": 7}'";
        sqlx::query(newer).execute(&mut app.database.owner().await).await.unwrap();
        let mut tx = begin(&app, atl).await;
        let rules = SecurityRules { staff_second_factor: true };
        store::change_settings(&mut tx, &rules).await.unwrap();
        tx.commit().await.unwrap();
        let read = store::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
        assert!(read.settings.staff_second_factor);
        let kept: serde_json::Value = sqlx::query_scalar("select settings from platform.tenants")
            .fetch_one(&mut app.database.owner().await)
            .await
            .unwrap();
        assert_eq!(kept["from_the_future"], 7);
        app.done().await;
    }

    fn tax(points: u32, exact: Option<i32>) -> i32 {
        let tax_rate = exact.map(|thousandths| TaxRate::new(thousandths).unwrap());
        Settings { tax_basis_points: points, tax_rate, ..Settings::default() }.tax().thousandths()
    }

    #[test]
    fn the_exact_tax_counts_unless_its_basis_points_were_changed_without_it() {
        assert_eq!(tax(887, Some(8_875)), 8_875);
        assert_eq!(tax(887, None), 8_870, "from before there were three decimals");
        assert_eq!(tax(800, Some(8_875)), 8_000, "changed by the previous version since");
        assert_eq!(tax(10_001, None), 0, "no tenant can have it");
    }

    #[test]
    fn the_previous_version_knows_every_key_of_the_stored_settings() {
        let exact = Settings { tax_rate: Some(TaxRate::ZERO), ..Settings::default() };
        assert_eq!(serde_json::to_value(exact).unwrap(), serde_json::to_value(Settings::default()).unwrap());
    }
}
