use engine::Tax;

/// What the line of a tax is called: "Tax (8.875%)".
pub fn tax_label(tax: Tax) -> String {
    t!("verticals-tax", rate = tax.rate)
}
