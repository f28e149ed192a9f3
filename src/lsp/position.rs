//! Lines and columns of the protocol, and offsets in bytes.

use lsp_types::{Position, PositionEncodingKind, Range};

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// What every client knows: 16 bits each.
    Utf16,
}

impl Encoding {
    /// What a client and we both know: bytes where it offers them, since they
    /// need no counting.
    pub fn agreed(offered: Option<&[PositionEncodingKind]>) -> Self {
        match offered {
            Some(offered) if offered.contains(&PositionEncodingKind::UTF8) => Self::Utf8,
            Some(_) | None => Self::Utf16,
        }
    }

    /// What the protocol calls it.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }
}

/// Where the lines of a text begin. They end with `\n`, `\r\n` or `\r`.
#[derive(Debug, Clone)]
pub struct Lines {
    starts: Vec<u32>,
    /// The ends of characters that have more bytes than units of UTF-16, and how
    /// many more all until there have. A line may be as long as a file is, and its
    /// words are not each counted from its start.
    wide: Vec<(u32, u32)>,
}

impl Lines {
    /// The lines of a text.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        let mut wide = Vec::new();
        let mut more = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let ends = match byte {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                // The first byte of a character says how many it has.
                0xC0.. => {
                    let (bytes, units) = match byte {
                        0xF0.. => (4, 2),
                        0xE0.. => (3, 1),
                        _ => (2, 1),
                    };
                    more += bytes - units;
                    wide.push((offset_of(at) + bytes, more));
                    false
                }
                _ => false,
            };
            if ends {
                starts.push(offset_of(at + 1));
            }
        }
        Self { starts, wide }
    }

    /// How many units of UTF-16 are in front of an offset.
    fn units(&self, offset: u32) -> u32 {
        let before = self.wide.partition_point(|(end, _)| *end <= offset);
        let more = before.checked_sub(1).map_or(0, |last| self.wide[last].1);
        offset - more
    }

    /// The place of an offset.
    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> Position {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self
            .starts
            .partition_point(|start| *start as usize <= offset)
            - 1;
        let (start, offset) = (self.starts[line], offset_of(offset));
        let character = match encoding {
            Encoding::Utf8 => offset - start,
            Encoding::Utf16 => self.units(offset) - self.units(start),
        };
        Position {
            line: offset_of(line),
            character,
        }
    }

    /// The range between two offsets.
    pub fn range(&self, text: &str, start: u32, end: u32, encoding: Encoding) -> Range {
        Range {
            start: self.position(text, start, encoding),
            end: self.position(text, end, encoding),
        }
    }

    /// The offset of a place. Behind the end of a line is its end, as the
    /// protocol says; behind the last line is the end of the text; in the
    /// middle of a character is its start.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> u32 {
        let Some(start) = self.starts.get(position.line as usize) else {
            return offset_of(text.len());
        };
        let next = self.starts.get(position.line as usize + 1);
        let end = next.map_or(text.len(), |next| *next as usize);
        let line = text[*start as usize..end].trim_end_matches(['\r', '\n']);
        let mut left = position.character as usize;
        let mut at = *start;
        for c in line.chars() {
            let width = match encoding {
                Encoding::Utf8 => c.len_utf8(),
                Encoding::Utf16 => c.len_utf16(),
            };
            if left < width {
                break;
            }
            left -= width;
            at += offset_of(c.len_utf8());
        }
        at
    }
}

/// Texts are far shorter than 4 GiB: messages are.
fn offset_of(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_what_was_agreed_on() {
        let text = "ä🦀b\r\nc\rd\n";
        let lines = Lines::new(text);
        for (offset, utf8, utf16) in [
            (0, position(0, 0), position(0, 0)),
            (2, position(0, 2), position(0, 1)),
            (6, position(0, 6), position(0, 3)),
            (7, position(0, 7), position(0, 4)),
            (9, position(1, 0), position(1, 0)),
            (11, position(2, 0), position(2, 0)),
            (13, position(3, 0), position(3, 0)),
        ] {
            assert_eq!(lines.position(text, offset, Encoding::Utf8), utf8);
            assert_eq!(lines.position(text, offset, Encoding::Utf16), utf16);
            assert_eq!(lines.offset(text, utf8, Encoding::Utf8), offset);
            assert_eq!(lines.offset(text, utf16, Encoding::Utf16), offset);
        }
    }

    #[test]
    fn every_place_is_counted_from_its_line() {
        let text = "aä€🦀\u{301}\r\nü🦀🦀x\r€\n\n🦀";
        let lines = Lines::new(text);
        for (at, _) in text.char_indices() {
            let place = lines.position(text, offset_of(at), Encoding::Utf16);
            let start = lines.starts[place.line as usize] as usize;
            let units = text[start..at].encode_utf16().count();
            assert_eq!(place.character, offset_of(units), "{at}");
        }
    }

    #[test]
    fn places_that_are_not_there_are_moved_to_the_nearest_that_is() {
        let text = "ä🦀b\r\nc";
        let lines = Lines::new(text);
        let offset =
            |line, character| lines.offset(text, position(line, character), Encoding::Utf16);
        assert_eq!(offset(0, 99), 7);
        assert_eq!(offset(1, 99), 10);
        assert_eq!(offset(99, 0), 10);
        // Between the halves of the crab.
        assert_eq!(offset(0, 2), 2);
        assert_eq!(lines.position(text, 4, Encoding::Utf16), position(0, 1));
        assert_eq!(lines.position(text, 99, Encoding::Utf16), position(1, 1));
    }
}
