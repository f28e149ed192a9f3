//! `image { build { … } }`: an image built by EC2 Image Builder, and the
//! parameter in which environments find it.

use std::fmt::Write;

use super::unit::Unit;
use super::unit_id;
use crate::model::{Platform, Program};
use crate::platform;
use crate::resource::built_image::BuiltImage;
use crate::resource::expr::{Arn, Name};
use crate::resource::image_component::ImageComponent;
use crate::resource::image_distribution::ImageDistribution;
use crate::resource::image_infrastructure::ImageInfrastructure;
use crate::resource::image_pipeline::ImagePipeline;
use crate::resource::image_recipe::ImageRecipe;
use crate::resource::instance_profile::InstanceProfile;
use crate::resource::policy::Statement;
use crate::resource::role::Role;
use crate::resource::{Expr, Ref, Term};
use crate::schema::instances::Architecture;
use crate::schema::platform::ImageBuild;
use crate::schema::{Map, Nested, Pseudo, Setting};
use crate::syntax::ast::ItemKind;

/// The unit of a platform whose image is built.
pub(super) fn expand<'a>(
    program: &'a Program,
    platform: &'a Platform,
    build: &Nested<ImageBuild>,
) -> Unit<'a> {
    let name = &platform.name;
    let origin = build.span.unwrap_or(platform.span);
    let mut unit = Unit::new(
        program,
        unit_id(ItemKind::Platform, name),
        platform.span,
        format!("Image of platform {name}"),
        None,
        &Map::default(),
    );
    let document = document(platform, build);
    let component = ImageComponent {
        description: Expr::from(format!("What is in the image of {name}")),
        version: Expr::from(version(&[&document])),
        data: Expr::from(document.as_str()).at(build.span),
        tags: unit.tags.clone(),
    };
    let component = unit.graph.add("component", origin, component);
    let parent = parent(platform, build);
    let gib = platform.image_gib();
    let parts = [parent.as_str(), &document, &gib.to_string()];
    let recipe = ImageRecipe {
        description: Expr::from(format!("Recipe of the image of {name}")),
        version: Expr::from(version(&parts)),
        parent: Expr::from(parent.as_str()).at(build.base.as_ref().and_then(Setting::span)),
        components: vec![component.attr(ImageComponent::ARN)],
        volume: Expr::from(gib).at(build.volume.span()),
        tags: unit.tags.clone(),
    };
    let recipe = unit.graph.add("recipe", origin, recipe);

    let role = role(&mut unit, platform, component);
    let profile = InstanceProfile {
        role: role.attr(Role::NAME),
    };
    let profile = unit.graph.add("instance_profile", origin, profile);
    let ty = match (&build.instance_type, platform.settings.image.built_for()) {
        (Some(ty), _) => Expr::from(ty.value.0.clone()).at(ty.span()),
        (None, Architecture::Arm64) => Expr::from("t4g.medium"),
        (None, Architecture::X8664) => Expr::from("t3.medium"),
    };
    let infrastructure = ImageInfrastructure {
        description: Expr::from(format!("Where the image of {name} is built")),
        instance_type: ty,
        profile: profile.attr(InstanceProfile::NAME),
        tags: unit.named_tags(),
    };
    let infrastructure = unit.graph.add("infrastructure", origin, infrastructure);
    let parameter = platform::built_image(name);
    let distribution = ImageDistribution {
        description: Expr::from(format!("Where the image of {name} goes")),
        image_name: Expr::from(format!("{name} {{{{ imagebuilder:buildDate }}}}")),
        parameter: Expr::<Name>::from(parameter.as_str()),
        tags: unit.named_tags(),
    };
    let distribution = unit.graph.add("distribution", origin, distribution);

    let pipeline = ImagePipeline {
        description: Expr::from(format!("Builds the image of {name}")),
        recipe: recipe.attr(ImageRecipe::ARN),
        infrastructure: infrastructure.attr(ImageInfrastructure::ARN),
        distribution: distribution.attr(ImageDistribution::ARN),
        schedule: build
            .schedule
            .as_ref()
            .map(|cron| Expr::from(cron_expression(&cron.value)).at(cron.span())),
        tags: unit.tags.clone(),
    };
    unit.graph.add("pipeline", origin, pipeline);
    let image = BuiltImage {
        recipe: recipe.attr(ImageRecipe::ARN),
        infrastructure: infrastructure.attr(ImageInfrastructure::ARN),
        distribution: distribution.attr(ImageDistribution::ARN),
        tags: unit.tags.clone(),
    };
    unit.graph.add("image", origin, image);
    unit.output(
        "image_parameter",
        "Parameter that holds the id of the newest image",
        parameter,
    );
    unit
}

/// What the instance that builds the image may do: what Image Builder's managed
/// policy for it lists, for this component alone, and Systems Manager, through
/// which the steps are run.
fn role(unit: &mut Unit<'_>, platform: &Platform, component: Ref<ImageComponent>) -> Ref<Role> {
    let tools = Unit::s3_arn("ec2imagebuilder*");
    let logs: Expr<Arn> = unit.arn("logs", "log-group:/aws/imagebuilder/*");
    let session_manager = Term::join([
        "arn:".into(),
        Pseudo::Partition.into(),
        ":iam::aws:policy/AmazonSSMManagedInstanceCore".into(),
    ]);
    let role = Role {
        service: "ec2.amazonaws.com",
        description: Expr::from(format!(
            "Instances that build the image of {}",
            platform.name
        )),
        managed_policies: vec![Expr::new(session_manager)],
        statements: vec![
            Statement::allow(
                "ReadComponent",
                ["imagebuilder:GetComponent"],
                [component.attr(ImageComponent::ARN)],
            ),
            Statement::allow("ReadTools", ["s3:GetObject"], [tools]),
            Statement::allow(
                "WriteLogs",
                [
                    "logs:CreateLogGroup",
                    "logs:CreateLogStream",
                    "logs:PutLogEvents",
                ],
                [logs],
            ),
        ],
        may_signal: false,
        tags: unit.tags.clone(),
    };
    unit.graph.add("role", platform.span, role)
}

/// What the image starts from, as a recipe names it.
fn parent(platform: &Platform, build: &ImageBuild) -> String {
    let image = &platform.settings.image;
    let inherited = image.ssm.0.get(image.built_for().word());
    match (&build.base, inherited) {
        (Some(base), _) if base.value.starts_with('/') => format!("ssm:{}", base.value),
        (Some(base), _) => base.value.to_string(),
        (None, Some(parameter)) => format!("ssm:{}", parameter.value),
        // The checks have reported it.
        (None, None) => String::new(),
    }
}

/// The steps of the build, in YAML. Texts are written as JSON, which YAML reads
/// the same.
fn document(platform: &Platform, build: &ImageBuild) -> String {
    let text = |it: &str| serde_json::Value::from(it).to_string();
    let mut document = format!(
        "name: {}\nschemaVersion: 1.0\nphases:\n- name: build\n  steps:\n",
        text(&platform.name)
    );
    let mut step = |name: &str, commands: &[String]| {
        let _ = write!(
            document,
            "  - name: {name}\n    action: ExecuteBash\n    inputs:\n      commands:\n"
        );
        // All commands of a step are one script, which would go on after an error.
        for command in [&"set -eu".to_owned()].into_iter().chain(commands) {
            let _ = writeln!(document, "      - {}", text(command));
        }
    };
    let packages = platform.settings.packages.value.iter();
    let packages: Vec<&str> = packages
        .chain(&build.packages.value)
        .map(|(package, _)| package.as_str())
        .collect();
    step("update", &["dnf -yq upgrade".to_owned()]);
    if !packages.is_empty() {
        let install = format!("dnf -yq install {}", packages.join(" "));
        step("packages", &[install]);
    }
    let commands: Vec<String> = build
        .commands
        .value
        .iter()
        .map(|(command, _)| command.to_string())
        .collect();
    if !commands.is_empty() {
        step("commands", &commands);
    }
    document
}

/// A semantic version that changes whenever the content does: AWS takes a name
/// and version only once. FNV-1a, whose halves are the last two numbers.
fn version(content: &[&str]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in content {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    // Each number has at most 30 bits.
    format!("1.{}.{}", hash >> 34, hash & 0x3fff_ffff)
}

/// Five fields of cron as Image Builder has them: one of the two days is open.
fn cron_expression(cron: &str) -> String {
    const DAYS: [&str; 8] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    let fields: Vec<&str> = cron.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else {
        return format!("cron({cron} *)");
    };
    if *weekday == "*" {
        return format!("cron({minute} {hour} {day} {month} ? *)");
    }
    // Its numbers of days begin at 1, those of cron at 0: names say the same.
    let named: String = weekday
        .chars()
        .map(|c| match c.to_digit(10).map(|digit| digit as usize) {
            Some(digit) if digit < DAYS.len() => DAYS[digit].to_owned(),
            Some(_) | None => c.to_string(),
        })
        .collect();
    format!("cron({minute} {hour} ? {month} {named} *)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_the_content() {
        assert_eq!(version(&["a", "b"]), version(&["a", "b"]));
        assert_ne!(version(&["a", "b"]), version(&["ab"]));
        assert_ne!(version(&["a"]), version(&["b"]));
    }

    #[test]
    fn cron_leaves_one_day_open() {
        assert_eq!(cron_expression("0 4 * * 0"), "cron(0 4 ? * SUN *)");
        assert_eq!(cron_expression("30 2 1 * *"), "cron(30 2 1 * ? *)");
        assert_eq!(
            cron_expression("0 4 * * MON-FRI"),
            "cron(0 4 ? * MON-FRI *)"
        );
    }
}
