codes! {
    /// What a price is for one of.
    #[derive(Default)]
    pub enum Unit ("unit of a price") {
        /// The whole job, whatever it takes.
        #[default]
        Job = "job",
        Mile = "mile",
        Kilometer = "km",
        Hour = "hour",
        Day = "day",
        Week = "week",
        /// 30 days.
        Month = "month",
        Seat = "seat",
        Person = "person",
    }
}
