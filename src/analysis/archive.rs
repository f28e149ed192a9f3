//! Files in an archive: a zip, or a jar or war, which are zips as well (PKWARE's
//! APPNOTE, "ZIP File Format Specification").
//!
//! An archive may have hundreds of MiB, and may be made to do harm. Of one, only
//! the list at its end is passed over, without being kept, and what is asked for
//! is unpacked up to a limit. `zip`, which packages versions, keeps the list in
//! memory and believes what the archive says of its length.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::{CrcReader, read::DeflateDecoder};

/// The longest list of files that is passed over: some 500,000 names.
const LONGEST_LIST: u64 = 64 << 20;

/// Whether a file is an archive, by its name.
pub(super) fn is_archive(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    matches!(extension.to_str(), Some("zip" | "jar" | "war"))
}

/// A file in an archive, not longer than asked for; `None` when there is none by
/// this name.
pub(super) type Unpacked = Option<io::Result<Vec<u8>>>;

/// The files of these names in an archive. Of one that has more than `most` bytes
/// a byte more than these is given.
///
/// # Errors
/// What the disk says, and when it is no archive.
pub(super) fn unpack<const N: usize>(
    archive: impl Read + Seek,
    names: [&str; N],
    most: u64,
) -> io::Result<[Unpacked; N]> {
    let mut archive = BufReader::new(archive);
    let list = List::find(&mut archive)?;
    let mut places = [const { None }; N];
    archive.seek(SeekFrom::Start(list.start))?;
    let mut left = list.length;
    for _ in 0..list.files {
        let (name, place, length) = entry(&mut archive)?;
        left = left
            .checked_sub(length)
            .ok_or_else(|| odd("its list of files is too short"))?;
        let name = name.strip_prefix(b"./").unwrap_or(&name);
        // Whoever unpacks everything keeps the last of a name.
        if let Some(at) = names.iter().position(|it| it.as_bytes() == name) {
            places[at] = Some(place);
        }
    }
    Ok(places.map(|place| Some(place?.unpack(&mut archive, list.before, most))))
}

/// The list of an archive's files.
struct List {
    start: u64,
    length: u64,
    files: u64,
    /// Bytes in front of the archive: a jar may begin with a script that runs it.
    before: u64,
}

impl List {
    /// Follows the record at the archive's end.
    fn find(archive: &mut (impl Read + Seek)) -> io::Result<Self> {
        const RECORD: u64 = 22;
        const LONGEST_COMMENT: u64 = u16::MAX as u64;
        let whole = archive.seek(SeekFrom::End(0))?;
        let from = whole.saturating_sub(RECORD + LONGEST_COMMENT);
        archive.seek(SeekFrom::Start(from))?;
        let mut end = Vec::new();
        archive.by_ref().take(whole - from).read_to_end(&mut end)?;
        let found = (0..=end.len().saturating_sub(22)).rev().find_map(|at| {
            let record = end.get(at..at + 22)?;
            let fits = at + 22 + usize::from(u16_at(record, 20)) <= end.len();
            (record.starts_with(b"PK\x05\x06") && fits).then_some((at, record))
        });
        let (at, record) =
            found.ok_or_else(|| odd("it is no zip, or only the beginning of one"))?;
        let at = from + at as u64;
        let mut files = u64::from(u16_at(record, 10));
        let mut length = u64::from(u32_at(record, 12));
        let mut offset = u64::from(u32_at(record, 16));
        let mut behind = at;
        if let Some(large) = Self::large(archive, at)? {
            (files, length, offset) = (u64_at(&large, 32), u64_at(&large, 40), u64_at(&large, 48));
            behind = at - LARGE - LOCATOR;
        }
        let start = behind.checked_sub(length);
        let start = start.ok_or_else(|| odd("its list of files is longer than itself"))?;
        let before = start.checked_sub(offset);
        let before = before.ok_or_else(|| odd("its beginning is missing"))?;
        if length > LONGEST_LIST {
            return Err(odd("its list of files is longer than beanc reads"));
        }
        Ok(Self {
            start,
            length,
            files,
            before,
        })
    }

    /// The record that archives of many files or bytes have beside the other.
    fn large(archive: &mut (impl Read + Seek), end: u64) -> io::Result<Option<[u8; 56]>> {
        let Some(at) = end.checked_sub(LARGE + LOCATOR) else {
            return Ok(None);
        };
        archive.seek(SeekFrom::Start(at))?;
        let mut record = [0; 56];
        archive.read_exact(&mut record)?;
        let mut locator = [0; 20];
        archive.read_exact(&mut locator)?;
        if !locator.starts_with(b"PK\x06\x07") {
            return Ok(None);
        }
        match record.starts_with(b"PK\x06\x06") {
            true => Ok(Some(record)),
            false => Err(odd("it has a record that beanc does not know")),
        }
    }
}

/// The length of the record of large archives, and of what leads to it.
const LARGE: u64 = 56;
const LOCATOR: u64 = 20;

/// Where a file is in the archive, and how it is packed.
struct Place {
    encrypted: bool,
    method: u16,
    sum: u32,
    packed: u64,
    offset: u64,
}

/// The next entry of the list: the file's name and place, and the entry's length.
fn entry(archive: &mut impl Read) -> io::Result<(Vec<u8>, Place, u64)> {
    let mut head = [0; 46];
    archive.read_exact(&mut head)?;
    if !head.starts_with(b"PK\x01\x02") {
        return Err(odd("its list of files is damaged"));
    }
    let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(u16_at(&head, at)));
    let mut rest = vec![0; name + extra + comment];
    archive.read_exact(&mut rest)?;
    let mut place = Place {
        encrypted: u16_at(&head, 8) & 1 != 0,
        method: u16_at(&head, 10),
        sum: u32_at(&head, 16),
        packed: u64::from(u32_at(&head, 20)),
        offset: u64::from(u32_at(&head, 42)),
    };
    let unpacked = u32_at(&head, 24);
    place.enlarge(unpacked, &rest[name..name + extra]);
    rest.truncate(name);
    Ok((rest, place, (46 + name + extra + comment) as u64))
}

impl Place {
    /// Reads the numbers that did not fit into 32 bits.
    fn enlarge(&mut self, unpacked: u32, mut extra: &[u8]) {
        const FULL: u64 = u32::MAX as u64;
        while let Some((head, rest)) = extra.split_at_checked(4) {
            let (kind, length) = (u16_at(head, 0), usize::from(u16_at(head, 2)));
            let (field, next) = rest.split_at(length.min(rest.len()));
            extra = next;
            if kind != 1 {
                continue;
            }
            let mut numbers = field.chunks_exact(8).map(|it| u64_at(it, 0));
            if unpacked == u32::MAX {
                numbers.next();
            }
            if self.packed == FULL {
                self.packed = numbers.next().unwrap_or(FULL);
            }
            if self.offset == FULL {
                self.offset = numbers.next().unwrap_or(FULL);
            }
        }
    }

    fn unpack(
        self,
        archive: &mut (impl Read + Seek),
        before: u64,
        most: u64,
    ) -> io::Result<Vec<u8>> {
        if self.encrypted {
            return Err(odd("it is encrypted"));
        }
        let start = before.saturating_add(self.offset);
        archive.seek(SeekFrom::Start(start))?;
        let mut head = [0; 30];
        archive.read_exact(&mut head)?;
        if !head.starts_with(b"PK\x03\x04") {
            return Err(odd("it is not where the archive's list says"));
        }
        let between = i64::from(u16_at(&head, 26)) + i64::from(u16_at(&head, 28));
        archive.seek(SeekFrom::Current(between))?;
        let packed = archive.take(self.packed);
        match self.method {
            0 => checked(packed, self.sum, most),
            8 => checked(DeflateDecoder::new(packed), self.sum, most),
            _ => Err(odd("it is packed in a way that beanc does not know")),
        }
    }
}

/// What is read, up to a byte more than `most`; all of it has the checksum.
fn checked(file: impl Read, sum: u32, most: u64) -> io::Result<Vec<u8>> {
    let mut file = CrcReader::new(file);
    let mut bytes = Vec::new();
    file.by_ref().take(most + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most || file.crc().sum() == sum {
        true => Ok(bytes),
        false => Err(odd("it is damaged")),
    }
}

fn odd(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;

    const MOST: u64 = 1 << 20;

    fn zipped(files: &[(&str, &str)], options: SimpleFileOptions) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            archive.start_file(*name, options).expect("it is added");
            archive.write_all(text.as_bytes()).expect("it is added");
        }
        archive.finish().expect("it is finished").into_inner()
    }

    fn deflated(files: &[(&str, &str)]) -> Vec<u8> {
        zipped(files, SimpleFileOptions::default())
    }

    fn unpacked(archive: &[u8], name: &str) -> Result<Option<String>, String> {
        let found = unpack(Cursor::new(archive), [name], MOST);
        let [file] = found.map_err(|error| error.to_string())?;
        let file = file.transpose().map_err(|error| error.to_string())?;
        Ok(file.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    #[test]
    fn files_are_found_however_they_are_packed() {
        let files = [("a/cron.yaml", "no"), ("cron.yaml", "yes"), ("b", "")];
        let stored = CompressionMethod::Stored;
        for options in [
            SimpleFileOptions::default(),
            SimpleFileOptions::default().compression_method(stored),
            SimpleFileOptions::default().large_file(true),
        ] {
            let archive = zipped(&files, options);
            assert_eq!(unpacked(&archive, "cron.yaml"), Ok(Some("yes".to_owned())));
            assert_eq!(unpacked(&archive, "b"), Ok(Some(String::new())));
            assert_eq!(unpacked(&archive, "c"), Ok(None));
            // A jar that runs by itself begins with a script.
            let jar = [b"#!/bin/sh\nexec java -jar $0\n", &*archive].concat();
            assert_eq!(unpacked(&jar, "cron.yaml"), Ok(Some("yes".to_owned())));
        }
        let dotted = deflated(&[("./cron.yaml", "yes")]);
        assert_eq!(unpacked(&dotted, "cron.yaml"), Ok(Some("yes".to_owned())));
        let commented = {
            let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
            archive
                .set_comment("PK\u{5}\u{6} and more")
                .expect("it is short");
            archive.finish().expect("it is finished").into_inner()
        };
        assert_eq!(unpacked(&commented, "cron.yaml"), Ok(None));
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        let refused = |bytes: &[u8]| unpacked(bytes, "cron.yaml").expect_err("it is none");
        let why = "it is no zip, or only the beginning of one";
        assert_eq!(refused(b""), why);
        assert_eq!(refused(b"version: 1"), why);
        let archive = deflated(&[("cron.yaml", "version: 1\n")]);
        for end in 0..archive.len() {
            assert_eq!(refused(&archive[..end]), why, "{end}");
        }
        for start in 1..archive.len() - 22 {
            unpacked(&archive[start..], "cron.yaml").expect_err("its beginning is missing");
        }
        let mut damaged = archive.clone();
        // The first byte behind the local head and the name.
        damaged[30 + "cron.yaml".len()] ^= 0xff;
        unpacked(&damaged, "cron.yaml").expect_err("it has another checksum");
    }

    /// Whatever stands in it, there is an answer, soon.
    #[test]
    fn archives_that_lie_do_no_harm() {
        let archive = deflated(&[("cron.yaml", "version: 1\n"), ("a", "a")]);
        for at in 0..archive.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut lie = archive.clone();
                lie[at] = value;
                let _ = unpacked(&lie, "cron.yaml");
            }
            for length in [2, 4, 8] {
                let mut lie = archive.clone();
                let end = (at + length).min(lie.len());
                lie[at..end].fill(0xff);
                let _ = unpacked(&lie, "cron.yaml");
            }
        }
    }

    #[test]
    fn no_more_is_unpacked_than_was_asked_for() {
        let bomb = deflated(&[("cron.yaml", &"0".repeat(64 << 20))]);
        assert!(bomb.len() < 100_000);
        let [file] = unpack(Cursor::new(bomb), ["cron.yaml"], MOST).expect("it is an archive");
        let bytes = file.expect("it is there").expect("it can be read");
        assert_eq!(bytes.len() as u64, MOST + 1);
    }
}
