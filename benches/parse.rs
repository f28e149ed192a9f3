//! How long reading takes: one file of 20,000 lines, and 1,000 small
//! environments in one file, as generated programs are.

use std::fmt::Write as _;
use std::hint::black_box;

use beanc::diagnostic::Diagnostics;
use beanc::source::Sources;
use beanc::syntax::parse;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// An environment of ten lines, the size most of them have.
fn environments(count: usize) -> String {
    let mut text = String::from("edition 2026\n\napplication shop {}\n");
    for number in 0..count {
        let _ = write!(
            text,
            "
environment shop-{number}: web extends web_base {{
  platform = \"nodejs-22\"
  instances {{
    min = 2
    max = 2 * base.instances.max
  }}
  env {{
    NAME = \"shop-{number}.${{aws.region}}\"
    REMOTE = secret(\"ssm:/shop/remote\")
  }}
}}
"
        );
    }
    text
}

fn parsing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for (name, count) in [("1,000 environments", 1_000), ("20,000 lines", 1_667)] {
        let text = environments(count);
        let mut sources = Sources::default();
        let id = sources.add("bench.bean", &text);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut diagnostics = Diagnostics::default();
                let file = parse(id, black_box(&text), &mut diagnostics);
                assert!(!diagnostics.has_errors());
                file
            });
        });
    }
    group.finish();
}

criterion_group!(benches, parsing);
criterion_main!(benches);
