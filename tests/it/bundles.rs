//! What the compiler reads in the source of an application: in a folder, or in
//! an archive.

use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use beanc::backend::{cloudformation, terraform};
use beanc::diagnostic::Diagnostic;
use beanc::disk::{Contents, Disk, Entry, Found, MemoryDisk};
use beanc::driver::{self, Compilation, Options};
use beanc::ide::Snapshot;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const CRON: &str = "\
version: 1
cron:
  - name: nightly
    url: \"/tasks/nightly\"
    schedule: \"0 2 * * *\"
";

const DOCKERRUN: &str = "{
  \"AWSEBDockerrunVersion\": 2,
  \"containerDefinitions\": [
    { \"name\": \"web\", \"image\": \"nginx:1.29\", \"portMappings\": [{ \"containerPort\": 80 }] }
  ]
}
";

pub fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        let options = SimpleFileOptions::default();
        archive.start_file(*name, options).expect("it is added");
        archive.write_all(text.as_bytes()).expect("it is added");
    }
    archive.finish().expect("it is finished").into_inner()
}

fn worker(source: &str) -> Vec<u8> {
    format!(
        "edition 2026\n\napplication shop {{\n  source = \"{source}\"\n}}\n\n\
         environment shop-jobs: worker {{\n  platform = \"nodejs-22\"\n}}\n"
    )
    .into_bytes()
}

fn disk(program: Vec<u8>, source: &str, bytes: Vec<u8>) -> MemoryDisk {
    MemoryDisk::new([("main.bean", program), (source, bytes)])
}

fn checked(disk: &dyn Disk) -> Compilation {
    driver::check(None, Path::new("main.bean"), disk, &Options::default())
}

fn tasks(compilation: &Compilation) -> Vec<&str> {
    let environments = compilation.program.environments.values();
    let tasks = environments.flat_map(|it| it.settings.schedule.iter());
    tasks.map(|task| task.name.as_str()).collect()
}

/// The errors, each with its place.
fn errors(compilation: &Compilation) -> Vec<String> {
    let text = |it: &Diagnostic| {
        let place = compilation.sources.place(it.primary.span);
        let label = &it.primary.text;
        format!("{place} {}: {}: {label}", it.code.number(), it.message)
    };
    let errors = compilation.diagnostics.iter();
    let errors = errors.filter(|it| it.code.number().starts_with('E'));
    errors.map(text).collect()
}

#[test]
fn an_archive_is_a_source_like_any_folder() {
    for source in ["app.zip", "target/app.jar", "target/APP.WAR", "./app.zip"] {
        let archive = zipped(&[("app.js", ""), ("cron.yaml", CRON)]);
        let compilation = checked(&disk(worker(source), source, archive));
        assert_eq!(errors(&compilation), [""; 0]);
        assert_eq!(tasks(&compilation), ["nightly"], "{source}");
    }
    let program = worker("app.zip");
    let program = String::from_utf8(program).expect("it is text");
    let program = program
        .replace("jobs: worker", "prod: web")
        .replace("nodejs-22", "ecs");
    let archive = zipped(&[("Dockerrun.aws.json", DOCKERRUN)]);
    let compilation = checked(&disk(program.into_bytes(), "app.zip", archive));
    assert_eq!(errors(&compilation), [""; 0]);
    let environments = &compilation.program.environments;
    assert!(environments["shop-prod"].task.is_some());
}

/// A role that exists starts the containers, and none is made for that.
#[test]
fn a_dockerrun_file_may_name_the_role_that_starts_containers() {
    let role = "arn:aws:iam::012345678901:role/ecsTaskExecutionRole";
    let named = DOCKERRUN.replace(": 2,", &format!(": 2, \"executionRoleArn\": \"{role}\","));
    for (text, is_named) in [(DOCKERRUN, false), (&*named, true)] {
        let program = b"edition 2026\napplication shop {}\nenvironment shop-prod: web { platform = \"ecs\" }\n";
        let disk = MemoryDisk::new([
            ("main.bean", program.to_vec()),
            ("Dockerrun.aws.json", text.as_bytes().to_vec()),
        ]);
        let path = Path::new("main.bean");
        let compilation = driver::compile(path, &disk, &Options::default());
        assert_eq!(errors(&compilation), [""; 0]);
        let mut units = compilation.units.iter();
        let unit = units.find(|it| it.unit.to_string() == "environment.shop-prod");
        let unit = unit.expect("it is a unit");
        for text in [
            cloudformation::render(unit, &compilation.sources).text,
            terraform::render(unit, &compilation.sources).text,
        ] {
            assert_eq!(text.contains(role), is_named);
            assert_eq!(text.contains("Starts containers of"), !is_named);
        }
    }
}

#[test]
fn what_is_wrong_in_an_archive_has_its_place_there() {
    let said = |files: &[(&str, &str)]| {
        let disk = disk(worker("app.zip"), "app.zip", zipped(files));
        errors(&checked(&disk))
    };
    let wrong = CRON.replace("0 2 * * *", "0 2 1 * 1");
    assert_eq!(
        said(&[("cron.yaml", &wrong)]),
        [
            "app.zip/cron.yaml:5:16 E0505: EventBridge has no times like `0 2 1 * 1`: \
          five fields, of which day or weekday is `*`"
        ]
    );
    let long = format!("{CRON}#{}", " ".repeat(1 << 20));
    assert_eq!(
        said(&[("cron.yaml", &long)]),
        [
            "main.bean:4:12 E0101: `app.zip/cron.yaml` is larger than beanc reads: \
          the most is 1MiB"
        ]
    );
}

/// An editor can open the program, and nothing that is in an archive.
#[test]
fn an_editor_shows_what_names_the_archive() {
    let wrong = CRON.replace("url: \"/", "url: \"");
    let disk = disk(
        worker("app.zip"),
        "app.zip",
        zipped(&[("cron.yaml", &wrong)]),
    );
    let snapshot = Snapshot::new(Path::new("main.bean"), &disk, &Options::default());
    let [said] = snapshot.early_diagnostics() else {
        panic!("{:?}", snapshot.early_diagnostics());
    };
    let file = said.primary.span.file;
    assert_eq!(snapshot.path(file), None);
    let named = snapshot.archive_of(file).expect("it is in an archive");
    assert_eq!(snapshot.sources().text(named), "\"app.zip\"");
}

#[test]
fn a_source_that_cannot_be_packaged_is_an_error() {
    let said = |source: &str, bytes: &[u8]| {
        errors(&checked(&disk(worker(source), source, bytes.to_vec())))
    };
    assert_eq!(
        said("app.tar", b""),
        [
            "main.bean:4:12 E0101: `app.tar` is no folder and no zip, jar or war: \
          cannot be packaged"
        ]
    );
    let archive = zipped(&[("cron.yaml", CRON)]);
    assert_eq!(
        said("app.zip", &archive[..archive.len() / 2]),
        [
            "main.bean:4:12 E0101: `app.zip` cannot be read as an archive: \
          it is no zip, or only the beginning of one"
        ]
    );
}

/// What a build makes may not be there yet: that is a warning, and can be allowed.
#[test]
fn a_source_that_is_not_there_is_a_warning_where_it_is_named() {
    let said = |program: &str, files: &[&str]| {
        let files = files.iter().map(|file| (*file, ""));
        let disk = MemoryDisk::new(files.chain([("main.bean", program)]));
        let compilation = checked(&disk);
        let text = |it: &Diagnostic| {
            let helps: Vec<&str> = it.helps.iter().map(|it| it.text.as_str()).collect();
            let place = compilation.sources.place(it.primary.span);
            format!("{place} {}: {}", it.code.number(), helps.join(", "))
        };
        compilation.diagnostics.iter().map(text).collect::<Vec<_>>()
    };
    let program = |source: &str| String::from_utf8(worker(source)).expect("it is text");
    assert_eq!(
        said(&program("target/app.jar"), &["target/application.jar"]),
        ["main.bean:4:12 W1030: build it before, or allow this where a later build makes it"]
    );
    assert_eq!(
        said(
            &program("target/app.jar"),
            &["target/ap.jar", "target/apps.txt"]
        ),
        ["main.bean:4:12 W1030: did you mean `target/ap.jar`?"]
    );
    let allowed = program("dist").replace(
        "  source",
        "  # beanc: allow(missing-source) \"the build makes it\"\n  source",
    );
    assert_eq!(said(&allowed, &[]), [""; 0]);
    let on_ecs = program("dist").replace("jobs: worker", "prod: web");
    let on_ecs = on_ecs.replace("nodejs-22", "ecs");
    let compilation = checked(&MemoryDisk::new([("main.bean", on_ecs)]));
    let [error] = compilation.diagnostics.as_slice() else {
        panic!("{:?}", compilation.diagnostics);
    };
    let related = error.related.iter();
    let related = related.map(|it| compilation.sources.text(it.span));
    assert_eq!(related.collect::<Vec<_>>(), ["\"dist\""]);
}

/// A source that only the deployment knows was taken for the program's folder.
#[test]
fn a_source_that_is_no_plain_text_is_not_looked_at() {
    let program = "edition 2026\n\nparam folder: string = \"app\"\n\n\
                   application shop {\n  source = param.folder\n}\n\n\
                   environment shop-jobs: worker {\n  platform = \"nodejs-22\"\n}\n";
    let compilation = checked(&disk(program.into(), "cron.yaml", CRON.into()));
    assert_eq!(errors(&compilation), [""; 0]);
    assert_eq!(tasks(&compilation), [""; 0]);
}

/// Two files may both say `source = "app"`, each of its own folder.
#[test]
fn a_source_is_in_the_folder_of_the_file_that_names_it() {
    let shared = "edition 2026\n\napplication shop {\n  source = \"app\"\n}\n";
    let entry = "edition 2026\n\nimport { shop } from \"./shop/shared.bean\"\n\n\
                 application blog {\n  source = \"app\"\n}\n\n\
                 environment shop-jobs: worker {\n  application = application.shop\n  \
                 platform = \"nodejs-22\"\n}\n";
    let disk = MemoryDisk::new([
        ("main.bean", entry),
        ("shop/shared.bean", shared),
        ("shop/app/cron.yaml", CRON),
        ("app/app.js", ""),
    ]);
    let compilation = checked(&disk);
    assert_eq!(errors(&compilation), [""; 0]);
    assert_eq!(tasks(&compilation), ["nightly"]);
}

/// A disk that remembers which archives were opened.
struct Counting {
    disk: MemoryDisk,
    opened: Mutex<Vec<PathBuf>>,
}

impl Counting {
    fn opened(&self) -> usize {
        let mut opened = self.opened.lock().expect("nobody panicked");
        std::mem::take(&mut *opened).len()
    }
}

impl Disk for Counting {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.disk.read(path)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Contents + '_>> {
        let mut opened = self.opened.lock().expect("nobody panicked");
        opened.push(path.to_owned());
        self.disk.open(path)
    }

    fn exists(&self, path: &Path) -> bool {
        self.disk.exists(path)
    }

    fn look(&self, path: &Path) -> io::Result<Found> {
        self.disk.look(path)
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        self.disk.entries(folder)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.disk.write(path, bytes)
    }
}

#[test]
fn an_archive_is_read_again_only_after_a_change() {
    let archive = zipped(&[("cron.yaml", CRON)]);
    let disk = Counting {
        disk: disk(worker("app.zip"), "app.zip", archive),
        opened: Mutex::default(),
    };
    let (entry, options) = (Path::new("main.bean"), Options::default());
    let first = checked(&disk);
    assert_eq!(disk.opened(), 1);
    let edited = [worker("app.zip"), b"# more\n".to_vec()].concat();
    disk.write(entry, &edited).expect("it is writable");
    let second = driver::check(Some(&first), entry, &disk, &options);
    assert_eq!(disk.opened(), 0);
    assert_eq!(tasks(&second), ["nightly"]);
    let other = zipped(&[("cron.yaml", &CRON.replace("nightly", "daily"))]);
    disk.write(Path::new("app.zip"), &other)
        .expect("it is writable");
    let third = driver::check(Some(&second), entry, &disk, &options);
    assert_eq!(disk.opened(), 1);
    assert_eq!(tasks(&third), ["daily"]);
    let fourth = driver::check(Some(&third), entry, &disk, &options);
    assert_eq!(disk.opened(), 0);
    assert_eq!(tasks(&fourth), ["daily"]);
}

#[test]
fn a_node_that_the_platform_has_not_is_a_warning() {
    let said = |package: &str| {
        let archive = zipped(&[("package.json", package)]);
        let compilation = checked(&disk(worker("app.zip"), "app.zip", archive));
        let codes = compilation.diagnostics.iter();
        codes.map(|it| it.code.number()).collect::<Vec<_>>()
    };
    assert_eq!(
        said("{\"engines\": {\"node\": \"^18 || 20.x\"}}"),
        ["W1031"]
    );
    assert_eq!(said("{\"engines\": {\"node\": \">=18\"}}"), [""; 0]);
    // npm says what is wrong with these.
    assert_eq!(said("{\"engines\": {\"node\": 18}}"), [""; 0]);
    assert_eq!(said("{\"engines\": {\"node\": \"lts/*\"}}"), [""; 0]);
    assert_eq!(said("{\"engines\""), [""; 0]);
    assert_eq!(said(&" ".repeat(2 << 20)), [""; 0]);
}
