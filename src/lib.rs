//! `beanc` compiles environments written in the vocabulary of AWS Elastic
//! Beanstalk to open CloudFormation and Terraform.
//!
//! The list below is the code map and the reading order: lowest layer first,
//! and a layer uses only those listed before it (`tests/it/layers.rs` checks
//! that). What is absent where:
//!
//! - only [`disk`] opens files, and only the binary knows a real disk;
//! - only `syntax::lower` knows the grammar's rules;
//! - only a resource's own file and [`backend`] know words of a target;
//! - only `lsp` knows the protocol of editors, and it is a feature;
//! - only `apply` talks to AWS and runs Terraform, and it is a feature that can
//!   be left out;
//! - `sqsd` is another program, the daemon of worker environments, and a
//!   feature as well: it shares the language's quantities and the `queue` block;
//! - nothing else below `cli` knows a terminal, a clock, a process or the
//!   environment.

pub mod ordered;
pub mod source;
pub mod disk;
pub mod uri;
pub mod diagnostic;
pub mod units;
pub mod stdlib;
pub mod syntax;
pub mod schema;
pub mod facts;
pub mod model;
pub mod analysis;
pub mod resource;
pub mod graph;
pub mod platform;
pub mod expand;
pub mod backend;
pub mod driver;
pub mod ide;
#[cfg(feature = "lsp")]
pub mod lsp;
#[cfg(feature = "apply")]
pub mod apply;
#[cfg(feature = "sqsd")]
pub mod sqsd;
pub mod cli;
