use std::sync::Arc;

use engine::field;
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::error::{AppError, OrInternal};

/// Maximum number of waiting hashes; further requests are told to retry.
const QUEUE: usize = 32;

/// Argon2 hashing, outside of the threads that answer requests: one hash takes some 20 ms of a core and 19 MiB.
#[derive(Clone)]
pub struct Passwords {
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { at_once: Arc::new(Semaphore::new((cores / 2).max(1))), waiting: Arc::new(Semaphore::new(QUEUE)) }
    }
}

impl Passwords {
    /// Hashes a new password after normalization, so that every keyboard gives the same.
    pub async fn hash(&self, password: String) -> Result<String, AppError> {
        self.run(move || password_auth::generate_hash(field::password(&password))).await
    }

    /// Whether the password matches the hash. Without a hash it takes just as long and is wrong, so that the response doesn't reveal whether the
    /// account exists.
    ///
    /// Older versions hashed the text as typed, so that is tried too if it differs. The number of attempts depends only on the text.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, AppError> {
        self.run(move || {
            let normal = field::password(&password);
            let as_typed = (password != normal).then_some(password);
            std::iter::once(normal).chain(as_typed).any(|text| {
                if let Some(hash) = &hash {
                    return password_auth::verify_password(text, hash).is_ok();
                }
                let _ = password_auth::generate_hash(text);
                false
            })
        })
        .await
    }

    /// Takes every place in the queue until the result is dropped.
    #[cfg(test)]
    pub fn fill_queue(&self) -> impl Drop + use<> {
        let most = u32::try_from(QUEUE).unwrap();
        self.waiting.clone().try_acquire_many_owned(most).unwrap()
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let place = self.waiting.clone().try_acquire_owned().map_err(|_| AppError::Unavailable)?;
        let turn = self.at_once.clone().acquire_owned().await.map_err(|_| AppError::Unavailable)?;
        // The permit belongs to the work, which continues even if the client disconnects.
        let work = move || {
            let _until_done = (place, turn);
            work()
        };
        spawn_blocking(work).await.or_internal()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPOSED: &str = "caf\u{e9} au lait";
    const APART: &str = "cafe\u{301}\u{a0}au lait";

    #[tokio::test]
    async fn a_password_opens_from_every_keyboard() {
        let passwords = Passwords::default();
        for (chosen, typed) in [(COMPOSED, APART), (APART, COMPOSED), (APART, APART)] {
            let hash = passwords.hash(chosen.to_owned()).await.unwrap();
            assert!(passwords.verify(typed.to_owned(), Some(hash.clone())).await.unwrap(), "{typed:?} for {chosen:?}");
            assert!(!passwords.verify("cafe au lait".to_owned(), Some(hash)).await.unwrap());
        }
    }

    #[tokio::test]
    async fn a_hash_of_the_text_as_it_was_typed_still_opens() {
        let hash = password_auth::generate_hash(APART);
        assert!(Passwords::default().verify(APART.to_owned(), Some(hash)).await.unwrap());
        assert!(!Passwords::default().verify(APART.to_owned(), None).await.unwrap());
    }
}
