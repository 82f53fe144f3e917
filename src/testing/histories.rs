//! Random histories of the application. A history that breaks a law is shrunk to the shortest one that still does.

use std::{cell::Cell, fmt::Debug};

use proptest::{
    strategy::Strategy,
    test_runner::{Config, TestError, TestRunner},
};
use tokio::runtime::{Builder, Runtime};

use super::TestApp;

/// Plays this many random histories in one application, or as many as `WAYSIDE_HISTORIES` says. The test fails with the shortest history that panics.
///
/// `play` also gets a different number each time, to create a separate tenant: then no history sees data of another one.
pub fn play_histories<S: Strategy>(usual: u32, histories: &S, play: impl AsyncFn(&TestApp, usize, S::Value)) {
    let cases = std::env::var("WAYSIDE_HISTORIES").map_or(usual, |cases| cases.parse().unwrap());
    let runtime = runtime();
    let _within = runtime.enter(); // the application's connections end in it, also when the test fails
    let app = runtime.block_on(TestApp::new());
    let played = run(&runtime, cases, histories, async |nth, history| play(&app, nth, history).await);
    if let Err(failure) = played {
        panic!("{failure}");
    }
    runtime.block_on(app.done());
}

/// With a worker thread, so that the runtime survives a history that panics.
fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn run<S: Strategy>(
    runtime: &Runtime,
    cases: u32,
    histories: &S,
    play: impl AsyncFn(usize, S::Value),
) -> Result<(), TestError<S::Value>>
where
    S::Value: Debug,
{
    let config = Config {
        cases,
        max_shrink_iters: 2_000,
        max_shrink_time: 60_000,
        failure_persistence: None, // what failed is short enough to become a test
        ..Config::default()
    };
    let nth = Cell::new(0);
    TestRunner::new(config).run(histories, |history| {
        runtime.block_on(play(nth.replace(nth.get() + 1), history));
        Ok(())
    })
}

#[test]
fn a_history_that_fails_is_shrunk_to_the_least_that_fails() {
    let numbers = proptest::collection::vec(0_u32..1_000, 1..30);
    let seen = Cell::new(0);
    let played = run(&runtime(), 200, &numbers, async |nth, numbers| {
        assert_eq!(nth, seen.replace(nth + 1), "each has a number of its own");
        tokio::task::yield_now().await;
        assert!(numbers.iter().all(|number| *number < 500), "too much");
    });
    let failure = played.unwrap_err().to_string();
    assert!(failure.contains("too much"), "{failure}");
    assert!(failure.ends_with("minimal failing input: [\n    500,\n]"), "{failure}");
}
