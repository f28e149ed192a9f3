//! What an instance runs: the image it starts from and the script it boots
//! with.

pub mod boot;
pub mod pack;
pub mod script;

use crate::model::Platform;
use crate::resource::expr::ImageId;
use crate::resource::{Expr, Parameter, ParameterType};
use crate::schema::instances::Architecture;

/// The machine image of a platform for an architecture; `None` when it has
/// none, which the checks have reported.
#[must_use]
pub fn image(platform: &Platform, architecture: Architecture) -> Option<Expr<ImageId>> {
    let image = &platform.settings.image;
    if let Some(build) = &image.build {
        let parameter = Parameter {
            name: built_image(&platform.name).into(),
            ty: ParameterType::Image,
        };
        return Some(Expr::from(parameter).at(build.span));
    }
    if let Some(ami) = &image.ami {
        return Some(Expr::from(ami.value.clone()).at(ami.span()));
    }
    let name = image.ssm.0.get(architecture.word())?;
    let parameter = Parameter {
        name: name.value.clone(),
        ty: ParameterType::Image,
    };
    Some(Expr::from(parameter).at(name.span()))
}

/// The parameter in which Image Builder leaves the id of a platform's newest
/// image. Its role may write below `/imagebuilder/` alone (the managed policy
/// AWSServiceRoleForImageBuilder).
#[must_use]
pub fn built_image(platform: &str) -> String {
    format!("/imagebuilder/bean/{platform}/image")
}
