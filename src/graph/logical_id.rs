//! Names of resources in the two targets.
//!
//! They come from names that users wrote and from roles, never from positions
//! or hashes, so that a resource keeps its name when others come and go.

use smol_str::SmolStr;

use crate::resource::Parameter;

/// A resource's name in both targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogicalId {
    /// What it is for, in snake case: `load_balancer`, `listener_https`.
    pub role: SmolStr,
    /// CloudFormation's: `ShopProdLoadBalancer`.
    pub pascal: SmolStr,
    /// Terraform's label: `shop_prod_load_balancer`.
    pub snake: SmolStr,
}

impl LogicalId {
    /// The names of the resource with `role` in an item. CloudFormation cannot
    /// rename a resource in place, so its name is made from the name that the
    /// item had first; Terraform's follows the item, with a `moved` block.
    #[must_use]
    pub fn new(first_name: &str, item: &str, role: &str) -> Self {
        Self {
            role: role.into(),
            pascal: format!("{}{}", pascal(first_name), pascal(role)).into(),
            snake: format!("{}_{}", snake(item), snake(role)).into(),
        }
    }
}

/// `shop-prod` is `ShopProd`.
#[must_use]
pub fn pascal(name: &str) -> String {
    let mut result = String::with_capacity(name.len());
    for word in name.split(['-', '_', '.']).filter(|word| !word.is_empty()) {
        let mut letters = word.chars();
        result.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        result.push_str(letters.as_str());
    }
    result
}

/// The parameter of a template that reads one of Systems Manager:
/// `/bean/main/private/ids` is `BeanMainPrivateIds`.
#[must_use]
pub fn parameter_id(parameter: &Parameter) -> String {
    pascal(&parameter.name.replace('/', "-"))
}

/// `shop-prod` is `shop_prod`.
#[must_use]
pub fn snake(name: &str) -> String {
    name.replace(['-', '.'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_names_and_roles() {
        let id = LogicalId::new("shop-live", "shop-prod", "listener_https");
        assert_eq!(id.pascal, "ShopLiveListenerHttps");
        assert_eq!(id.snake, "shop_prod_listener_https");
    }
}
