use std::sync::Arc;

use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::error::AppError;

/// How many may wait for their turn; the next one is asked to come back.
const QUEUE: usize = 32;

/// Argon2 hashing, away from the threads that answer pages: one hash takes some 20 ms of a core and 19 MiB.
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
    /// Hashes a new password.
    pub async fn hash(&self, password: String) -> Result<String, AppError> {
        self.run(move || password_auth::generate_hash(password)).await
    }

    /// Whether the password belongs to the hash. Without a hash it takes just as long and is wrong, so that the answer doesn't tell whether the
    /// account exists.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, AppError> {
        self.run(move || {
            if let Some(hash) = hash {
                return password_auth::verify_password(password, &hash).is_ok();
            }
            let _ = password_auth::generate_hash(password);
            false
        })
        .await
    }

    /// Takes every place in the queue, until it is dropped.
    #[cfg(test)]
    pub fn fill_queue(&self) -> impl Drop + use<> {
        let most = u32::try_from(QUEUE).unwrap();
        self.waiting.clone().try_acquire_many_owned(most).unwrap()
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let place = self.waiting.clone().try_acquire_owned().map_err(|_| AppError::Unavailable)?;
        let turn = self.at_once.clone().acquire_owned().await.map_err(|_| AppError::Unavailable)?;
        // The work holds its place itself: it goes on when whoever asked has hung up.
        let work = move || {
            let _until_done = (place, turn);
            work()
        };
        spawn_blocking(work).await.map_err(|error| AppError::internal(&error))
    }
}
