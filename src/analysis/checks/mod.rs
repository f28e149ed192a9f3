//! Properties that have to agree with each other, over the resolved program.

use crate::diagnostic::Diagnostics;
use crate::model::Program;

/// Reports everything in the program that cannot be so.
pub fn check(program: &Program, diagnostics: &mut Diagnostics) {
    let _ = (program, diagnostics);
}
