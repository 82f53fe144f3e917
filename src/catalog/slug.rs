/// The longest short name of a service.
const MOST: usize = 40;

/// A short name for a new service: its name in small letters, with a number if it is taken.
pub fn slug_of(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let words = |text: &str, most: usize| {
        let text: String =
            text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
        let joined = text.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
        joined[..joined.len().min(most)].trim_end_matches('-').to_owned()
    };
    let base = words(name, MOST - "-9999".len());
    let base = if base.len() < 2 { "service".to_owned() } else { base };
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let mut possible = std::iter::once(base.clone()).chain(numbered);
    possible.find(|slug| !taken(slug)).expect("there are more numbers than services")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_name_has_the_words_of_the_name_and_a_number_if_it_is_taken() {
        let named = |name: &str| slug_of(name, |_| false);
        assert_eq!(named("Winch-out & recovery"), "winch-out-recovery");
        assert_eq!(named("Замена масла"), "service", "no letter of it can be in an address");
        let taken = ["towing", "towing-2"];
        assert_eq!(slug_of("Towing", |slug| taken.contains(&slug)), "towing-3");
    }

    proptest! {
        #[test]
        fn a_short_name_is_one_that_the_database_takes(name in ".{0,80}", others in 0usize..20) {
            let mut taken: Vec<String> = Vec::new();
            for _ in 0..=others {
                let slug = slug_of(&name, |slug| taken.iter().any(|other| other == slug));
                prop_assert!((2..=MOST).contains(&slug.len()) && !taken.contains(&slug));
                prop_assert!(slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
                taken.push(slug);
            }
        }
    }
}
