//! Rebuilds when a migration is added, because the macro that embeds them only sees changes of known files. Also computes the version of the scripts
//! for their addresses.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

const SCRIPTS: [&str; 2] = ["public/scripts", "public/vendor"];

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    let mut hasher = DefaultHasher::new();
    for folder in SCRIPTS {
        println!("cargo:rerun-if-changed={folder}");
        hash_files(Path::new(folder), &mut hasher);
    }
    println!("cargo:rustc-env=SCRIPTS_VERSION={:x}", hasher.finish());
}

fn hash_files(folder: &Path, hasher: &mut DefaultHasher) {
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the folder is part of the source").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            hash_files(&path, hasher);
        } else {
            path.hash(hasher);
            fs::read(&path).expect("the file was just listed").hash(hasher);
        }
    }
}
