//! Programs compiled to disk, as `beanc build` lays them out, for the tools
//! that read files.

#![expect(clippy::disallowed_methods, reason = "the outputs go to real files")]

use std::fs;
use std::path::{Path, PathBuf};

use beanc::backend::{cloudformation, terraform};
use beanc::diagnostic::short;
use beanc::disk::RealDisk;
use beanc::driver;

use crate::cases;

/// Compiles `program`, a path below `tests/cases`, and answers with the folder
/// that holds its units.
pub fn build(program: &str) -> PathBuf {
    build_from(&cases::folder().join(program), program)
}

/// The same with a change to the text of the program: the build that follows.
pub fn build_changed(program: &str, from: &str, to: &str) -> PathBuf {
    let text = fs::read_to_string(cases::folder().join(program)).expect("the case can be read");
    assert!(text.contains(from), "{program} does not say {from}");
    let changed = place(program).with_extension("changed.bean");
    write(&changed, &text.replace(from, to));
    let name = program.replace(".bean", "-changed.bean");
    build_from(&changed, &name)
}

fn build_from(entry: &Path, program: &str) -> PathBuf {
    let compilation = driver::compile(entry, &RealDisk, &cases::options(program));
    let said = short::render_all(&compilation.diagnostics, &compilation.sources);
    assert!(!compilation.has_errors(), "{program}:\n{said}");
    let folder = place(program);
    // What an earlier version of the compiler wrote must not be judged with it.
    drop(fs::remove_dir_all(&folder));
    for unit in &compilation.units {
        let folder = folder.join(unit.unit.to_string());
        let template = cloudformation::render(unit, &compilation.sources);
        let module = terraform::render(unit, &compilation.sources);
        write(&folder.join("template.json"), &template.text);
        write(&folder.join("main.tf.json"), &module.text);
    }
    folder
}

/// Where the units of a program go.
fn place(program: &str) -> PathBuf {
    let name = program.trim_end_matches(".bean").replace('/', "-");
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("built")
        .join(name)
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("outputs lie in a folder");
    fs::create_dir_all(folder).expect("folders can be made");
    fs::write(path, text).expect("files can be written");
}
