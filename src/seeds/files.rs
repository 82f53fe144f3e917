//! Folders of demo data, compiled into the binary.

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;

use super::rows::{
    BookingRow, CustomerRow, DeedRow, PaymentRow, PayoutRow, PriceRow, ProviderRow, ReviewRow, ServiceRow, TenantFile,
    UserRow, WorkRow,
};

/// The text of the files in a folder.
pub struct Folder {
    /// From the root of the repository.
    pub path: &'static str,
    pub tenant: &'static str,
    /// The tables, by name.
    pub tables: &'static [(&'static str, &'static str)],
}

/// A folder by its path from the root of the repository, and the tables that only some have: `deeds`, and those of its kind of business.
macro_rules! folder {
    ($path:literal $(, $more:literal)*) => {
        $crate::seeds::Folder {
            path: $path,
            tenant: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path, "/tenant.toml")),
            tables: &[
                ("users", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path, "/users.csv"))),
                ("services", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path, "/services.csv"))),
                ("prices", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path, "/prices.csv"))),
                ("customers", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path, "/customers.csv"))),
                ("providers", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path, "/providers.csv"))),
                ("bookings", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path, "/bookings.csv"))),
                ("work", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path, "/work.csv"))),
                ("payments", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path, "/payments.csv"))),
                ("payouts", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path, "/payouts.csv"))),
                ("reviews", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path, "/reviews.csv"))),
                $(($more, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path, "/", $more, ".csv"))),)*
            ],
        }
    };
}
#[cfg(test)]
pub(crate) use folder;

/// The demo tenants, in the order they are shown.
static DEMO: &[Folder] = &[folder!("seeds/roadside-atl"), folder!("seeds/magic-city-tow")];

/// The parsed files of a folder.
pub struct Demo {
    folder: &'static Folder,
    pub tenant: TenantFile,
    pub users: Vec<UserRow>,
    pub services: Vec<ServiceRow>,
    pub prices: Vec<PriceRow>,
    pub customers: Vec<CustomerRow>,
    pub providers: Vec<ProviderRow>,
    pub bookings: Vec<BookingRow>,
    pub work: Vec<WorkRow>,
    pub deeds: Vec<DeedRow>,
    pub payments: Vec<PaymentRow>,
    pub payouts: Vec<PayoutRow>,
    pub reviews: Vec<ReviewRow>,
}

impl Demo {
    /// A table with the columns that a kind of business reads itself.
    pub fn table<Row: DeserializeOwned>(&self, name: &str) -> Result<Vec<Row>> {
        self.folder.table(name)
    }

    pub fn booking(&self, name: &str) -> Result<&BookingRow> {
        self.bookings.iter().find(|row| row.name == name).with_context(|| format!("no booking {name}"))
    }

    pub fn customer(&self, name: &str) -> Result<&CustomerRow> {
        self.customers.iter().find(|row| row.name == name).with_context(|| format!("no customer {name}"))
    }

    pub(super) fn service(&self, slug: &str) -> Result<&ServiceRow> {
        self.services.iter().find(|row| row.slug == slug).with_context(|| format!("no service {slug}"))
    }

    pub fn provider(&self, name: &str) -> Result<&ProviderRow> {
        self.providers.iter().find(|row| row.name == name).with_context(|| format!("no provider {name}"))
    }
}

/// Every demo tenant.
pub fn read() -> Result<Vec<Demo>> {
    DEMO.iter().map(Folder::read).collect()
}

impl Folder {
    pub(super) fn read(&'static self) -> Result<Demo> {
        self.parse().with_context(|| self.path)
    }

    fn parse(&'static self) -> Result<Demo> {
        Ok(Demo {
            folder: self,
            tenant: toml::from_str(self.tenant).context("tenant.toml")?,
            users: self.table("users")?,
            services: self.services()?,
            prices: self.table("prices")?,
            customers: self.table("customers")?,
            providers: self.table("providers")?,
            bookings: self.table("bookings")?,
            work: self.table("work")?,
            deeds: if self.has("deeds") { self.table("deeds")? } else { Vec::new() },
            payments: self.table("payments")?,
            payouts: self.table("payouts")?,
            reviews: self.table("reviews")?,
        })
    }

    fn has(&self, name: &str) -> bool {
        self.tables.iter().any(|(known, _)| *known == name)
    }

    fn table<Row: DeserializeOwned>(&self, name: &str) -> Result<Vec<Row>> {
        let (_, text) =
            self.tables.iter().find(|(known, _)| *known == name).with_context(|| format!("no {name}.csv"))?;
        let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
        rows.map(|row| row.with_context(|| format!("{name}.csv"))).collect()
    }

    /// The services, with all their columns.
    fn services(&self) -> Result<Vec<ServiceRow>> {
        let (rows, columns) = (self.table::<ServiceRow>("services")?, self.table("services")?);
        Ok(rows.into_iter().zip(columns).map(|(row, columns)| ServiceRow { columns, ..row }).collect())
    }
}
