//! Every shape of a booking goes through everything that happens to one.

use chrono::TimeDelta;
use engine::{Amount, Id};

use super::{
    Shape,
    pricing::{Play, Size},
    tests::Shop,
};
use crate::{
    bookings::{Author, Booking, Phase, store},
    dispatch::{self, JobProgress},
    fulfilment::{make::Beginning, requests},
    providers::Provider,
    testing::begin,
};

impl Shop {
    /// Somebody asks for it; a trip goes then and a day later.
    async fn asked_for(&self, play: Play) -> Booking {
        if play.shape == Shape::Seat {
            self.trip(self.tomorrow()).await;
            self.trip(self.tomorrow() + TimeDelta::days(1)).await;
        }
        let until = self.app.now() + TimeDelta::hours(2);
        self.make(play, Beginning::Requested { until }).await
    }

    async fn agree(&self, booking: &Booking) {
        let tenant = self.tenant().await;
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await.unwrap();
        requests::approve(&mut tx, &tenant, &locked, Author::staff("Stan")).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn open_jobs(&self, booking: &Booking) -> Vec<JobProgress> {
        let jobs = dispatch::jobs_of(&mut *begin(&self.app, self.id).await, booking.id).await.unwrap();
        jobs.into_iter().filter(|job| !job.state.is_over()).collect()
    }

    /// Does what the booking needs, by these three.
    async fn do_it(&self, shape: Shape, booking: &Booking, crew: &[Id<Provider>; 3]) {
        let jobs = self.open_jobs(booking).await;
        if jobs.is_empty() {
            self.play_until(booking, 20).await;
        }
        for job in jobs {
            match shape {
                Shape::Crew => self.choose(job.job_id, crew).await,
                _ => self.drives(job.job_id, crew[0]).await,
            }
            self.do_job(job.job_id, crew[0]).await;
        }
    }

    async fn paid_by_the_customer(&self, booking: &Booking) -> i64 {
        self.charged(booking).await.iter().map(|amount| amount.0).sum()
    }
}

#[tokio::test]
async fn each_shape_is_asked_for_approved_moved_extended_done_and_charged_again() {
    let cases = [
        (Play { minutes: 90, ..Shape::Stay.into() }, 0, 6_000),
        (Play { size: Some(Size::Large), ..Shape::Legs.into() }, 2, 6_500),
        (Play { units: 3, ..Shape::Crew.into() }, 1, 3_000),
        (Play { units: 2, ..Shape::Seat.into() }, 1, 3_000),
    ];
    for (play, jobs, price) in cases {
        let shape = play.shape;
        let shop = Shop::open().await.with_all_prices().await;
        let crew = [shop.provider("Ada").await, shop.provider("Ben").await, shop.provider("Cleo").await];
        let booking = shop.asked_for(play).await;
        assert_eq!((booking.phase, shop.open_jobs(&booking).await.len()), (Phase::Pending, 0), "{shape}");
        shop.agree(&booking).await;
        assert_eq!(shop.find(&booking).await.phase, Phase::Confirmed, "{shape}");
        assert_eq!(shop.open_jobs(&booking).await.len(), jobs, "{shape}");
        let later = shop.tomorrow() + TimeDelta::days(1);
        assert_eq!(shop.move_to(&booking, later).await.unwrap().scheduled_at, Some(later), "{shape}");
        assert_eq!(shop.open_jobs(&booking).await.len(), jobs, "{shape}");
        shop.extend(&booking).await;

        shop.do_it(shape, &booking, &crew).await;

        assert_eq!(shop.find(&booking).await.phase, Phase::Completed, "{shape}");
        assert_eq!(shop.paid_by_the_customer(&booking).await, price + 4_000, "{shape}");
        shop.extend(&booking).await;
        assert_eq!(shop.paid_by_the_customer(&booking).await, price + 8_000, "{shape}");
        let mut earned = Amount::ZERO;
        for member in crew {
            earned += shop.earned(&booking, member).await.into_iter().sum::<Amount>();
        }
        let delivery = if play.size.is_some() { 2_500 } else { 0 };
        let share = if jobs == 0 { 0 } else { (price + 8_000 - delivery) * 70 / 100 };
        assert_eq!(
            earned,
            Amount(share),
            "70% for those who do a {shape}, also of what came later, but not of the delivery"
        );
        let heard = shop.heard(&booking).await;
        assert!(heard.starts_with("booked/pending approved/confirmed moved/confirmed"), "{shape}: {heard}");
        assert!(heard.ends_with("completed/completed"), "{shape}: {heard}");
        shop.obeys_the_laws().await;
        shop.app.done().await;
    }
}

#[tokio::test]
async fn each_shape_is_declined_or_cancelled_for_nothing_and_leaves_nothing_open() {
    for shape in [Shape::Stay, Shape::Legs, Shape::Crew, Shape::Seat] {
        let shop = Shop::open().await;
        let declined = shop.asked_for(shape.into()).await;
        let tenant = shop.tenant().await;
        let mut tx = begin(&shop.app, shop.id).await;
        let locked = store::lock(&mut tx, declined.id).await.unwrap();
        requests::decline(&mut tx, &tenant, &locked, Author::staff("Stan"), "Not that day").await.unwrap();
        tx.commit().await.unwrap();
        let cancelled = shop.make(shape, Beginning::Confirmed).await;
        shop.cancel(&cancelled).await;
        for booking in [&declined, &cancelled] {
            assert_eq!(shop.find(booking).await.phase, Phase::Cancelled, "{shape}");
            assert_eq!(shop.open_jobs(booking).await.len(), 0, "{shape}");
            assert_eq!(shop.paid_by_the_customer(booking).await, 0, "{shape}");
        }
        shop.obeys_the_laws().await;
        shop.app.done().await;
    }
}
