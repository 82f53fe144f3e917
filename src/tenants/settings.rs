use chrono::TimeDelta;
use engine::{BasisPoints, Tax, TaxRate};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error},
};
use serde_json::{Map, Value};

use crate::verticals::Vertical;

/// A tenant's rules, each with a working default. Unknown fields are ignored, because two versions run during a deployment; a change of settings
/// keeps the fields it doesn't name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// How long a provider may take to answer an offer, seconds.
    pub offer_seconds: u32,
    /// How long the search lasts before the booking says that nobody was found, minutes.
    pub search_minutes: u32,
    /// Search radius, kilometers in a straight line.
    pub search_radius_km: u32,
    /// Maximum age of a position, minutes.
    pub position_fresh_minutes: u32,
    /// How long before a scheduled time the search begins, minutes.
    pub dispatch_lead_minutes: u32,
    /// Average speed on the road, km/h.
    pub speed_kmh: u32,
    /// Margin added to the estimated arrival before it is promised, percent.
    pub promise_margin_percent: u32,
    /// Tax on services, basis points. Use [`Settings::tax`].
    pub tax_basis_points: u32,
    /// Whether prices contain the tax. If not, it is added to them.
    pub tax_included: bool,
    /// The exact rate with three decimals, in a separate column; `None` if the basis points are exact.
    #[serde(skip)]
    pub tax_rate: Option<TaxRate>,
    pub cashapp_handle: Option<String>,
    pub zelle_handle: Option<String>,
    /// Whether staff need a second factor in addition to their password.
    pub staff_second_factor: bool,
    /// The rules of the kinds of business, and those of a newer version. Use [`Settings::of_kind`].
    #[serde(flatten)]
    pub others: Map<String, Value>,
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
            tax_basis_points: 0,
            tax_included: false,
            tax_rate: None,
            cashapp_handle: None,
            zelle_handle: None,
            staff_second_factor: false,
            others: Map::new(),
        }
    }
}

impl Settings {
    /// Parses settings written by hand: an unknown field is an error.
    pub fn strictly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Map::<String, Value>::deserialize(deserializer)?;
        let known = serde_json::to_value(Self::default()).map_err(D::Error::custom)?;
        let is_of_kind = |field: &str| Vertical::ALL.iter().any(|kind| kind.rules().contains(&field));
        if let Some(unknown) = written.keys().find(|field| known.get(field).is_none() && !is_of_kind(field)) {
            return Err(D::Error::custom(format!("there is no setting `{unknown}`")));
        }
        serde_json::from_value(written.into()).map_err(D::Error::custom)
    }

    /// How long a provider may take to answer an offer.
    pub fn offer_window(&self) -> TimeDelta {
        TimeDelta::seconds(self.offer_seconds.into())
    }

    /// How long the search lasts.
    pub fn search_window(&self) -> TimeDelta {
        TimeDelta::minutes(self.search_minutes.into())
    }

    /// Tax on services; an invalid rate counts as none.
    ///
    /// The exact rate is used only if it matches the basis points: an older version, which knows only those, may have changed them since.
    pub fn tax(&self) -> Tax {
        let rounded = i32::try_from(self.tax_basis_points).ok().and_then(|points| BasisPoints::new(points).ok());
        let rounded = rounded.unwrap_or(BasisPoints::ZERO);
        let exact = self.tax_rate.filter(|exact| exact.thousandths() / 10 == rounded.get());
        Tax { rate: exact.unwrap_or_else(|| rounded.into()), included: self.tax_included }
    }

    /// The rules of a kind of business; a rule that can't be read counts as not set, and the others hold.
    pub fn of_kind<R: DeserializeOwned + Default>(&self) -> R {
        let read = |rules: Map<String, Value>| serde_json::from_value::<R>(Value::Object(rules));
        read(self.others.clone()).unwrap_or_else(|_| {
            let is_readable = |(name, value): &(&String, &Value)| {
                let alone = Map::from_iter([((*name).clone(), (*value).clone())]);
                read(alone).inspect_err(|error| tracing::warn!(%name, %error, "a rule can't be read")).is_ok()
            };
            let readable = self.others.iter().filter(is_readable);
            read(readable.map(|(name, value)| (name.clone(), value.clone())).collect()).unwrap_or_default()
        })
    }

    /// How long before a scheduled time the search begins.
    pub fn dispatch_lead(&self) -> TimeDelta {
        TimeDelta::minutes(self.dispatch_lead_minutes.into())
    }

    /// Maximum age of a position.
    pub fn position_fresh(&self) -> TimeDelta {
        TimeDelta::minutes(self.position_fresh_minutes.into())
    }
}

/// The settings of the dispatch form. See [`Settings`].
#[derive(Debug, Clone, Serialize)]
pub struct DispatchRules {
    pub offer_seconds: u32,
    pub search_minutes: u32,
    pub search_radius_km: u32,
    pub position_fresh_minutes: u32,
    pub dispatch_lead_minutes: u32,
    pub speed_kmh: u32,
    pub promise_margin_percent: u32,
}

/// The settings of the money form. See [`Settings`].
#[derive(Debug, Clone, Serialize)]
pub struct MoneyRules {
    #[serde(skip)]
    pub tax: TaxRate,
    pub tax_included: bool,
    pub cashapp_handle: Option<String>,
    pub zelle_handle: Option<String>,
}

/// The settings of the security form. See [`Settings`].
#[derive(Debug, Clone, Serialize)]
pub struct SecurityRules {
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
    async fn unknown_rows_of_a_newer_version_are_skipped_and_kept() {
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
        Settings { tax_basis_points: points, tax_rate, ..Settings::default() }.tax().rate.thousandths()
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
