engine::codes! {
    /// A kind of business. A new one is a variant here, an arm of `each!`, a folder and a migration.
    pub enum Vertical ("kind of business") {
        Roadside = "roadside",
        /// Exists in tests only.
        Toy if (test) = "toy",
    }
}

impl Vertical {
    /// The kinds that this version knows among these codes: a newer version that runs beside it may know more.
    pub fn known(codes: &[String]) -> Vec<Self> {
        codes.iter().filter_map(|code| code.parse().ok()).collect()
    }
}
