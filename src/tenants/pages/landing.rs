use leptos::prelude::*;

use super::CustomerFrame;
use crate::{
    error::AppError,
    server::{Answer, Page, Visit},
};

/// `/`: the brand, what can be booked, from what price, where.
pub async fn landing(visit: Visit) -> Result<Answer, AppError> {
    let ctx = visit.ctx;
    let name = ctx.tenant.name.clone();
    Page::new(name.clone(), move || {
        let tagline = ctx.tenant.tagline.clone();
        view! {
            <CustomerFrame ctx>
                <main id="main" class="page">
                    <h1>{name}</h1>
                    <p class="lead">{tagline}</p>
                </main>
            </CustomerFrame>
        }
    })
    .indexed()
    .answer()
}
