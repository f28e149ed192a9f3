//! `bean.lock`: what a build makes of it, and what it says of one that is not
//! as it should be.

use std::path::Path;

use beanc::backend::{cloudformation, terraform};
use beanc::diagnostic::short;
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Compilation, Options};
use beanc::model::lock::{LIBRARY, Lock, Pin, Pins};

use crate::support;

const PARAMETER: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";

/// Two environments on one platform in two regions, and one that names none.
const PROGRAM: &str = r#"edition 2026
application blog {}
template base: web {
  platform = "nodejs-22"
  load_balancer { kind = none }
}
environment blog-north: web extends base {
  target { region = "eu-north-1" }
}
environment blog-west: web extends base {
  target { region = "eu-west-1" }
}
"#;

fn compile(files: &[(&str, &str)], locked: bool) -> Compilation {
    let disk = MemoryDisk::new(files.iter().copied());
    let options = Options {
        locked,
        ..Options::default()
    };
    driver::compile(Path::new(files[0].0), &disk, &options)
}

fn said(compilation: &Compilation) -> String {
    short::render_all(&compilation.diagnostics, &compilation.sources)
}

/// A lock with these images of one parameter.
fn lock(program: &str, images: &[(&str, &str)]) -> String {
    let images = images.iter().map(|(region, image)| {
        let pin = Pin {
            image: (*image).into(),
            span: None,
        };
        ((*region).into(), pin)
    });
    let pins = Pins {
        library: Some((LIBRARY.into(), None)),
        images: [(PARAMETER.into(), images.collect())].into(),
    };
    Lock {
        programs: [(program.into(), pins)].into(),
    }
    .text()
}

const NORTH: (&str, &str) = ("eu-north-1", "ami-0a1b2c3d4e5f60711");
const WEST: (&str, &str) = ("eu-west-1", "ami-0a1b2c3d4e5f60712");

/// Every environment's outputs, both of them.
fn outputs(compilation: &Compilation) -> Vec<(String, String, String)> {
    let units = compilation.units.iter();
    let units = units.filter(|unit| unit.unit.to_string().starts_with("environment."));
    units
        .map(|unit| {
            let template = cloudformation::render(unit, &compilation.sources).text;
            let module = terraform::render(unit, &compilation.sources).text;
            (unit.unit.to_string(), template, module)
        })
        .collect()
}

#[test]
fn pinned_images_stand_in_both_outputs() {
    let lock = lock("env.bean", &[NORTH, WEST]);
    let compilation = compile(&[("env.bean", PROGRAM), ("bean.lock", &lock)], true);
    assert_eq!(said(&compilation), "");
    let outputs = outputs(&compilation);
    for ((unit, template, module), (_, image)) in outputs.iter().zip([NORTH, WEST]) {
        assert!(
            template.contains(&format!("\"ImageId\": \"{image}\"")),
            "{unit}"
        );
        assert!(
            module.contains(&format!("\"image_id\": \"{image}\"")),
            "{unit}"
        );
        for text in [template, module] {
            assert!(!text.contains(PARAMETER), "{unit} still asks");
        }
    }
    assert_eq!(outputs.len(), 2);
}

#[test]
fn without_a_pin_the_parameter_is_asked() {
    let lock = lock("env.bean", &[NORTH]);
    let compilation = compile(&[("env.bean", PROGRAM), ("bean.lock", &lock)], false);
    assert_eq!(said(&compilation), "");
    let outputs = outputs(&compilation);
    let asks: Vec<_> = outputs
        .iter()
        .map(|(_, template, module)| (template.contains(PARAMETER), module.contains(PARAMETER)))
        .collect();
    assert_eq!(asks, [(false, false), (true, true)]);
}

/// Programs of one folder do not see each other's pins.
#[test]
fn each_program_has_pins_of_its_own() {
    let lock = lock("other.bean", &[NORTH, WEST]);
    let files = [("env.bean", PROGRAM), ("bean.lock", lock.as_str())];
    assert_eq!(said(&compile(&files, false)), "");
    assert_eq!(
        said(&compile(&files, true)),
        "env.bean:4:14: error[E0153]: `bean.lock` pins no images of this program\n"
    );
    let other = [("other.bean", PROGRAM), ("bean.lock", lock.as_str())];
    assert_eq!(said(&compile(&other, true)), "");
}

#[test]
fn what_is_not_pinned_is_refused_when_it_has_to_be() {
    let no_region = PROGRAM.replace("  target { region = \"eu-north-1\" }\n", "");
    let west = lock("env.bean", &[WEST]);
    for (program, lock, expected) in [
        (
            PROGRAM,
            "",
            "env.bean:4:14: error[E0153]: `bean.lock` pins no images of this program\n",
        ),
        (
            PROGRAM,
            &west,
            "env.bean:4:14: error[E0153]: the image of `nodejs-22` in eu-north-1 is not pinned\n",
        ),
        (
            no_region.as_str(),
            &west,
            "env.bean:4:14: error[E0153]: the image of `blog-north` cannot be pinned without a region\n",
        ),
    ] {
        let files = [("env.bean", program), ("bean.lock", lock)];
        assert_eq!(said(&compile(&files, true)), expected);
        assert!(!compile(&files, false).has_errors());
    }
    let nothing = compile(&[("env.bean", PROGRAM)], true);
    assert!(nothing.has_errors() && nothing.units.is_empty());
}

/// Images of one's own are not AWS's to change.
#[test]
fn images_of_ones_own_need_no_pin() {
    let own = PROGRAM.replace(
        "template base",
        "platform mine extends \"nodejs-22\" {\n  image { ami = \"ami-0a1b2c3d4e5f60719\" }\n}\ntemplate base",
    );
    let own = own.replace("platform = \"nodejs-22\"", "platform = platform.mine");
    assert_eq!(said(&compile(&[("env.bean", &own)], true)), "");
}

/// Everything about the file stands in the file.
#[track_caller]
fn check_lock(lock: &str) {
    let text = support::without_expectations(lock.trim_start_matches('\n'));
    let compilation = compile(&[("env.bean", PROGRAM), ("bean.lock", &text)], true);
    let (id, source) = compilation
        .sources
        .iter()
        .find(|(_, source)| source.name() == "bean.lock")
        .expect("it was read");
    let actual = support::annotated(source, id, &compilation.diagnostics);
    support::compare("bean.lock", &actual, lock);
}

#[test]
fn superfluous_pins_and_other_libraries_are_refused() {
    check_lock(
        r#"
version = 1
[programs."env.bean"]
library = "0.0.1"
#         ^^^^^^^ E0153 the platforms were pinned at release 0.0.1 of the library
[programs."env.bean".images."/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"]
eu-central-1 = "ami-0a1b2c3d4e5f60710"
#<^^^^^^^^^^ E0153 no environment starts from `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64` in eu-central-1
eu-north-1 = "ami-0a1b2c3d4e5f60711"
eu-west-1 = "ami-0a1b2c3d4e5f60712"
[programs."env.bean".images."/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"]
eu-west-1 = "ami-0a1b2c3d4e5f60712"
#<^^^^^^^ E0153 no environment starts from `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64` in eu-west-1
"#,
    );
}

#[test]
fn a_damaged_lock_is_told_in_its_own_lines() {
    check_lock(
        r#"
version = 1
strange = 2
#<^^^^^ E0152 `bean.lock` cannot be read
[programs."env.bean"]
library = 1
#         ^ E0152 `bean.lock` cannot be read
[programs."env.bean".images."/aws/service/x"]
eu-west-1 = "ami-1"
#           ^^^^^^^ E0152 `bean.lock` cannot be read
mars-1 = "ami-0a1b2c3d4e5f60712"
#<^^^^ E0152 `bean.lock` cannot be read
[programs."env.bean".images]
"/aws/service/y" = 3
#                  ^ E0152 `bean.lock` cannot be read
"#,
    );
    check_lock(
        r#"
version = 2
#         ^ E0152 `bean.lock` has version 2, which this release does not know
programs = 3
"#,
    );
}

#[test]
fn a_lock_that_was_cut_off_is_never_taken_for_a_whole_one() {
    let whole = lock("env.bean", &[NORTH, WEST]);
    assert!(!compile(&[("env.bean", PROGRAM), ("bean.lock", &whole)], true).has_errors());
    for length in (0..whole.len()).filter(|at| whole.is_char_boundary(*at)) {
        let part = &whole[..length];
        let compilation = compile(&[("env.bean", PROGRAM), ("bean.lock", part)], true);
        // The last line break alone may be missing.
        let is_whole = part == whole.trim_end();
        assert_eq!(compilation.has_errors(), !is_whole, "{part}");
    }
}
