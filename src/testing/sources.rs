use std::path::{Path, PathBuf};

/// A source file of the server.
pub struct Source {
    /// Path below `src`, `reviews/store.rs`.
    pub path: String,
    pub code: String,
}

/// All files below `src`, unchanged, sorted by path.
pub fn files() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                found.push(Source { path: name, code: std::fs::read_to_string(&path).unwrap() });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The server's code without tests and comments, for laws about the code itself.
pub fn sources() -> Vec<Source> {
    let served = files().into_iter().filter(|file| !file.path.starts_with("testing/") && !file.path.contains("tests"));
    served.map(|file| Source { code: code_of(&file.code), ..file }).collect()
}

fn code_of(text: &str) -> String {
    let served = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines: Vec<&str> = served.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    lines.join("\n")
}
