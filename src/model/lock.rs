//! `bean.lock`: the images that environments start from, pinned.
//!
//! ```toml
//! version = 1
//!
//! [programs."env.bean"]
//! library = "0.1.0"
//!
//! [programs."env.bean".images."/aws/service/ami-amazon-linux-latest/…"]
//! eu-west-1 = "ami-0123456789abcdef0"
//! ```
//!
//! A project may have several programs, each with pins of its own. Images of AWS
//! are the same in all accounts, so accounts have no place here.

use std::collections::BTreeMap;
use std::fmt::Write;

use smol_str::SmolStr;

use crate::source::Span;

/// The file's name, at the project's root.
pub const FILE: &str = "bean.lock";

/// The form of the file that this version writes.
pub const VERSION: i64 = 1;

/// The release of the compiler, and so of the standard library in it.
pub const LIBRARY: &str = env!("CARGO_PKG_VERSION");

/// What the file says.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    /// The pins of each program, by its path below the root.
    pub programs: BTreeMap<SmolStr, Pins>,
}

/// What is pinned of one program.
#[derive(Debug, Clone, Default)]
pub struct Pins {
    /// The release of the library whose platforms were pinned, with its place in
    /// the file.
    pub library: Option<(SmolStr, Option<Span>)>,
    /// By the name of the public parameter, then by region.
    pub images: BTreeMap<SmolStr, BTreeMap<SmolStr, Pin>>,
}

/// An image instead of what a parameter says when it is deployed.
#[derive(Debug, Clone)]
pub struct Pin {
    /// `ami-0123456789abcdef0`
    pub image: SmolStr,
    /// Where the region stands in the file; none for what was just resolved.
    pub span: Option<Span>,
}

impl Pins {
    /// The image that stands for a parameter in a region.
    #[must_use]
    pub fn image(&self, parameter: &str, region: &str) -> Option<&Pin> {
        self.images.get(parameter)?.get(region)
    }
}

impl Lock {
    /// The file's text: sorted, and the same for the same pins.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!(
            "# Written by `beanc lock`, and to be kept with the program.\nversion = {VERSION}\n"
        );
        for (program, pins) in &self.programs {
            let program = quoted(program);
            // Writing to a string cannot fail.
            let _ = write!(text, "\n[programs.{program}]\n");
            if let Some((library, _)) = &pins.library {
                let _ = writeln!(text, "library = {}", quoted(library));
            }
            for (parameter, regions) in &pins.images {
                let _ = write!(
                    text,
                    "\n[programs.{program}.images.{}]\n",
                    quoted(parameter)
                );
                for (region, pin) in regions {
                    let _ = writeln!(text, "{region} = {}", quoted(&pin.image));
                }
            }
        }
        text
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
