//! What the instances of an environment write into their logs.

use aws_sdk_cloudwatchlogs::error::ProvideErrorMetadata;

use super::Error;
use super::cloud::{Cloud, refused};

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Milliseconds since 1970.
    pub time: i64,
    /// The instance.
    pub instance: String,
    /// The file: `/var/log/web.stdout.log`.
    pub file: String,
    /// What it says.
    pub text: String,
    /// AWS's own name of it.
    pub number: String,
}

/// The files of an environment that are kept, as log groups.
///
/// # Errors
/// What AWS answered.
pub async fn files(environment: &str, cloud: &Cloud) -> Result<Vec<String>, Error> {
    let prefix = format!("/bean/{environment}/");
    let request = cloud
        .logs
        .describe_log_groups()
        .log_group_name_prefix(&prefix);
    let mut pages = request.into_paginator().send();
    let mut files = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| refused("asking for log groups", &error))?;
        let names = page
            .log_groups()
            .iter()
            .filter_map(|group| group.log_group_name());
        files.extend(names.filter_map(|name| {
            let file = name.strip_prefix(&prefix)?;
            Some(format!("/{file}"))
        }));
    }
    Ok(files)
}

/// Whether there is a log group with this name.
///
/// # Errors
/// What AWS answered.
pub async fn is_group(name: &str, cloud: &Cloud) -> Result<bool, Error> {
    let request = cloud.logs.describe_log_groups().log_group_name_prefix(name);
    // In the order of the alphabet, so that the name itself is in front of those
    // that only begin with it.
    let answer = request.limit(1).send().await;
    let answer = answer.map_err(|error| refused("asking for log groups", &error))?;
    let mut groups = answer.log_groups().iter();
    Ok(groups.any(|group| group.log_group_name() == Some(name)))
}

/// Lines of some files since a time, oldest first.
///
/// # Errors
/// What AWS answered.
pub async fn lines(
    environment: &str,
    files: &[String],
    since: i64,
    filter: Option<&str>,
    cloud: &Cloud,
) -> Result<Vec<Line>, Error> {
    let mut lines = Vec::new();
    for file in files {
        let group = format!("/bean/{environment}{file}");
        let request = cloud
            .logs
            .filter_log_events()
            .log_group_name(&group)
            .start_time(since);
        let request = request.set_filter_pattern(filter.map(str::to_owned));
        let mut pages = request.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                // A group that went while it was read.
                Err(error) if error.code() == Some("ResourceNotFoundException") => break,
                Err(error) => return Err(refused(&format!("reading {group}"), &error)),
            };
            lines.extend(page.events().iter().map(|event| Line {
                time: event.timestamp().unwrap_or_default(),
                instance: event.log_stream_name().unwrap_or_default().to_owned(),
                file: file.clone(),
                text: event.message().unwrap_or_default().trim_end().to_owned(),
                number: event.event_id().unwrap_or_default().to_owned(),
            }));
        }
    }
    lines.sort_by(|a, b| a.time.cmp(&b.time).then_with(|| a.number.cmp(&b.number)));
    Ok(lines)
}
