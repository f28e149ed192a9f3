//! Every program under `tests/cases`, compiled to both targets: one snapshot
//! for each output, and the same bytes from a second compilation.

use std::path::{Path, PathBuf};

use beanc::backend::{cloudformation, terraform};
use beanc::diagnostic::short;
use beanc::disk::RealDisk;
use beanc::driver::{self, Compilation, Options};

/// Where the programs are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// Params that programs need.
pub fn options(program: &str) -> Options {
    let certificate =
        "arn:aws:acm:eu-west-1:333333333333:certificate/0000aaaa-11bb-22cc-33dd-444444eeeeee";
    let needs = matches!(
        program,
        "examples/01-web.bean" | "examples/02-worker.bean" | "examples/04-envs.bean"
    );
    let params = if needs {
        vec![("certificate".into(), certificate.into())]
    } else {
        Vec::new()
    };
    Options {
        params,
        ..Options::default()
    }
}

/// Programs that compile, by their path below [`folder`], in order.
pub const PROGRAMS: [&str; 29] = [
    "examples/00-minimal.bean",
    "examples/01-web.bean",
    "examples/02-worker.bean",
    "examples/03-shared.bean",
    "examples/04-envs.bean",
    "programs/built-image.bean",
    "programs/containers.bean",
    "programs/cron.bean",
    "programs/custom-platforms.bean",
    "programs/dockerrun.bean",
    "programs/existing-network.bean",
    "programs/fixed-bounds.bean",
    "programs/inputs.bean",
    "programs/nasty-text.bean",
    "programs/network-balancer.bean",
    "programs/odd-names.bean",
    "programs/presets.bean",
    "programs/processes.bean",
    "programs/renamed.bean",
    "programs/scaling.bean",
    "programs/secrets-and-references.bean",
    "programs/several-parents.bean",
    "programs/shared-balancer.bean",
    "programs/single-instance.bean",
    "programs/strategies.bean",
    "programs/web-https.bean",
    "programs/weights.bean",
    "programs/windows.bean",
    "programs/workers.bean",
];

fn compile(program: &str) -> Compilation {
    driver::compile(&folder().join(program), &RealDisk, &options(program))
}

/// Every output of a program with its path, as `build` writes them.
fn outputs(compilation: &Compilation) -> Vec<(String, String)> {
    let mut outputs = Vec::new();
    for unit in &compilation.units {
        let template = cloudformation::render(unit, &compilation.sources);
        let module = terraform::render(unit, &compilation.sources);
        outputs.push((format!("{}/template.json", unit.unit), template.text));
        outputs.push((format!("{}/template.map.json", unit.unit), template.map));
        outputs.push((format!("{}/main.tf.json", unit.unit), module.text));
        outputs.push((format!("{}/main.map.json", unit.unit), module.map));
    }
    outputs
}

#[test]
fn every_program_gives_its_snapshots() {
    for program in PROGRAMS {
        let compilation = compile(program);
        let said = short::render_all(&compilation.diagnostics, &compilation.sources);
        assert!(!compilation.has_errors(), "{program}:\n{said}");
        assert!(!compilation.units.is_empty(), "{program} emits nothing");
        for (path, text) in outputs(&compilation) {
            // Maps are covered by one program: they repeat every line.
            if path.ends_with(".map.json") && !program.ends_with("00-minimal.bean") {
                continue;
            }
            let folder = folder()
                .join("../../snapshots")
                .join(program)
                .with_extension("");
            insta::with_settings!({
                snapshot_path => folder,
                prepend_module_to_snapshot => false,
                omit_expression => true,
                // The fixed scripts are tested for themselves and would repeat
                // in every program.
                filters => [(r"set -Eeuo pipefail[^\n]*", "…")],
            }, {
                insta::assert_snapshot!(path.replace('/', "-"), text);
            });
        }
    }
}

#[test]
fn compiling_twice_gives_the_same_bytes() {
    for program in PROGRAMS {
        assert_eq!(
            outputs(&compile(program)),
            outputs(&compile(program)),
            "{program}"
        );
    }
}

#[test]
fn no_program_is_forgotten() {
    let mut found = Vec::new();
    for folder_name in ["examples", "programs"] {
        for entry in folder()
            .join(folder_name)
            .read_dir()
            .expect("the folder is there")
        {
            let name = entry.expect("the folder can be read").file_name();
            let name = name.into_string().expect("names are text");
            if name.ends_with(".bean") && !name.ends_with(".test.bean") {
                found.push(format!("{folder_name}/{name}"));
            }
        }
    }
    found.sort();
    // Raw resources come later.
    found.retain(|name| !name.contains("05-escape"));
    assert_eq!(found, PROGRAMS);
}
