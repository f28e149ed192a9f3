//! What is packaged as a version, and what it is called when nobody says.

use std::fs;

use super::place::{self, Place, assert_contains};

/// Runs git in the folder of a place.
fn git(place: &Place, arguments: &[&str]) {
    let output = place
        .command("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.com"])
        .args(arguments)
        .output()
        .expect("git is there");
    crate::tools::assert_success(&output);
}

/// The last line, which is the label.
fn label(said: &str) -> &str {
    let mut words = said.lines().filter(|line| !line.contains(' '));
    words.next().expect("the label is printed")
}

#[test]
fn versions_are_named_after_commits_or_content_and_archives_are_taken() {
    let Some(place) = Place::new() else { return };
    place.says(0, &["apply", "blog", "--yes"]);
    // Without git, after the content, whatever the files' times are.
    let said = place.says(0, &["push"]);
    let content = label(&said).to_owned();
    assert!(content.starts_with("sha-"), "{said}");
    let file = fs::File::options()
        .write(true)
        .open(place.folder.path().join("app/app.js"));
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_hours(9);
    file.and_then(|it| it.set_modified(long_ago))
        .expect("it has a time");
    let said = place.says(0, &["push"]);
    assert_contains(
        &said,
        &[&format!("version {content} of blog is there already")],
    );

    // With it, after the commit; with changes, after the content again.
    git(&place, &["init", "--quiet"]);
    git(&place, &["add", "."]);
    git(&place, &["commit", "--quiet", "--message", "First"]);
    git(&place, &["tag", "v1.0"]);
    let said = place.says(0, &["push"]);
    assert_eq!(label(&said), "v1.0", "{said}");
    place.write("app/app.js", "other\n");
    let said = place.says(0, &["push"]);
    assert!(label(&said).starts_with("sha-"), "{said}");
    assert_ne!(label(&said), content);
    git(
        &place,
        &["commit", "--quiet", "--all", "--message", "Second"],
    );
    let said = place.says(0, &["push"]);
    assert!(label(&said).starts_with("v1.0-1-g"), "{said}");
    // What the repository above the source ignores stays out.
    place.write(".gitignore", "*.tmp\n");
    place.write("app/a.tmp", "1");
    git(&place, &["add", "."]);
    git(&place, &["commit", "--quiet", "--message", "Third"]);
    let said = place.says(0, &["push"]);
    assert!(label(&said).starts_with("v1.0-2-g"), "{said}");
    assert_contains(&said, &["uploaded (2 files,"]);

    // Archives are taken as they are, and named after their content, of which
    // no commit knows.
    place.python(
        "import zipfile\n\
         for kind in ['zip', 'jar', 'war']: \
         zipfile.ZipFile('app.' + kind, 'w').writestr('app.js', 'app')",
    );
    for name in ["app.zip", "app.jar", "app.war"] {
        let said = place.says(0, &["push", "--source", name]);
        assert!(label(&said).starts_with("sha-"), "{said}");
        assert_contains(&said, &["of blog uploaded"]);
    }
    place.write("app.tar", "tar");
    let said = place.says(2, &["push", "--source", "app.tar"]);
    assert_contains(&said, &["app.tar is no folder and no zip, jar or war"]);
}

/// The compiler reads the source beside the file that declares the application;
/// what is uploaded is the same, wherever the entry lies.
#[test]
fn a_source_lies_beside_the_file_that_declares_the_application() {
    let Some(place) = Place::new() else { return };
    let application = "application blog {\n  source = \"app\"\n}\n";
    let program = place::PROGRAM
        .split_once("environment")
        .expect("it has one")
        .1;
    place.write(
        "env.bean",
        &format!(
            "edition 2026\n\nimport {{ blog }} from \"./shared/blog.bean\"\n\n\
             input release: string\n\nenvironment{program}"
        ),
    );
    let shared = format!("edition 2026\n\n{application}");
    place.write("shared/blog.bean", &shared);
    place.write("shared/app/one.js", "1");
    place.write("shared/app/two.js", "2");
    place.write("shared/app/three.js", "3");
    place.says(0, &["apply", "blog", "--yes"]);
    let said = place.says(0, &["push"]);
    assert_contains(&said, &["uploaded (3 files,"]);
    let beside = label(&said).to_owned();
    // What is given by hand is relative to where it is said.
    let said = place.says(0, &["push", "--source", "app"]);
    assert_ne!(label(&said), beside, "{said}");
}
