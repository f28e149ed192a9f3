//! The versions of an application: archives in its bucket, under their labels.

use std::collections::BTreeMap;

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};

use super::Error;
use super::cloud::{Cloud, refused};
use super::package::Package;

/// Where versions are kept in the bucket; the boot script looks there.
const FOLDER: &str = "versions/";

/// Metadata of an archive: the SHA-256 of its bytes.
const DIGEST: &str = "sha256";

/// Archives are sent in parts of this size.
const PART_BYTES: usize = 8 << 20;

/// The longest label; Beanstalk's limit.
const LONGEST_LABEL: usize = 100;

/// An application's bucket.
#[derive(Debug)]
pub struct Versions<'a> {
    cloud: &'a Cloud,
    /// The bucket's name.
    pub bucket: String,
}

/// A version that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its label.
    pub label: String,
    /// When it was uploaded, in seconds since 1970.
    pub uploaded: i64,
    /// The archive's size.
    pub bytes: i64,
}

/// What became of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// It is there now.
    Uploaded,
    /// The same was there already.
    Known,
}

/// Why a label cannot be used; `None` when it can.
#[must_use]
pub fn label_problem(label: &str) -> Option<String> {
    let allowed = |it: char| it.is_ascii_alphanumeric() || "-_.+".contains(it);
    if label.is_empty() || label.len() > LONGEST_LABEL {
        return Some(format!("a label has 1 to {LONGEST_LABEL} characters"));
    }
    if matches!(label, "." | "..") {
        return Some("`.` and `..` name folders".to_owned());
    }
    let odd = label.chars().find(|it| !allowed(*it))?;
    Some(format!(
        "a label has letters, digits, `-`, `_`, `.` and `+`, and no `{odd}`"
    ))
}

impl<'a> Versions<'a> {
    /// The versions of an application, whose bucket the program names or its
    /// stack has made.
    ///
    /// # Errors
    /// What AWS answered, and when there is no bucket yet.
    pub async fn of(
        application: &str,
        bucket: Option<&str>,
        cloud: &'a Cloud,
    ) -> Result<Self, Error> {
        let bucket = match bucket {
            Some(bucket) => Some(bucket.to_owned()),
            None => cloud.published(application, "bucket").await?,
        };
        let bucket = bucket.ok_or_else(|| {
            Error::new(format!(
                "{application} has no bucket yet: `beanc apply application.{application}` makes it"
            ))
        })?;
        Ok(Self { cloud, bucket })
    }

    /// Uploads an archive under a label, unless the same is there already;
    /// tells how many bytes have arrived.
    ///
    /// # Errors
    /// What AWS answered, and when something else has the label.
    pub async fn push(
        &self,
        label: &str,
        package: &Package,
        tell: &mut dyn FnMut(u64),
    ) -> Result<Pushed, Error> {
        if self.has(label, package).await? {
            return Ok(Pushed::Known);
        }
        let key = format!("{FOLDER}{label}.zip");
        if package.bytes.len() > PART_BYTES {
            self.upload_parts(&key, label, package, tell).await?;
        } else {
            self.upload(&key, label, package).await?;
            tell(package.bytes.len() as u64);
        }
        Ok(Pushed::Uploaded)
    }

    /// Whether an archive is there already under a label.
    ///
    /// # Errors
    /// What AWS answered, and when something else has the label.
    pub async fn has(&self, label: &str, package: &Package) -> Result<bool, Error> {
        match self.digest(&format!("{FOLDER}{label}.zip")).await? {
            Some(digest) if digest == package.digest => Ok(true),
            Some(_) => Err(self.taken(label)),
            None => Ok(false),
        }
    }

    fn taken(&self, label: &str) -> Error {
        Error::new(format!(
            "version {label} is there with other content, and versions never change; \
             choose another label"
        ))
    }

    /// The digest of what is there under a key, empty when it does not say.
    async fn digest(&self, key: &str) -> Result<Option<String>, Error> {
        let request = self.cloud.s3.head_object().bucket(&self.bucket).key(key);
        match request.send().await {
            Ok(found) => {
                let digest = found.metadata().and_then(|it| it.get(DIGEST));
                Ok(Some(digest.cloned().unwrap_or_default()))
            }
            Err(error) if error.as_service_error().is_some_and(|it| it.is_not_found()) => Ok(None),
            Err(error) => Err(refused(
                &format!("looking for {key} in {}", self.bucket),
                &error,
            )),
        }
    }

    async fn upload(&self, key: &str, label: &str, package: &Package) -> Result<(), Error> {
        let request = self
            .cloud
            .s3
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type("application/zip")
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .metadata(DIGEST, &package.digest)
            // Two pushes of one label at once: the second is told.
            .if_none_match("*")
            .body(ByteStream::from(package.bytes.clone()));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                self.lost(
                    error.code(),
                    label,
                    package,
                    key,
                    refused(&format!("uploading {key}"), &error),
                )
                .await
            }
        }
    }

    /// When somebody was faster, or we were, and the answer was lost on its way:
    /// the same bytes are as good as ours.
    async fn lost(
        &self,
        code: Option<&str>,
        label: &str,
        package: &Package,
        key: &str,
        error: Error,
    ) -> Result<(), Error> {
        // The last is what the second answer says of parts that were joined.
        let codes = [
            "PreconditionFailed",
            "ConditionalRequestConflict",
            "NoSuchUpload",
        ];
        if !code.is_some_and(|code| codes.contains(&code)) {
            return Err(error);
        }
        match self.digest(key).await? {
            Some(digest) if digest == package.digest => Ok(()),
            Some(_) => Err(self.taken(label)),
            None => Err(error.help("somebody else uploads this version now; push again")),
        }
    }

    async fn upload_parts(
        &self,
        key: &str,
        label: &str,
        package: &Package,
        tell: &mut dyn FnMut(u64),
    ) -> Result<(), Error> {
        let (s3, bucket) = (&self.cloud.s3, &self.bucket);
        let doing = format!("uploading {key}");
        let started = s3
            .create_multipart_upload()
            .bucket(bucket)
            .key(key)
            .content_type("application/zip")
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .metadata(DIGEST, &package.digest)
            .send()
            .await
            .map_err(|error| refused(&doing, &error))?;
        let upload = started.upload_id().unwrap_or_default();
        let mut parts = Vec::new();
        for (number, bytes) in (1..).zip(package.bytes.chunks(PART_BYTES)) {
            let request = s3.upload_part().bucket(bucket).key(key).upload_id(upload);
            let request = request.checksum_algorithm(ChecksumAlgorithm::Sha256);
            let body = ByteStream::from(bytes.to_vec());
            let part = match request.part_number(number).body(body).send().await {
                Ok(part) => part,
                Err(error) => {
                    // What was sent is of no use; the bucket's rules would
                    // remove it in the end.
                    let request = s3.abort_multipart_upload().bucket(bucket).key(key);
                    let _ = request.upload_id(upload).send().await;
                    return Err(refused(&doing, &error));
                }
            };
            let part = CompletedPart::builder()
                .part_number(number)
                .set_e_tag(part.e_tag().map(str::to_owned))
                .set_checksum_sha256(part.checksum_sha256().map(str::to_owned))
                .build();
            parts.push(part);
            tell(bytes.len() as u64);
        }
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(parts))
            .build();
        let request = s3.complete_multipart_upload().bucket(bucket).key(key);
        let request = request
            .upload_id(upload)
            .multipart_upload(parts)
            .if_none_match("*");
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                self.lost(error.code(), label, package, key, refused(&doing, &error))
                    .await
            }
        }
    }

    /// All versions, newest first.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn list(&self) -> Result<Vec<Version>, Error> {
        let request = self
            .cloud
            .s3
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(FOLDER);
        let mut pages = request.into_paginator().send();
        let mut versions = Vec::new();
        while let Some(page) = pages.next().await {
            let doing = format!("listing the versions in {}", self.bucket);
            let page = page.map_err(|error| refused(&doing, &error))?;
            versions.extend(page.contents().iter().filter_map(|object| {
                let label = object.key()?.strip_prefix(FOLDER)?.strip_suffix(".zip")?;
                Some(Version {
                    label: label.to_owned(),
                    uploaded: object.last_modified().map_or(0, |it| it.secs()),
                    bytes: object.size().unwrap_or_default(),
                })
            }));
        }
        versions.sort_by(|a, b| {
            b.uploaded
                .cmp(&a.uploaded)
                .then_with(|| b.label.cmp(&a.label))
        });
        Ok(versions)
    }

    /// Whether a version is known not to be there. Who may not look in the
    /// bucket may deploy all the same.
    pub async fn lacks(&self, label: &str) -> bool {
        matches!(self.digest(&format!("{FOLDER}{label}.zip")).await, Ok(None))
    }

    /// Deletes versions.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn delete(&self, labels: &[String]) -> Result<(), Error> {
        for label in labels {
            let key = format!("{FOLDER}{label}.zip");
            let request = self.cloud.s3.delete_object().bucket(&self.bucket).key(&key);
            let doing = format!("deleting {key}");
            request
                .send()
                .await
                .map_err(|error| refused(&doing, &error))?;
        }
        Ok(())
    }
}

/// Labels with the environments that run them.
pub type Running = BTreeMap<String, Vec<String>>;

/// An environment that runs a version, as it has left it in Parameter Store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runner {
    /// Its name.
    pub environment: String,
    /// The label of the version.
    pub label: String,
    /// The application whose version it is; none where the environment was last
    /// deployed by a release of beanc that did not say so.
    pub application: Option<String>,
}

impl Cloud {
    /// Which environments of this place run which version: those of other
    /// programs too.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn running(&self) -> Result<Vec<Runner>, Error> {
        let request = self
            .ssm
            .get_parameters_by_path()
            .path("/bean/")
            .recursive(true);
        let mut pages = request.into_paginator().send();
        let mut left = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| refused("asking which versions run", &error))?;
            left.extend(page.parameters().iter().filter_map(|parameter| {
                Some((parameter.name()?.to_owned(), parameter.value()?.to_owned()))
            }));
        }
        Ok(runners(&left))
    }
}

/// The environments that run versions, from names and values of parameters.
fn runners(left: &[(String, String)]) -> Vec<Runner> {
    let item = |name: &'_ str, attribute: &str| -> Option<String> {
        let path = name.strip_prefix("/bean/")?.strip_suffix(attribute)?;
        Some(path.strip_suffix('/')?.to_owned())
    };
    let applications: BTreeMap<String, &String> = left
        .iter()
        .filter_map(|(name, value)| Some((item(name, "application")?, value)))
        .collect();
    let runner = |(name, label): &(String, String)| {
        let environment = item(name, "release")?;
        Some(Runner {
            application: applications.get(&environment).map(|it| (*it).clone()),
            label: label.clone(),
            environment,
        })
    };
    left.iter().filter_map(runner).collect()
}

/// The versions that have had their time: all but the newest `keep` and those
/// uploaded before `since`, without those that run. Versions come newest first.
#[must_use]
pub fn expired<'a>(
    versions: &'a [Version],
    keep: usize,
    since: i64,
    running: &Running,
) -> Vec<&'a str> {
    let is_over =
        |(at, version): &(usize, &Version)| *at >= keep || *at > 0 && version.uploaded < since;
    versions
        .iter()
        .enumerate()
        .filter(is_over)
        .map(|(_, version)| version.label.as_str())
        .filter(|label| !running.contains_key(*label))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(label: &str, uploaded: i64) -> Version {
        Version {
            label: label.to_owned(),
            uploaded,
            bytes: 1,
        }
    }

    #[test]
    fn versions_that_run_and_the_newest_stay() {
        let versions = [
            version("e", 50),
            version("d", 40),
            version("c", 30),
            version("b", 20),
            version("a", 10),
        ];
        let running = BTreeMap::from([("b".to_owned(), vec!["shop-prod".to_owned()])]);
        assert_eq!(expired(&versions, 3, 0, &running), ["a"]);
        assert_eq!(expired(&versions, 10, 35, &running), ["c", "a"]);
        assert_eq!(expired(&versions[..1], 10, 99, &running), [""; 0]);
    }

    #[test]
    fn environments_tell_whose_version_they_run() {
        let left = [
            ("/bean/old/release", "v1"),
            ("/bean/shop-prod/application", "shop"),
            ("/bean/shop-prod/release", "v2"),
            ("/bean/shop/bucket", "shop-versions"),
        ];
        let left = left.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let runner = |environment: &str, label: &str, application: Option<&str>| Runner {
            environment: environment.to_owned(),
            label: label.to_owned(),
            application: application.map(str::to_owned),
        };
        assert_eq!(
            runners(&left),
            [
                runner("old", "v1", None),
                runner("shop-prod", "v2", Some("shop"))
            ]
        );
    }

    #[test]
    fn labels_are_names_of_files() {
        assert_eq!(label_problem("v1.2.3-4-gabc+x_y"), None);
        assert!(label_problem("a/b").is_some_and(|it| it.ends_with("no `/`")));
        for label in ["", ".", ".."] {
            assert!(label_problem(label).is_some(), "{label}");
        }
    }
}
