//! The addresses of styles and scripts. Each changes with its content, so browsers may cache it for a year.

use leptos::config::LeptosOptions;

/// Changes with any script in `public/` (build.rs). It is a folder in their addresses, so that scripts can import each other.
const SCRIPTS_VERSION: &str = env!("SCRIPTS_VERSION");

/// The addresses of the files that `cargo leptos` built.
#[derive(Debug)]
pub struct Assets {
    pub style: String,
    /// Address of the script that calls the WASM module.
    pub glue: String,
    pub wasm: String,
}

impl Assets {
    /// Reads the hashes in file names from the file next to the program. Without that file, as in tests, names have no hash.
    pub fn of(options: &LeptosOptions) -> Self {
        let hashes = if options.hash_files { read_hashes(options).unwrap_or_default() } else { String::new() };
        let address = |kind: &str| {
            let hash = hashes.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(':'));
            let hash = hash.map(|hash| format!(".{}", hash.trim())).unwrap_or_default();
            format!("/{}/{}{hash}.{kind}", options.site_pkg_dir, options.output_name)
        };
        Self { style: address("css"), glue: address("js"), wasm: address("wasm") }
    }

    /// The address of a script in `public/scripts/`.
    pub fn script(name: &str) -> String {
        format!("/scripts/{SCRIPTS_VERSION}/{name}")
    }
}

fn read_hashes(options: &LeptosOptions) -> Option<String> {
    let program = std::env::current_exe().ok()?;
    std::fs::read_to_string(program.parent()?.join(options.hash_file.as_ref())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_hashes_files_have_their_plain_names() {
        let options = LeptosOptions::builder().output_name("wayside").build();
        let assets = Assets::of(&options);
        assert_eq!(assets.style, "/pkg/wayside.css");
        assert_eq!(assets.glue, "/pkg/wayside.js");
        assert_eq!(assets.wasm, "/pkg/wayside.wasm");
    }
}
