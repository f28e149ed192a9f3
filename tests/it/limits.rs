//! What AWS refuses of a unit as a whole is said before anything is written.

use std::path::Path;

use beanc::disk::MemoryDisk;
use beanc::driver::{self, Options};

fn codes(environment: &str) -> Vec<&'static str> {
    let program = format!(
        "edition 2026\n\napplication blog {{}}\n\nenvironment test-env: web {{\n  \
         platform = \"nodejs-22\"\n{environment}}}\n"
    );
    let disk = MemoryDisk::new([("test.bean", program)]);
    let compilation = driver::compile(Path::new("test.bean"), &disk, &Options::default());
    let diagnostics = compilation.diagnostics.iter();
    diagnostics.map(|it| it.code.number()).collect()
}

#[test]
fn user_data_has_sixteen_kibibytes() {
    let property = |bytes: usize| format!("  env {{\n    LONG = \"{}\"\n  }}\n", "x".repeat(bytes));
    assert_eq!(codes(&property(1_000)), [""; 0]);
    assert_eq!(codes(&property(16_384)), ["E0805"]);
}

#[test]
fn a_stack_has_five_hundred_resources() {
    let rules = |count: usize| {
        let rules: String = (0..count)
            .map(|at| format!("      rule r{at} {{ path = [\"/{at}\"] }}\n"))
            .collect();
        format!("  load_balancer {{\n    listener http {{\n      port = 80\n{rules}    }}\n  }}\n")
    };
    assert_eq!(codes(&rules(90)), [""; 0]);
    assert_eq!(codes(&rules(480)), ["E0803"]);
}
