//! Compiles the migrations in anew when one is added: the macro that embeds them only sees changes to files it knew.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
