//! The standard library, which is part of the compiler.

/// The files by their path behind `std/`.
const FILES: &[(&str, &str)] = &[
    (
        "platforms/corretto.bean",
        include_str!("../stdlib/platforms/corretto.bean"),
    ),
    (
        "platforms/custom.bean",
        include_str!("../stdlib/platforms/custom.bean"),
    ),
    (
        "platforms/docker.bean",
        include_str!("../stdlib/platforms/docker.bean"),
    ),
    (
        "platforms/dotnet.bean",
        include_str!("../stdlib/platforms/dotnet.bean"),
    ),
    (
        "platforms/ecs.bean",
        include_str!("../stdlib/platforms/ecs.bean"),
    ),
    (
        "platforms/go.bean",
        include_str!("../stdlib/platforms/go.bean"),
    ),
    (
        "platforms/nodejs.bean",
        include_str!("../stdlib/platforms/nodejs.bean"),
    ),
    (
        "platforms/php.bean",
        include_str!("../stdlib/platforms/php.bean"),
    ),
    (
        "platforms/python.bean",
        include_str!("../stdlib/platforms/python.bean"),
    ),
    (
        "platforms/ruby.bean",
        include_str!("../stdlib/platforms/ruby.bean"),
    ),
    (
        "platforms/tomcat.bean",
        include_str!("../stdlib/platforms/tomcat.bean"),
    ),
    (
        "platforms/windows.bean",
        include_str!("../stdlib/platforms/windows.bean"),
    ),
    ("presets.bean", include_str!("../stdlib/presets.bean")),
];

/// The text of a file of the library: `platforms/nodejs.bean`.
#[must_use]
pub fn file(path: &str) -> Option<&'static str> {
    FILES
        .iter()
        .find(|(name, _)| *name == path)
        .map(|(_, text)| *text)
}

/// The file that declares a template, as imports name it: `std/presets`.
#[must_use]
pub fn home_of_template(name: &str) -> Option<String> {
    let head = format!("\ntemplate {name}:");
    let (path, _) = FILES.iter().find(|(_, text)| text.contains(&head))?;
    Some(format!("std/{}", path.strip_suffix(".bean")?))
}

/// The paths of all files of the library.
pub fn files() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(path, _)| *path)
}

/// The files that declare platforms, with the first word of the names they
/// declare: `nodejs` of `nodejs-22`.
pub fn platform_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().filter_map(|(path, _)| {
        let family = path.strip_prefix("platforms/")?.strip_suffix(".bean")?;
        Some((family, *path))
    })
}
