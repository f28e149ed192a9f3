//! What AWS's linter, Terraform and checkov say about what is built.

use crate::tools::{assert_success, emulator, python, run_in};

/// A check that never fails proves nothing: the contract and the comparison are
/// tried on accounts that break them.
#[test]
fn the_judges_notice_what_is_wrong() {
    let Some(python) = python() else { return };
    let command = "-m unittest discover -t . -s emulator/selftest";
    assert_success(&run_in("tests", &python, command.split_whitespace()));
}

/// The pair of outputs written by hand, on which the machinery itself is tried.
#[test]
fn the_judges_accept_what_is_right() {
    let command = "judge emulator/fixtures/small";
    if let Some(output) = emulator(command.split_whitespace()) {
        assert_success(&output);
    }
}
