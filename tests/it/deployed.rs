//! Deployed for real to an emulator of AWS, both ways, and compared.

use crate::tools::{assert_success, emulator};

/// The pair of outputs written by hand, on which the machinery itself is tried.
#[test]
fn both_ways_are_compared_updated_and_deleted() {
    let command = "verify emulator/fixtures/small --param release=v1 \
                   --update emulator/fixtures/small-changed --update-param release=v2";
    if let Some(output) = emulator(command.split_whitespace()) {
        assert_success(&output);
    }
}
