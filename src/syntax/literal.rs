//! Numbers, with and without a unit.
//!
//! The grammar hands over everything that begins like a number as one word;
//! here it becomes a quantity, or a reason why not together with what was
//! probably meant.

use std::net::Ipv4Addr;

use crate::syntax::ast::ExprKind;
use crate::syntax::words;
use crate::units::{Cidr, Duration, Percent, Prefix, Size};

/// Why a word that begins like a number is none.
#[derive(Debug)]
pub(super) enum Fault {
    /// `20GB`: the amount, the unit, and the unit of the language for it.
    ForeignUnit {
        amount: String,
        unit: String,
        meant: words::Unit,
    },
    /// `5foo`
    UnknownUnit { unit: String },
    /// More than 64 bits hold.
    TooLarge,
    /// `1.5h`, with the same quantity in whole units where there is one.
    Fraction { whole: Option<String> },
    /// `30m1h`, `1h1h`
    DurationParts { repeated: bool },
    /// `10.0.0.256/8`: the part that is out of range.
    Octet { octet: String },
    /// `10.0.0.0/33`
    PrefixLength { prefix: String },
    /// `10.0.0.1`
    BareAddress,
    /// `10.0.0/8`
    NotAnAddress,
    /// `3-1`
    Minus { left: String, right: String },
    /// `2026-01-01`, `1__0`, `0x1F`
    Malformed,
}

/// Reads a word that begins with a digit.
pub(super) fn number(text: &str) -> Result<ExprKind, Fault> {
    if text.contains('/') {
        return range(text);
    }
    if text.contains('-') {
        return Err(minus(text));
    }
    match text.matches('.').count() {
        0 => quantity(text),
        1 => Err(Fault::Fraction {
            whole: whole_units(text),
        }),
        3 if text.split('.').all(is_digits) => Err(Fault::BareAddress),
        _ => Err(Fault::Malformed),
    }
}

/// Reads `/24`; `None` when it is no prefix at all, such as a path.
pub(super) fn prefix(text: &str) -> Option<Result<ExprKind, Fault>> {
    let digits = text.strip_prefix('/').filter(|rest| is_digits(rest))?;
    Some(match prefix_length(digits) {
        Some(length) => Ok(ExprKind::Prefix(Prefix(length))),
        None => Err(Fault::PrefixLength {
            prefix: digits.to_owned(),
        }),
    })
}

/// The quantity that `amount` of a unit is.
pub(super) fn with_unit(amount: &str, unit: words::Unit) -> Result<ExprKind, Fault> {
    let amount = integer(amount)?;
    let scaled = |base: i64| {
        amount
            .checked_mul(base)
            .and_then(|it| it.checked_mul(unit.times))
            .ok_or(Fault::TooLarge)
    };
    if unit.name == "%" {
        return Ok(ExprKind::Percent(Percent(amount)));
    }
    if let Some((_, base)) = Size::UNITS.iter().find(|(name, _)| *name == unit.name) {
        return Ok(ExprKind::Size(Size::from_bytes(scaled(*base)?)));
    }
    match Duration::UNITS.iter().find(|(name, _)| *name == unit.name) {
        Some((_, base)) => Ok(ExprKind::Duration(Duration::from_millis(scaled(*base)?))),
        None => Err(Fault::Malformed),
    }
}

fn quantity(text: &str) -> Result<ExprKind, Fault> {
    if let Some(amount) = text.strip_suffix('%')
        && is_amount(amount)
    {
        return integer(amount).map(|amount| ExprKind::Percent(Percent(amount)));
    }
    let (amount, unit) = split_amount(text);
    if unit.is_empty() {
        return integer(amount).map(ExprKind::Int);
    }
    if let Some((_, bytes)) = Size::UNITS.iter().find(|(name, _)| *name == unit) {
        let amount = integer(amount)?;
        let bytes = amount.checked_mul(*bytes).ok_or(Fault::TooLarge)?;
        return Ok(ExprKind::Size(Size::from_bytes(bytes)));
    }
    duration(text)
}

/// One or several parts, largest unit first.
fn duration(text: &str) -> Result<ExprKind, Fault> {
    let mut total: i64 = 0;
    let mut last = usize::MAX;
    let mut rest = text;
    while !rest.is_empty() {
        let (amount, behind) = split_amount(rest);
        if amount.is_empty() {
            return Err(Fault::Malformed);
        }
        let letters = behind.len()
            - behind
                .trim_start_matches(|c: char| !c.is_ascii_digit())
                .len();
        let (unit, behind) = behind.split_at(letters);
        let Some(at) = Duration::UNITS.iter().position(|(name, _)| *name == unit) else {
            return Err(unknown_unit(text));
        };
        let part = integer(amount)?.checked_mul(Duration::UNITS[at].1);
        total = part
            .and_then(|part| total.checked_add(part))
            .ok_or(Fault::TooLarge)?;
        if last != usize::MAX && at <= last {
            let repeated = at == last;
            return Err(Fault::DurationParts { repeated });
        }
        last = at;
        rest = behind;
    }
    Ok(ExprKind::Duration(Duration::from_millis(total)))
}

fn unknown_unit(text: &str) -> Fault {
    let (amount, unit) = split_amount(text);
    match words::foreign_unit(unit) {
        Some(meant) => Fault::ForeignUnit {
            amount: amount.to_owned(),
            unit: unit.to_owned(),
            meant,
        },
        None if unit.bytes().any(|byte| byte.is_ascii_digit()) => Fault::Malformed,
        None => Fault::UnknownUnit {
            unit: unit.to_owned(),
        },
    }
}

/// The leading digits and underscores, and the rest.
fn split_amount(text: &str) -> (&str, &str) {
    let digits = |c: char| c.is_ascii_digit() || c == '_';
    let rest = text.trim_start_matches(digits);
    text.split_at(text.len() - rest.len())
}

fn integer(text: &str) -> Result<i64, Fault> {
    if !is_amount(text) {
        return Err(Fault::Malformed);
    }
    let mut value: i64 = 0;
    for digit in text.bytes().filter(u8::is_ascii_digit) {
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(i64::from(digit - b'0')))
            .ok_or(Fault::TooLarge)?;
    }
    Ok(value)
}

/// Digits with single underscores between them.
fn is_amount(text: &str) -> bool {
    text.split('_').all(is_digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn range(text: &str) -> Result<ExprKind, Fault> {
    let (address, prefix) = text.split_once('/').ok_or(Fault::Malformed)?;
    let mut octets = [0_u8; 4];
    let mut parts = address.split('.');
    for octet in &mut octets {
        let part = parts
            .next()
            .filter(|part| is_digits(part))
            .ok_or(Fault::NotAnAddress)?;
        *octet = part.parse().map_err(|_| Fault::Octet {
            octet: part.to_owned(),
        })?;
    }
    if parts.next().is_some() {
        return Err(Fault::NotAnAddress);
    }
    let length = prefix_length(prefix).ok_or_else(|| Fault::PrefixLength {
        prefix: prefix.to_owned(),
    })?;
    Cidr::new(Ipv4Addr::from(octets), length)
        .map(ExprKind::Cidr)
        .ok_or(Fault::NotAnAddress)
}

fn prefix_length(text: &str) -> Option<u8> {
    let length: u8 = text.parse().ok().filter(|_| is_digits(text))?;
    (length <= 32).then_some(length)
}

fn minus(text: &str) -> Fault {
    match text.split_once('-') {
        Some((left, right)) if quantity(left).is_ok() && quantity(right).is_ok() => Fault::Minus {
            left: left.to_owned(),
            right: right.to_owned(),
        },
        _ => Fault::Malformed,
    }
}

/// `1h30m` for `1.5h`, `512MiB` for `0.5GiB`: when it comes out even.
fn whole_units(text: &str) -> Option<String> {
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (amount, unit) = text.split_at(unit_at);
    let (whole, fraction) = amount.split_once('.')?;
    let scale = 10_i64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let amount = integer(whole)
        .ok()?
        .checked_mul(scale)?
        .checked_add(integer(fraction).ok()?)?;
    let even = |base: i64| {
        let total = amount.checked_mul(base)?;
        (total % scale == 0).then_some(total / scale)
    };
    if let Some((_, base)) = Duration::UNITS.iter().find(|(name, _)| *name == unit) {
        return Some(Duration::from_millis(even(*base)?).to_string());
    }
    let (_, base) = Size::UNITS.iter().find(|(name, _)| *name == unit)?;
    Some(Size::from_bytes(even(*base)?).to_string())
}
