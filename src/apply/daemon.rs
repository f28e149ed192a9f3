//! The worker daemon on its way to the instances: a program of the application's
//! bucket, which the boot script fetches.

use std::io::Read;
use std::path::{Path, PathBuf};

use aws_sdk_s3::primitives::ByteStream;

use super::Error;
use super::cloud::{Cloud, refused};
use super::package::digest;
use crate::expand::fleet;
use crate::model::Environment;
use crate::platform::boot::DAEMON_VERSION;
use crate::schema::instances::Architecture;

/// The daemon's file name, here and in the bucket.
const NAME: &str = "bean-sqsd";

/// A file of the daemon.
#[derive(Debug)]
pub struct Daemon {
    /// For which machines.
    pub architecture: Architecture,
    path: PathBuf,
}

impl Daemon {
    /// A program in a file; for which machines is in its ELF header (System V
    /// ABI: `e_ident`, `e_machine`).
    ///
    /// # Errors
    /// When it cannot be read, and when it is no program for instances.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let mut header = [0; 20];
        let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut header));
        let name = path.display();
        read.map_err(|error| Error::new(format!("cannot read {name}: {error}")))?;
        let architecture = match (&header[..6], &header[18..]) {
            // 64 bits, the lowest byte first.
            (b"\x7fELF\x02\x01", [62, 0]) => Architecture::X8664,
            (b"\x7fELF\x02\x01", [183, 0]) => Architecture::Arm64,
            _ => {
                return Err(Error::new(format!(
                    "{name} is no program for Linux on x86_64 or arm64"
                )));
            }
        };
        Ok(Self {
            architecture,
            path: path.to_owned(),
        })
    }

    /// The daemons that came with `beanc`, in its own folder: `bean-sqsd`, or
    /// for other machines `bean-sqsd-x86_64` and `bean-sqsd-arm64`.
    #[must_use]
    pub fn beside() -> Vec<Self> {
        let folder = std::env::current_exe().ok();
        let folder = folder.as_deref().and_then(Path::parent);
        let names = [
            NAME.to_owned(),
            format!("{NAME}-{}", Architecture::X8664.word()),
            format!("{NAME}-{}", Architecture::Arm64.word()),
        ];
        let files = names
            .iter()
            .filter_map(|name| Self::open(&folder?.join(name)).ok());
        files.collect()
    }

    /// Uploads it with its checksum beside it.
    ///
    /// # Errors
    /// What cannot be read, and what AWS answered.
    #[expect(
        clippy::disallowed_methods,
        reason = "a program is no source of the compiler's"
    )]
    pub async fn upload(&self, bucket: &str, cloud: &Cloud) -> Result<(), Error> {
        let bytes = std::fs::read(&self.path)
            .map_err(|error| Error::new(format!("cannot read {}: {error}", self.path.display())))?;
        let key = key(self.architecture);
        let sum = format!("{}  {NAME}\n", digest(&bytes));
        // The checksum last: who finds it finds the program.
        for (key, body) in [(key.clone(), bytes), (sum_of(&key), sum.into_bytes())] {
            let request = cloud.s3.put_object().bucket(bucket).key(&key);
            let request = request.body(ByteStream::from(body));
            let sent = request.send().await;
            sent.map_err(|error| refused(&format!("uploading {key}"), &error))?;
        }
        Ok(())
    }
}

/// Whether a bucket has the daemon for some machines.
///
/// # Errors
/// What AWS answered.
pub async fn is_in(bucket: &str, architecture: Architecture, cloud: &Cloud) -> Result<bool, Error> {
    let key = sum_of(&key(architecture));
    let request = cloud.s3.head_object().bucket(bucket).key(&key);
    match request.send().await {
        Ok(_) => Ok(true),
        Err(error) if error.as_service_error().is_some_and(|it| it.is_not_found()) => Ok(false),
        Err(error) => Err(refused(&format!("looking for {key} in {bucket}"), &error)),
    }
}

/// Whether the machines of a worker environment would certainly find no daemon in
/// their application's bucket. Who may not look finds out as they boot.
pub async fn is_missing(environment: &Environment, bucket: &str, cloud: &Cloud) -> bool {
    let architecture = fleet::architecture(environment);
    matches!(is_in(bucket, architecture, cloud).await, Ok(false))
}

/// Where the boot script looks (`stdlib/boot/worker.sh`), with the machine as
/// `uname -m` calls it.
fn key(architecture: Architecture) -> String {
    let machine = match architecture {
        Architecture::Arm64 => "aarch64",
        Architecture::X8664 => "x86_64",
    };
    format!("artifacts/{NAME}/{DAEMON_VERSION}/{machine}/{NAME}")
}

fn sum_of(key: &str) -> String {
    format!("{key}.sha256")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_says_for_which_machines() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join(NAME);
        let open = |machine: u8, ident: &[u8]| {
            let mut bytes = ident.to_vec();
            bytes.resize(18, 0);
            bytes.extend([machine, 0, 1, 0]);
            crate::disk::Disk::write(&crate::disk::RealDisk, &path, &bytes)
                .expect("it is writable");
            Daemon::open(&path).map(|it| it.architecture).ok()
        };
        assert_eq!(open(62, b"\x7fELF\x02\x01"), Some(Architecture::X8664));
        assert_eq!(open(183, b"\x7fELF\x02\x01"), Some(Architecture::Arm64));
        assert_eq!(open(40, b"\x7fELF\x01\x01"), None);
        assert_eq!(open(62, b"#!/bin/sh"), None);
    }
}
