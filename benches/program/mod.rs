//! What is measured: a program like those people write, of any size.

use std::fmt::Write;

/// One application and one network, a template, and environments of a dozen
/// lines that extend it.
pub fn program(environments: u64) -> String {
    let mut text = String::from(
        r#"edition 2026

application shop {}

network main {
  cidr = 10.20.0.0/16
  subnets public {
    size = /24
    internet = direct
  }
  subnets private {
    size = /20
    internet = nat
  }
}

template base: web {
  application = application.shop
  platform = "nodejs-22"
  network = network.main
  load_balancer {
    health {
      path = "/healthz"
    }
  }
}

input release: string
"#,
    );
    for number in 0..environments {
        let _ = write!(
            text,
            r#"
environment shop-{number}: web extends base {{
  release = input.release
  instances {{
    type = "t4g.small"
    min = 2
    max = {}
  }}
  env {{
    NUMBER = "{number}"
    DATABASE = secret("ssm:/shop/{number}/database")
  }}
}}
"#,
            3 + number % 8
        );
    }
    text
}
