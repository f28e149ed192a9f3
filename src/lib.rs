//! `beanc`.
