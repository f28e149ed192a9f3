//! `docs/reference/` is what the compiler's tables say.

#![expect(clippy::disallowed_methods, reason = "tests read the repository")]

use std::path::Path;

use beanc::schema::reference;

/// `UPDATE_DOCS=1 cargo test reference` writes the pages anew.
#[test]
fn the_pages_are_written_from_the_tables() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference");
    for (name, text) in reference::pages() {
        let path = folder.join(&name);
        if std::env::var("UPDATE_DOCS").is_ok() {
            std::fs::create_dir_all(&folder).expect("the folder can be made");
            std::fs::write(&path, &text).expect("the page can be written");
        }
        let page = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            page == text,
            "docs/reference/{name} is not what the tables say: \
             UPDATE_DOCS=1 cargo test reference writes it"
        );
    }
}
