"""Tests of the judges themselves: a check that never fails proves nothing."""
