//! What is sold, as far as a provider's share depends on it.

use engine::Commission;

use crate::verticals::{Sold, Vertical};

/// How the earning depends on what is sold, if the commission is a percentage.
pub(super) fn pay_note(vertical: Vertical, sold: &[Sold], commission: Commission) -> Option<String> {
    match commission {
        Commission::FlatPerJob(_) => None,
        Commission::Percentage(_) => vertical.pay_note(sold),
    }
}

/// What is sold with the first approved version of a booking's price.
macro_rules! sold {
    () => {
        "coalesce((select jsonb_agg(jsonb_build_object('kind', l.kind, 'quantity', l.quantity) order by l.position)
                   from quote_lines l
                   where l.tenant_id = b.tenant_id and l.quote_id = (
                       select q.id from quotes q
                       where q.tenant_id = b.tenant_id and q.booking_id = b.id and q.state = 'approved'
                       order by q.version limit 1)), '[]') as sold"
    };
}
pub(super) use sold;
