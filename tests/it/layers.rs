//! The code map in `src/lib.rs` holds: a layer uses only those before it.

#![expect(clippy::disallowed_methods, reason = "tests read the repository")]

use std::path::Path;

/// The modules of `src/lib.rs`, lowest first.
fn layers() -> Vec<&'static str> {
    let declared = |line: &'static str| line.strip_prefix("pub mod ")?.strip_suffix(';');
    include_str!("../../src/lib.rs")
        .lines()
        .filter_map(declared)
        .collect()
}

#[test]
fn no_layer_uses_one_above_it() {
    let layers = layers();
    let mut upward = Vec::new();
    for (at, layer) in layers.iter().enumerate() {
        for (file, text) in sources(layer) {
            for (line, used) in text.lines().zip(1..).flat_map(|(text, line)| {
                used_modules(text)
                    .into_iter()
                    .map(move |module| (line, module))
            }) {
                match layers.iter().position(|layer| *layer == used) {
                    Some(other) if other > at => upward.push(format!("{file}:{line}: {used}")),
                    // A macro of the crate's root, or a layer below.
                    Some(_) | None => {}
                }
            }
        }
    }
    assert!(
        upward.is_empty(),
        "these look upward:\n{}",
        upward.join("\n")
    );
}

/// Every file of the library is in a layer.
#[test]
fn every_file_is_in_a_layer() {
    let layers = layers();
    let in_layers: usize = layers.iter().map(|layer| sources(layer).len()).sum();
    let all = rust_files(Path::new(SRC)).len();
    let roots = ["lib.rs", "main.rs", "bin/bean-sqsd.rs"].len();
    assert_eq!(in_layers + roots, all, "a file of src/ is in no layer");
}

const SRC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// The modules that a line names behind `crate::`, alone or in braces.
fn used_modules(line: &str) -> Vec<&str> {
    if line.trim_start().starts_with("//") {
        return Vec::new();
    }
    let behind = line.split("crate::").skip(1);
    behind
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(group) => group.split([',', '}']).collect(),
            None => vec![rest],
        })
        .map(|path| {
            let path = path.trim();
            let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
            &path[..end.unwrap_or(path.len())]
        })
        .collect()
}

/// The files of a module, with their texts.
fn sources(module: &str) -> Vec<(String, String)> {
    let root = Path::new(SRC);
    let mut files = rust_files(&root.join(module));
    files.push(root.join(format!("{module}.rs")));
    files
        .into_iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            let name = path.strip_prefix(root).ok()?.display().to_string();
            Some((name, text))
        })
        .collect()
}

fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
