//! What AWS's linter, Terraform and checkov say about what is built.

use std::ffi::OsString;

use crate::built::Shelf;
use crate::cases::PROGRAMS;
use crate::samples::Samples;
use crate::tools::{assert_success, emulator, python, run_in};

/// A check that never fails proves nothing: the contract and the comparison are
/// tried on accounts that break them.
#[test]
fn the_judges_notice_what_is_wrong() {
    let Some(python) = python() else { return };
    let command = "-m unittest discover -t . -s emulator/selftest";
    assert_success(&run_in("tests", &python, command.split_whitespace()));
}

/// Every program that compiles, a resource of every kind with fields that no
/// program sets yet, and the fixture written by hand on which the judges
/// themselves are tried.
#[test]
fn the_judges_find_nothing_in_what_is_built() {
    let fixture = ["judge", "emulator/fixtures/small"].map(OsString::from);
    let shelf = Shelf::new("judged");
    let built = PROGRAMS.map(|program| shelf.build(program).into_os_string());
    let samples = Samples::full();
    let samples = shelf.build_graph("samples", &samples.graph, &samples.sources);
    let samples = [samples.into_os_string()];
    if let Some(output) = emulator(fixture.into_iter().chain(built).chain(samples)) {
        assert_success(&output);
    }
}
