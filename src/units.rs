//! Quantities with a unit, as the language writes them.
//!
//! Each is a number in its base unit, ordered and compared as a number, and
//! printed the way a person would write it.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

pub use ipnet::Ipv4Net;

/// A length of time in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

impl Duration {
    /// The units of the language with their milliseconds, longest first.
    pub const UNITS: &'static [(&'static str, i64)] = &[
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ];

    /// A number of milliseconds.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// A number of seconds.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000))
    }

    /// A number of minutes.
    #[must_use]
    pub const fn from_mins(mins: i64) -> Self {
        Self::from_secs(mins.saturating_mul(60))
    }

    /// A number of hours.
    #[must_use]
    pub const fn from_hours(hours: i64) -> Self {
        Self::from_mins(hours.saturating_mul(60))
    }

    /// A number of days.
    #[must_use]
    pub const fn from_days(days: i64) -> Self {
        Self::from_hours(days.saturating_mul(24))
    }

    /// In milliseconds.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// In whole seconds, rounded down.
    #[must_use]
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// In whole days, rounded down.
    #[must_use]
    pub const fn days(self) -> i64 {
        self.0.div_euclid(86_400_000)
    }
}

impl fmt::Display for Duration {
    /// At most two units: `1h30m`, `90s` stays `1m30s`, `14d`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        if rest == 0 {
            return f.write_str("0s");
        }
        if rest < 0 {
            f.write_str("-")?;
            rest = rest.saturating_neg();
        }
        for (unit, millis) in Self::UNITS {
            if rest >= *millis {
                write!(f, "{}{unit}", rest / millis)?;
                rest %= millis;
            }
        }
        Ok(())
    }
}

impl FromStr for Duration {
    type Err = NoQuantity;

    /// As it is written outside of programs, where text needs no quotes:
    /// `1h30m`.
    fn from_str(text: &str) -> Result<Self, NoQuantity> {
        let millis = quantity(text, Self::UNITS).ok_or(NoQuantity)?;
        Ok(Self(millis))
    }
}

/// A text that is no number with a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoQuantity;

/// An amount of memory or storage in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(i64);

impl Size {
    /// The units of the language with their bytes, largest first.
    pub const UNITS: &'static [(&'static str, i64)] = &[
        ("TiB", 1 << 40),
        ("GiB", 1 << 30),
        ("MiB", 1 << 20),
        ("KiB", 1 << 10),
        ("B", 1),
    ];

    /// A number of bytes.
    #[must_use]
    pub const fn from_bytes(bytes: i64) -> Self {
        Self(bytes)
    }

    /// A number of mebibytes.
    #[must_use]
    pub const fn from_mib(mib: i64) -> Self {
        Self(mib.saturating_mul(1 << 20))
    }

    /// A number of gibibytes.
    #[must_use]
    pub const fn from_gib(gib: i64) -> Self {
        Self(gib.saturating_mul(1 << 30))
    }

    /// In bytes.
    #[must_use]
    pub const fn bytes(self) -> i64 {
        self.0
    }

    /// In whole gibibytes, rounded down.
    #[must_use]
    pub const fn gib(self) -> i64 {
        self.0 >> 30
    }

    /// In whole mebibytes, rounded down.
    #[must_use]
    pub const fn mib(self) -> i64 {
        self.0 >> 20
    }
}

impl fmt::Display for Size {
    /// The largest unit that leaves no rest: `20GiB`, `1536MiB`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |(_, bytes): &&(&str, i64)| self.0 != 0 && self.0 % bytes == 0;
        let (unit, bytes) = Self::UNITS.iter().find(fits).unwrap_or(&("B", 1));
        write!(f, "{}{unit}", self.0 / bytes)
    }
}

impl FromStr for Size {
    type Err = NoQuantity;

    fn from_str(text: &str) -> Result<Self, NoQuantity> {
        let bytes = quantity(text, Self::UNITS).ok_or(NoQuantity)?;
        Ok(Self(bytes))
    }
}

/// A share in whole hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(pub i64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

/// A range of IPv4 addresses with the address as it was written: host bits may
/// be set, which is an error that wants to show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr(pub Ipv4Net);

impl Cidr {
    /// A range; `None` when the prefix is longer than 32.
    #[must_use]
    pub fn new(address: Ipv4Addr, prefix: u8) -> Option<Self> {
        Ipv4Net::new(address, prefix).ok().map(Self)
    }

    /// The same range with its host bits cleared.
    #[must_use]
    pub fn truncated(self) -> Self {
        Self(self.0.trunc())
    }

    /// Whether the address is the first of the range.
    #[must_use]
    pub fn is_truncated(self) -> bool {
        self.0 == self.0.trunc()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The length of a network's prefix, 0 to 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix(pub u8);

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", self.0)
    }
}

/// `1h30m`: numbers with units, one behind the other.
fn quantity(text: &str, units: &[(&str, i64)]) -> Option<i64> {
    let mut total: i64 = 0;
    let mut rest = text;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        let behind = &rest[digits..];
        let end = behind
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(behind.len());
        let (_, factor) = units.iter().find(|(unit, _)| *unit == &behind[..end])?;
        total = total.checked_add(number.checked_mul(*factor)?)?;
        rest = &behind[end..];
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_print_as_people_write_them() {
        assert_eq!(Duration::from_secs(5_400).to_string(), "1h30m");
        assert_eq!(Duration::from_millis(800).to_string(), "800ms");
        assert_eq!(Duration::from_days(14).to_string(), "14d");
        assert_eq!(Size::from_gib(20).to_string(), "20GiB");
        assert_eq!(Size::from_mib(1_536).to_string(), "1536MiB");
        assert_eq!(Size::from_bytes(0).to_string(), "0B");
    }
}
