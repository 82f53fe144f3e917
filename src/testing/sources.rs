use std::path::{Path, PathBuf};

/// A file, read as text.
pub struct Source {
    /// Path below the folder that was asked for: `reviews/store.rs`.
    pub path: String,
    pub code: String,
}

/// All Rust files below `src`, unchanged, sorted by path.
pub fn files() -> Vec<Source> {
    files_below("src", ".rs")
}

/// The files below a folder of the repository whose names end so, unchanged, sorted by path.
pub fn files_below(folder: &str, ending: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(ending) {
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
    served.map(Source::without_tests).collect()
}

impl Source {
    /// The same without tests and comments.
    #[must_use]
    pub fn without_tests(self) -> Self {
        Self { code: code_of(&self.code), ..self }
    }
}

fn code_of(text: &str) -> String {
    let tests = ["#[cfg(test)]\nmod tests {", "#[cfg(test)]\npub(super) mod tests {"];
    let served = tests.iter().fold(text, |text, begin| text.split(begin).next().unwrap_or_default());
    let lines: Vec<&str> = served.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    lines.join("\n")
}
