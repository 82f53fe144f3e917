//! People: an avatar with their initials, and their rating.

use leptos::prelude::*;

use crate::words;

/// The initials of a name in a circle.
#[component]
pub fn Avatar(
    /// Screen readers skip the avatar, so the page also writes the name.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    view! { <span class="avatar" aria-hidden="true">{initials(&name)}</span> }
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// A five-pointed star in a box of 20 × 20.
const STAR: &str = "M10 1.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8L10 14.9l-5.2 2.7 1-5.8L1.6 7.7l5.8-.8z";

/// An average rating: one star, the figure, and how many rated.
#[component]
pub fn Rating(
    /// The average, 1 to 5.
    average: f64,
    count: u32,
) -> impl IntoView {
    let spoken = t!("ui-rated-out-of-5-by", average = format!("{average:.1}"), customers = words::count(count));
    view! {
        <span class="rating">
            <svg class="star-icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d=STAR></path></svg>
            <span aria-hidden="true">{format!("{average:.1}")}<span class="rating-count">{format!(" ({count})")}</span></span>
            <span class="visually-hidden">{spoken}</span>
        </span>
    }
}

/// One person's rating as five stars.
#[component]
pub fn Stars(
    /// How many of the five are full.
    stars: u8,
) -> impl IntoView {
    let drawn = (1..=5_u8)
        .map(|nth| {
            let class = if nth <= stars { "star-full" } else { "star-empty" };
            let place = format!("translate({} 0)", 22 * (nth - 1));
            view! { <path class=class transform=place d=STAR></path> }
        })
        .collect_view();
    view! {
        <svg class="stars" viewBox="0 0 108 20" width="108" height="20" role="img" aria-label=t!("ui-out-of-5-stars", stars = stars)>
            {drawn}
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_name() {
        assert_eq!(initials("Marcus Johnson"), "MJ");
        assert_eq!(initials("maria de la cruz"), "MC");
        assert_eq!(initials("Özil"), "Ö");
        assert_eq!(initials(""), "");
    }
}
