//! An application's source as one archive.
//!
//! The same files give the same bytes: sorted, without times, owners or the
//! machine's file modes, so a version is known by what is in it.

use std::fmt::Display;
use std::io::{Cursor, Read, Write};
use std::path::{Component, Path, PathBuf};

use ignore::overrides::OverrideBuilder;
use ignore::{DirEntry, WalkBuilder};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::Error;
use crate::backend::{MARK, source_map};

/// Elastic Beanstalk's limit of a version's archive; ours is the same.
pub const LARGEST_BYTES: u64 = 512 << 20;

/// What never belongs into a version.
const NEVER: [&str; 6] = [
    ".git",
    ".elasticbeanstalk",
    ".terraform",
    ".DS_Store",
    "__MACOSX",
    "bean.lock",
];

/// What `build` and `apply` write for a unit. A folder with one of these is
/// theirs: it changes with each deployment, and Terraform's state and plans in it
/// hold the values of secret inputs.
const OUTPUT: [&str; 5] = [
    "main.tf.json",
    "main.map.json",
    "template.json",
    "template.yaml",
    "template.map.json",
];

/// How a file begins that `plan --save` has written.
pub const SAVED_PLAN: &str = "{\n  \"version\": 1,\n  \"engine\": \"";

/// A version that can be uploaded.
#[derive(Debug)]
pub struct Package {
    /// The archive.
    pub bytes: Vec<u8>,
    /// How many files it holds; `None` for archives that were packed before.
    pub files: Option<usize>,
    /// The SHA-256 of the archive in hexadecimal.
    pub digest: String,
}

/// The SHA-256 of bytes in hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Packs a folder, or takes an archive: a zip as it is, a jar or war as the
/// only file of a zip. What `ignore` names stays out, and what `.ebignore`
/// names, or `.gitignore` where there is no `.ebignore`.
///
/// # Errors
/// What cannot be read, and when nothing is left or it is too large.
pub fn package(source: &Path, ignore: &[&str]) -> Result<Package, Error> {
    let name = source.display();
    if source.is_dir() {
        return packed(source, ignore);
    }
    let file = source.file_name().unwrap_or_default().to_string_lossy();
    let extension = source.extension().unwrap_or_default().to_ascii_lowercase();
    let kind = match extension.to_str() {
        Some(kind @ ("zip" | "jar" | "war")) => kind,
        _ => {
            return Err(Error::new(format!(
                "{name} is no folder and no zip, jar or war"
            )));
        }
    };
    // Nobody may ever write into a pipe.
    if source.exists() && !source.is_file() {
        return Err(Error::new(format!("{name} is no file")));
    }
    let bytes = read(source)?;
    // Instances could not unpack it either, and would say so much later.
    if let Some(problem) = archive_problem(&bytes, kind) {
        return Err(Error::new(format!("{name} {problem}")));
    }
    match kind {
        "zip" => finished(bytes, None),
        _ => {
            let mut archive = Archive::new();
            archive.add(&file, &bytes, false)?;
            finished(archive.finish()?, Some(1))
        }
    }
}

/// Why an archive is none that could run; `None` when it could.
fn archive_problem(bytes: &[u8], kind: &str) -> Option<String> {
    if bytes.is_empty() {
        return Some("is empty".to_owned());
    }
    // A jar and a war are zips as well.
    let archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(error) => return Some(format!("is no {kind}: {error}")),
    };
    let mut has_files = false;
    for name in archive.file_names() {
        let name = match name {
            Ok(name) => name,
            Err(error) => return Some(format!("holds a name that cannot be read: {error}")),
        };
        // Some programs write the separators of Windows.
        let mut parts = name.split(['/', '\\']);
        if name.starts_with(['/', '\\']) || parts.any(|part| part == "..") {
            return Some(format!("holds `{name}`, which is outside of its folder"));
        }
        has_files |= !name.ends_with('/');
    }
    (!has_files).then(|| "holds no files".to_owned())
}

/// The files of a folder, without those that are ignored. `above` has the
/// `.gitignore` of the folders above hold as well.
fn files(folder: &Path, ignore: &[&str], above: bool) -> Result<Vec<PathBuf>, Error> {
    let name = folder.display();
    let unreadable = |error: &dyn Display| unpackable(&name.to_string(), error);
    let mut overrides = OverrideBuilder::new(folder);
    for pattern in ignore {
        // An override names what is taken; one with `!` what is not.
        overrides
            .add(&format!("!{pattern}"))
            .map_err(|error| unreadable(&error))?;
    }
    let overrides = overrides.build().map_err(|error| unreadable(&error))?;
    let has_own = folder.join(".ebignore").is_file();
    let mut walk = WalkBuilder::new(folder);
    walk.standard_filters(false)
        .parents(above && !has_own)
        // With one, what is above the repository does not count.
        .require_git(above)
        .git_ignore(!has_own)
        .overrides(overrides)
        .filter_entry(|entry| !is_never_packed(entry));
    if has_own {
        walk.add_custom_ignore_filename(".ebignore");
    }
    let mut files = Vec::new();
    for entry in walk.build() {
        let entry = entry.map_err(|error| unreadable(&error))?;
        if entry.file_type().is_some_and(|it| !it.is_dir()) {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// Whether something belongs into no version: what tools keep for themselves,
/// and what a deployment writes.
fn is_never_packed(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let path = entry.path();
    // Terraform keeps copies: `terraform.tfstate.backup`.
    let is_of_terraform = name.contains(".tfstate") || name.ends_with(".tfplan");
    let is_file = entry.file_type().is_some_and(|it| it.is_file());
    let is_folder = entry.file_type().is_some_and(|it| it.is_dir());
    NEVER.contains(&name.as_ref())
        || is_of_terraform
        || is_file && begins(path, SAVED_PLAN)
        || is_folder && entry.depth() > 0 && is_output(path)
}

/// Whether a folder is what `build` writes for a unit.
fn is_output(folder: &Path) -> bool {
    OUTPUT.iter().any(|name| {
        let path = folder.join(name);
        match name.ends_with(".map.json") {
            true => begins(&path, source_map::BEGINNING),
            false => head(&path).contains(MARK),
        }
    })
}

fn begins(path: &Path, text: &str) -> bool {
    head(path).starts_with(text)
}

/// The beginning of a file, where marks stand; empty for what is no file.
fn head(path: &Path) -> String {
    let mut bytes = Vec::new();
    // A pipe would be waited for.
    if path.is_file()
        && let Ok(file) = std::fs::File::open(path)
    {
        // What cannot be read is no file of ours.
        let _ = file.take(4096).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a folder is part of a repository, whose rules then hold in it.
fn is_in_repository(folder: &Path) -> bool {
    let folder = folder.canonicalize().unwrap_or_default();
    folder.ancestors().any(|it| it.join(".git").exists())
}

fn packed(folder: &Path, ignore: &[&str]) -> Result<Package, Error> {
    let name = folder.display();
    let mut files = match is_in_repository(folder) {
        true => self::files(folder, ignore, true)?,
        false => Vec::new(),
    };
    // What is built is often ignored as a whole, and is what is meant all the
    // same when it is the source.
    if files.is_empty() {
        files = self::files(folder, ignore, false)?;
    }
    let named = |path: &PathBuf| -> String {
        let below = path.strip_prefix(folder).unwrap_or(path);
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        parts.join("/")
    };
    let mut files: Vec<(String, PathBuf)> = files.into_iter().map(|it| (named(&it), it)).collect();
    files.sort();
    if files.is_empty() {
        return Err(Error::new(format!("there is nothing to package in {name}")));
    }
    let root = folder.canonicalize().unwrap_or_default();
    let problems = files
        .iter()
        .filter_map(|(name, path)| Some(format!("`{name}` {}", problem(name, path, &root)?)));
    let problems: Vec<String> = problems.collect();
    if !problems.is_empty() {
        let shown = &problems[..problems.len().min(SHOWN_PROBLEMS)];
        let more = match problems.len() - shown.len() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let why = format!("{}{more}", shown.join(", "));
        return Err(unpackable(&folder.display().to_string(), &why)
            .help("what `ignore` names stays out of the package"));
    }
    let mut archive = Archive::new();
    for (name, path) in &files {
        match path.read_link() {
            Ok(target) => archive.link(name, &target.to_string_lossy())?,
            Err(_) => archive.add(name, &read(path)?, is_executable(path))?,
        }
    }
    finished(archive.finish()?, Some(files.len()))
}

/// More problems than these are only counted.
const SHOWN_PROBLEMS: usize = 3;

/// Why a file of the source cannot be part of a version; `None` when it can.
/// Pipes and devices would be read for ever, and links that do not stay in the
/// source lead elsewhere on an instance, or nowhere.
fn problem(name: &str, path: &Path, root: &Path) -> Option<String> {
    let Ok(target) = path.read_link() else {
        let is_odd = path.metadata().is_ok_and(|it| !it.is_file());
        return is_odd.then(|| "is a pipe, a socket or a device".to_owned());
    };
    let shown = target.display();
    let Ok(reached) = path.canonicalize() else {
        return Some(format!("links to {shown}, which is not there"));
    };
    let stays = is_inside(name, &target) && reached.starts_with(root);
    (!stays).then(|| format!("links to {shown}, which leads out of the source"))
}

/// Whether the target of a link is in the source wherever that is.
fn is_inside(name: &str, target: &Path) -> bool {
    // The folders above the link.
    let mut depth = name.matches('/').count();
    for part in target.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    true
}

fn finished(bytes: Vec<u8>, files: Option<usize>) -> Result<Package, Error> {
    let size = bytes.len() as u64;
    if size > LARGEST_BYTES {
        return Err(Error::new(format!(
            "the version has {} MiB; {} are the most",
            size >> 20,
            LARGEST_BYTES >> 20
        )));
    }
    let digest = digest(&bytes);
    Ok(Package {
        bytes,
        files,
        digest,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "an application's source may be anything"
)]
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path)
        .map_err(|error| Error::new(format!("cannot read {}: {error}", path.display())))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|it| it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "sh")
}

fn unpackable(name: &str, error: &dyn Display) -> Error {
    Error::new(format!("cannot package {name}: {error}"))
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
}

struct Archive(ZipWriter<Cursor<Vec<u8>>>);

impl Archive {
    fn new() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::new())))
    }

    fn add(&mut self, name: &str, bytes: &[u8], executable: bool) -> Result<(), Error> {
        let options = options().unix_permissions(if executable { 0o755 } else { 0o644 });
        let started = self.0.start_file(name, options);
        started.map_err(|error| unpackable(name, &error))?;
        let written = self.0.write_all(bytes);
        written.map_err(|error| unpackable(name, &error))
    }

    fn link(&mut self, name: &str, target: &str) -> Result<(), Error> {
        let added = self.0.add_symlink(name, target, options());
        added.map_err(|error| unpackable(name, &error))
    }

    fn finish(self) -> Result<Vec<u8>, Error> {
        let finished = self.0.finish();
        finished
            .map(Cursor::into_inner)
            .map_err(|error| Error::new(format!("cannot finish the package: {error}")))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "tests write files")]

    use std::fs;
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::backend::source_map::SourceMap;
    use crate::source::Sources;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("it has one")).expect("it is writable");
            fs::write(path, text).expect("it is writable");
        }
        folder
    }

    fn names(package: &Package) -> Vec<String> {
        let archive = ZipArchive::new(Cursor::new(&package.bytes)).expect("it is a zip");
        let names = archive.file_names();
        names
            .map(|name| name.expect("it is text").into_owned())
            .collect()
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let files = [("b.js", "b"), ("a/c.sh", "#!/bin/sh"), ("a.js", "a")];
        let one = folder(&files);
        let mut backwards = files;
        backwards.reverse();
        let other = folder(&backwards);
        for (name, _) in files {
            let file = fs::File::options()
                .write(true)
                .open(other.path().join(name));
            let old = SystemTime::UNIX_EPOCH + Duration::from_hours(1);
            file.and_then(|it| it.set_modified(old))
                .expect("it has a time");
        }
        let packages = [&one, &other].map(|it| package(it.path(), &[]).expect("it is packaged"));
        assert_eq!(packages[0].bytes, packages[1].bytes);
        assert_eq!(names(&packages[0]), ["a.js", "a/c.sh", "b.js"]);
        fs::write(one.path().join("a.js"), "A").expect("it is writable");
        let changed = package(one.path(), &[]).expect("it is packaged");
        assert_ne!(changed.digest, packages[0].digest);
    }

    #[test]
    fn what_is_ignored_stays_out() {
        let files = [
            (".gitignore", "*.log\n"),
            ("app/.gitignore", "cache/\n!keep.log\n"),
            ("app/a.js", ""),
            ("app/debug.log", ""),
            ("app/keep.log", ""),
            ("app/cache/x", ""),
            ("app/.git/config", ""),
            ("app/secret.pem", ""),
        ];
        let packaged = |folder: &tempfile::TempDir| {
            let package = package(&folder.path().join("app"), &["*.pem"]);
            names(&package.expect("it is packaged"))
        };
        // Without a repository, the folder's own rules hold.
        let alone = folder(&files[1..6]);
        assert_eq!(
            packaged(&alone),
            [".gitignore", "a.js", "debug.log", "keep.log"]
        );
        // In one, those above it as well.
        let repository = folder(&files[..6]);
        fs::create_dir(repository.path().join(".git")).expect("it is writable");
        assert_eq!(packaged(&repository), [".gitignore", "a.js", "keep.log"]);
        // The program's own rules always hold, and a repository never goes along.
        let all = folder(&files);
        assert_eq!(
            packaged(&all),
            [".gitignore", "a.js", "debug.log", "keep.log"]
        );
        // `.ebignore` takes the place of `.gitignore`.
        let own = folder(&files[..6]);
        fs::create_dir(own.path().join(".git")).expect("it is writable");
        fs::write(own.path().join("app/.ebignore"), "a.js\n").expect("it is writable");
        assert_eq!(
            packaged(&own),
            [
                ".ebignore",
                ".gitignore",
                "cache/x",
                "debug.log",
                "keep.log"
            ]
        );
        // A folder that is built is ignored, and meant all the same.
        let built = folder(&[(".gitignore", "/app/*\n"), ("app/a.js", "")]);
        fs::create_dir(built.path().join(".git")).expect("it is writable");
        assert_eq!(packaged(&built), ["a.js"]);
    }

    #[test]
    fn what_deployments_write_stays_out() {
        let module = format!("{{\n  \"//\": \"{MARK} Unit: environment.a\"\n}}");
        let saved = format!("{SAVED_PLAN}terraform\",\n  \"units\": []\n}}");
        let map = SourceMap::default().into_json(&Sources::default());
        let folder = folder(&[
            ("app.js", ""),
            ("build/app.min.js", ""),
            ("build/environment.a/main.tf.json", &module),
            ("build/environment.a/beanc.tfplan", "a secret"),
            ("build/environment.a/errored.tfstate", "a secret"),
            ("out/environment.b/template.map.json", &map),
            ("out/environment.b/kept", "a secret"),
            ("infra/terraform.tfstate.backup", "a secret"),
            ("infra/.terraform/providers", ""),
            ("infra/main.tf.json", "{}"),
            ("infra/plan.tfplan", "a secret"),
            ("plan.json", &saved),
            ("template.json", "{}"),
        ]);
        let package = package(folder.path(), &[]).expect("it is packaged");
        let expected = [
            "app.js",
            "build/app.min.js",
            "infra/main.tf.json",
            "template.json",
        ];
        assert_eq!(names(&package), expected);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_of_the_source_is_named() {
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;

        let folder = folder(&[("app/a.js", ""), ("app/bin/b.js", ""), ("out.js", "")]);
        let app = folder.path().join("app");
        let link = |target: &str, name: &str| {
            symlink(target, app.join(name)).expect("it is writable");
        };
        link("../a.js", "bin/a.js");
        link("bin", "sbin");
        let good = package(&app, &[]).expect("it is packaged");
        assert_eq!(names(&good), ["a.js", "bin/a.js", "bin/b.js", "sbin"]);

        let refused = |why: &str, name: &str| {
            let error = package(&app, &[]).expect_err("it cannot be packaged");
            assert!(error.message.contains(why), "{error}");
            package(&app, &[name]).expect("it is ignored");
            fs::remove_file(app.join(name)).expect("it is there");
        };
        link("../out.js", "out");
        refused("`out` links to ../out.js, which leads out", "out");
        link("../app/a.js", "around");
        refused("`around` links to ../app/a.js, which leads out", "around");
        link(&app.join("a.js").to_string_lossy(), "whole");
        refused("`whole` links to /", "whole");
        link("gone.js", "lost");
        refused("`lost` links to gone.js, which is not there", "lost");
        let socket = UnixListener::bind(app.join("socket")).expect("it is made");
        refused("`socket` is a pipe, a socket or a device", "socket");
        drop(socket);
    }

    #[test]
    fn archives_are_taken_as_they_are() {
        let folder = folder(&[
            ("empty.jar", ""),
            ("bad.war", "a war"),
            ("bad.zip", "a zip"),
            ("app.tar", ""),
        ]);
        let zipped = |files: &[&str]| {
            let mut archive = Archive::new();
            for name in files {
                archive.add(name, b"app", false).expect("it is added");
            }
            archive.finish().expect("it is finished")
        };
        let write = |name: &str, bytes: &[u8]| {
            fs::write(folder.path().join(name), bytes).expect("it is writable");
        };
        let bytes = zipped(&["app.js"]);
        write("app.zip", &bytes);
        write("app.jar", &bytes);
        write("none.zip", &zipped(&[]));
        write("out.zip", &zipped(&["app.js", "../out.js"]));
        let packaged = |name: &str| package(&folder.path().join(name), &[]);
        let zip = packaged("app.zip").expect("it is packaged");
        assert_eq!(zip.bytes, bytes);
        for (name, why) in [
            ("bad.zip", "bad.zip is no zip"),
            ("empty.jar", "empty.jar is empty"),
            ("bad.war", "bad.war is no war"),
            ("none.zip", "none.zip holds no files"),
            (
                "out.zip",
                "out.zip holds `../out.js`, which is outside of its folder",
            ),
        ] {
            let bad = packaged(name).expect_err("it is no archive");
            assert!(bad.message.contains(why), "{bad}");
        }
        let jar = packaged("app.jar").expect("it is packaged");
        let mut archive = ZipArchive::new(Cursor::new(&jar.bytes)).expect("it is a zip");
        let mut inside = Vec::new();
        let mut file = archive.by_name("app.jar").expect("it is there");
        file.read_to_end(&mut inside).expect("it can be read");
        assert_eq!(inside, bytes);
        let other = packaged("app.tar").expect_err("it is no archive of ours");
        assert!(
            other
                .message
                .ends_with("is no folder and no zip, jar or war")
        );
    }
}
