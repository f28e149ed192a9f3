//! Buckets that go with what they hold.

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use super::Error;
use super::cloud::{Cloud, refused};

/// Deletes every object of a bucket in all its versions, and answers how many
/// there were. A bucket that is not there is empty.
///
/// # Errors
/// What AWS answered.
pub async fn empty(bucket: &str, cloud: &Cloud) -> Result<usize, Error> {
    let doing = format!("emptying bucket {bucket}");
    let mut count = 0;
    // What was listed is deleted, so the next listing begins with what is left.
    loop {
        let answer = cloud.s3.list_object_versions().bucket(bucket).send().await;
        let page = match answer {
            Ok(page) => page,
            Err(error) if is_absent(&error) => return Ok(count),
            Err(error) => return Err(refused(&doing, &error)),
        };
        let versions = page.versions().iter().map(|it| (it.key(), it.version_id()));
        let markers = page.delete_markers().iter();
        let markers = markers.map(|it| (it.key(), it.version_id()));
        let objects: Vec<ObjectIdentifier> = versions
            .chain(markers)
            .filter_map(|(key, version)| {
                let object = ObjectIdentifier::builder().key(key?);
                object
                    .set_version_id(version.map(str::to_owned))
                    .build()
                    .ok()
            })
            .collect();
        if objects.is_empty() {
            return Ok(count);
        }
        count += objects.len();
        let delete = Delete::builder().set_objects(Some(objects)).quiet(true);
        let delete = delete
            .build()
            .map_err(|error| Error::new(format!("{doing}: {error}")))?;
        let request = cloud.s3.delete_objects().bucket(bucket).delete(delete);
        let answer = request.send().await;
        let answer = answer.map_err(|error| refused(&doing, &error))?;
        if let Some(error) = answer.errors().first() {
            let key = error.key().unwrap_or_default();
            let why = error.message().unwrap_or_default();
            return Err(Error::new(format!("{doing}: {key} stays: {why}")));
        }
    }
}

/// Deletes a bucket that is empty. One that is not there is deleted.
///
/// # Errors
/// What AWS answered.
pub async fn delete(bucket: &str, cloud: &Cloud) -> Result<(), Error> {
    match cloud.s3.delete_bucket().bucket(bucket).send().await {
        Ok(_) => Ok(()),
        Err(error) if is_absent(&error) => Ok(()),
        Err(error) => Err(refused(&format!("deleting bucket {bucket}"), &error)),
    }
}

fn is_absent<E: ProvideErrorMetadata>(error: &E) -> bool {
    error.code() == Some("NoSuchBucket")
}
