//! Limits how many things (connections, streams) one client may have open at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// How many places are taken, by key.
#[derive(Clone, Default)]
pub(super) struct Slots(Arc<Mutex<HashMap<String, usize>>>);

/// One place, released when it is dropped.
pub(super) struct Slot {
    slots: Slots,
    key: String,
}

impl Slots {
    /// Takes a place, if this key has fewer than `most`.
    pub fn take(&self, key: impl Into<String>, most: usize) -> Option<Slot> {
        let key = key.into();
        let mut taken = self.0.lock().expect("no panics under this lock");
        let count = taken.entry(key.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        drop(taken);
        Some(Slot { slots: self.clone(), key })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.0.lock().expect("no panics under this lock");
        if let Some(count) = taken.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_given_back_can_be_taken_again() {
        let slots = Slots::default();
        let (first, second) = (slots.take("a", 2), slots.take("a", 2));
        assert!(first.is_some() && second.is_some());
        assert!(slots.take("a", 2).is_none());
        assert!(slots.take("b", 2).is_some(), "others have places of their own");
        drop(first);
        assert!(slots.take("a", 2).is_some());
        drop(second);
        assert!(slots.0.lock().unwrap().is_empty(), "what nobody uses is forgotten");
    }
}
