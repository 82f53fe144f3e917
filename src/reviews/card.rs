use engine::{Stars, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use super::actions::ReviewBooking;
use crate::{
    bookings::Key,
    ui::{self, ErrorSummary, FormState, HiddenField, Need, PostForm, PrimaryButton, StarsField, TextArea, TitledCard},
};

/// The review form, or the review.
#[component]
pub fn ReviewCard(
    key: Key,
    name: String,
    rating: Option<Stars>,
    comment: Option<String>,
    form: FormState,
) -> impl IntoView {
    if let Some(rating) = rating {
        let stars = u8::try_from(rating.get()).unwrap_or_default();
        return view! {
            <TitledCard title=t!("reviews-your-review")>
                <ui::Stars stars />
                {comment.map(|comment| view! { <p>{comment}</p> })}
            </TitledCard>
        }
        .into_any();
    }
    view! {
        <TitledCard title=t!("reviews-how-was", name = isolated(&name))>
            <PostForm action=ReviewBooking::PATH>
                <ErrorSummary form=form.clone() />
                {key.fields().map(|(name, value)| view! { <HiddenField name value /> })}
                <StarsField legend=t!("reviews-your-rating") name="rating" state=form.field("rating") />
                <TextArea
                    label=t!("reviews-anything-to-add")
                    name="comment"
                    state=form.field("comment")
                    need=Need::Optional
                />
                <PrimaryButton>{t!("reviews-send-review")}</PrimaryButton>
            </PostForm>
        </TitledCard>
    }
    .into_any()
}
