//! Recompiles when a migration is added: the macro that embeds migrations notices only changes to files it knows.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
