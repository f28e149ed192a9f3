//! The page of every code: its form, and what its examples say.

#![expect(clippy::disallowed_methods, reason = "tests read the repository")]

use beanc::diagnostic::Code;

/// What it takes to get these is too long for a page.
const WITHOUT_EXAMPLES: &[Code] = &[Code::FileTooLarge];

#[test]
fn headings_agree_with_the_table() {
    for code in Code::ALL {
        let heading = format!("{} {}", code.number(), code.slug());
        assert_eq!(code.parsed_page().heading, heading);
    }
}

#[test]
fn every_page_has_a_wrong_and_a_right_example() {
    for code in Code::ALL {
        let page = code.parsed_page();
        let number = code.number();
        let text = code.page();
        let prose = text.split("## Wrong").next().unwrap_or_default();
        assert!(
            prose.lines().filter(|line| !line.is_empty()).count() > 1,
            "{number} explains nothing"
        );
        if WITHOUT_EXAMPLES.contains(code) {
            continue;
        }
        for (what, example) in [("wrong", &page.wrong), ("right", &page.right)] {
            assert!(!example.is_empty(), "{number} has no {what} example");
            let mut names: Vec<_> = example.iter().map(|it| it.file).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(
                names.len(),
                example.len(),
                "{number}: two files of one name"
            );
        }
        for section in ["\n## Wrong\n", "\n## Right\n"] {
            assert!(text.contains(section), "{number} has no section {section}");
        }
    }
}

/// A page that no code prints would be forgotten.
#[test]
fn every_page_has_a_code() {
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/src/diagnostic/pages");
    let count = std::fs::read_dir(pages)
        .expect("the folder is there")
        .count();
    assert_eq!(count, Code::ALL.len());
}
