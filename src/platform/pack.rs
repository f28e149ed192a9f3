//! Scripts that would be too long for user data, compressed.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::bufread::GzEncoder;

/// EC2's limit for user data in bytes, before it is encoded for the API (EC2
/// User Guide, "Run commands when you launch an EC2 instance").
pub const USER_DATA_BYTES: usize = 16_384;

/// A shell script that unpacks another one and goes on with it. `None` when it
/// cannot be packed.
///
/// Scripts are left as they are while they fit: people review what instances
/// run. `base64 -d | gunzip` shows the script again.
#[must_use]
pub fn packed(script: &str) -> Option<String> {
    let mut bytes = Vec::new();
    GzEncoder::new(script.as_bytes(), Compression::best())
        .read_to_end(&mut bytes)
        .ok()?;
    let text = STANDARD.encode(bytes);
    Some(format!(
        "# Packed to fit into {USER_DATA_BYTES} bytes: base64 -d | gunzip shows it.\n\
         source <(base64 -d <<'END' | gunzip\n{text}\nEND\n)\n"
    ))
}
