//! Programs compiled to disk, as `beanc build` lays them out, for the tools
//! that read files.

#![expect(clippy::disallowed_methods, reason = "the outputs go to real files")]

use std::fs;
use std::path::{Path, PathBuf};

use beanc::backend::{cloudformation, terraform};
use beanc::diagnostic::short;
use beanc::disk::RealDisk;
use beanc::driver;
use beanc::graph::ResourceGraph;
use beanc::source::Sources;

use crate::cases;

/// A folder that one test fills with builds.
pub struct Shelf(PathBuf);

impl Shelf {
    /// An empty one. Tests run side by side, so each has its own.
    pub fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        // What an earlier version of the compiler wrote must not be judged.
        drop(fs::remove_dir_all(&folder));
        Self(folder)
    }

    /// Compiles `program`, a path below `tests/cases`, and answers with the
    /// folder that holds its units.
    pub fn build(&self, program: &str) -> PathBuf {
        self.build_from(&cases::folder().join(program), program, "")
    }

    /// The same with a change to the text of the program: the build that follows.
    pub fn build_changed(&self, program: &str, from: &str, to: &str) -> PathBuf {
        let original = cases::folder().join(program);
        let text = fs::read_to_string(&original).expect("cases can be read");
        assert!(text.contains(from), "{program} does not say {from}");
        let changed = self.0.join("changed").join(program);
        // It may import its neighbours, and its applications may lie beside it.
        let folder = original.parent().expect("it is in a folder");
        for neighbour in entries(folder) {
            let name = neighbour.file_name().expect("it has a name");
            let there = changed.with_file_name(name);
            if neighbour.extension().is_some_and(|it| it == "bean") {
                copy(&neighbour, &there);
            } else if neighbour.is_dir() {
                for file in entries(&neighbour).into_iter().filter(|it| it.is_file()) {
                    copy(&file, &there.join(file.file_name().expect("it has a name")));
                }
            }
        }
        write(&changed, &text.replace(from, to));
        self.build_from(&changed, program, "-changed")
    }

    fn build_from(&self, entry: &Path, program: &str, suffix: &str) -> PathBuf {
        let compilation = driver::compile(entry, &RealDisk, &cases::options(program));
        let said = short::render_all(&compilation.diagnostics, &compilation.sources);
        assert!(!compilation.has_errors(), "{program}:\n{said}");
        let name = program.trim_end_matches(".bean").replace('/', "-");
        let build = self.0.join(name + suffix);
        for unit in &compilation.units {
            write_unit(&build, unit, &compilation.sources);
        }
        build
    }

    /// Writes a graph that no program made, as the build called `name`.
    pub fn build_graph(&self, name: &str, graph: &ResourceGraph, sources: &Sources) -> PathBuf {
        let build = self.0.join(name);
        write_unit(&build, graph, sources);
        build
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("it can be listed");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    paths.collect()
}

fn copy(from: &Path, to: &Path) {
    let text = fs::read_to_string(from).expect("cases can be read");
    write(to, &text);
}

fn write_unit(build: &Path, unit: &ResourceGraph, sources: &Sources) {
    let folder = build.join(unit.unit.to_string());
    let template = cloudformation::render(unit, sources);
    let module = terraform::render(unit, sources);
    write(&folder.join("template.json"), &template.text);
    write(&folder.join("main.tf.json"), &module.text);
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("outputs lie in a folder");
    fs::create_dir_all(folder).expect("folders can be made");
    fs::write(path, text).expect("files can be written");
}
