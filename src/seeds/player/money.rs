//! Payments, reviews and payouts.

use anyhow::{Context, Result};
use engine::{Id, Stars};

use super::Player;
use crate::{
    identity::User,
    payments::{self, PaymentStatus},
    payouts::{self, Payout},
    reviews,
    seeds::{
        rows::{BookingRow, PayoutRow, ReviewRow},
        script::Action,
    },
};

impl<'a> Player<'_, 'a> {
    /// Plans that staff confirm the payments that are made, some minutes after they are due.
    pub(super) fn plan_payments(&mut self, row: &'a BookingRow) {
        let payments = self.history.demo.payments.iter().enumerate();
        for (number, _) in payments.filter(|(_, payment)| payment.booking == row.name) {
            let time = self.history.names.minutes(&format!("{} confirmation", row.name), 4..=50);
            self.plan_in(time, Action::ConfirmPayment(row, number));
        }
    }

    pub(super) fn plan_review(&mut self, row: &'a BookingRow) {
        if let Some(review) = self.history.demo.reviews.iter().find(|review| review.booking == row.name) {
            let time = self.history.names.minutes(&format!("{} review", row.name), 35..=600);
            self.plan_in(time, Action::Review(row, review));
        }
    }

    fn admin(&self, number: usize) -> Result<Id<User>> {
        Ok(self.history.user(self.history.admin(number)?.email.as_str()))
    }

    pub(super) async fn confirm_payment(&mut self, row: &'a BookingRow, number: usize) -> Result<()> {
        let demo = self.history.demo;
        let received_by = demo.payments.get(number).and_then(|payment| payment.received_by.as_deref());
        let received_by =
            received_by.map(|name| demo.provider(name)).transpose()?.map(|row| self.history.provider(row));
        let by = self.admin(number)?;
        let booking = self.history.booking(&row.name)?;
        let tx = &mut self.history.tx;
        let payments = payments::store::list_of_booking(tx, booking).await?;
        let pending = payments.into_iter().find(|payment| payment.status == PaymentStatus::Pending);
        payments::confirm(tx, pending.context("nothing is owed")?.id, by, received_by, None).await?;
        Ok(())
    }

    pub(super) async fn review(&mut self, row: &'a BookingRow, review: &'a ReviewRow) -> Result<()> {
        let booking = self.history.booking(&row.name)?;
        let stars = Stars::new(review.rating)?;
        Ok(reviews::review(&mut self.history.tx, booking, stars, review.comment.as_deref()).await?)
    }

    pub(super) async fn make_payout(&mut self, row: &'a PayoutRow) -> Result<()> {
        let provider = self.history.provider(self.history.demo.provider(&row.provider)?);
        let admin = self.admin(0)?;
        let payout = payouts::create(&mut self.history.tx, provider, admin).await?;
        if let Some(paid) = row.paid {
            self.plan(self.history.at(paid), Action::MarkPaid(row, payout.id));
        }
        Ok(())
    }

    pub(super) async fn mark_paid(&mut self, payout: Id<Payout>) -> Result<()> {
        let admin = self.admin(0)?;
        payouts::mark_paid(&mut self.history.tx, payout, admin).await?;
        Ok(())
    }
}
