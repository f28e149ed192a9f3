//! The machine images behind AWS's public parameters.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::Error;
use super::cloud::{Cloud, refused};

/// How many parameters one request may ask for (`GetParameters`).
const AT_ONCE: usize = 10;

impl Cloud {
    /// The images that public parameters name today. Those that AWS does not have
    /// in this region are not among them.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn images(
        &self,
        parameters: &[SmolStr],
    ) -> Result<BTreeMap<SmolStr, SmolStr>, Error> {
        let mut images = BTreeMap::new();
        for names in parameters.chunks(AT_ONCE) {
            let doing = format!("asking for images in {}", self.region);
            let names = names.iter().map(ToString::to_string).collect();
            let request = self.ssm.get_parameters().set_names(Some(names));
            let answer = request.send().await;
            let answer = answer.map_err(|error| refused(&doing, &error))?;
            for parameter in answer.parameters() {
                if let (Some(name), Some(value)) = (parameter.name(), parameter.value()) {
                    images.insert(name.into(), value.into());
                }
            }
        }
        Ok(images)
    }
}
