//! How long each stage takes for 1, 10, 100 and 1,000 environments, and the
//! stages that editors repeat after a letter.
//!
//! The programs are like those people write: one application and one network,
//! a template, and environments of a dozen lines that extend it. Growth must
//! be linear; what was measured is in `docs/performance.md`.

use std::hint::black_box;
use std::path::Path;

use beanc::backend::{cloudformation, terraform};
use beanc::diagnostic::Diagnostics;
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Options};
use beanc::source::Sources;
use beanc::{analysis, expand, syntax};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

mod program;

use program::program;

const SIZES: [u64; 4] = [1, 10, 100, 1_000];

fn stages(criterion: &mut Criterion) {
    let entry = Path::new("bench.bean");
    let options = Options::default();
    for size in SIZES {
        let text = program(size);
        let disk = MemoryDisk::new([("bench.bean", &text)]);
        let mut group = criterion.benchmark_group("environments");
        group.throughput(Throughput::Elements(size)).sample_size(10);

        group.bench_function(BenchmarkId::new("parse", size), |bencher| {
            let id = Sources::default().add("bench.bean", &text);
            bencher.iter(|| syntax::parse(id, black_box(&text), &mut Diagnostics::default()));
        });
        group.bench_function(BenchmarkId::new("analysis", size), |bencher| {
            bencher.iter(|| {
                let mut sources = Sources::default();
                let mut diagnostics = Diagnostics::default();
                analysis::analyze(None, entry, &disk, &options, &mut sources, &mut diagnostics)
            });
        });
        let compiled = driver::compile(entry, &disk, &options);
        assert!(!compiled.has_errors(), "{:?}", compiled.diagnostics);
        group.bench_function(BenchmarkId::new("expand", size), |bencher| {
            bencher.iter(|| expand::expand(black_box(&compiled.program)));
        });
        group.bench_function(BenchmarkId::new("render", size), |bencher| {
            bencher.iter(|| {
                for unit in &compiled.units {
                    black_box(cloudformation::render(unit, &compiled.sources));
                    black_box(terraform::render(unit, &compiled.sources));
                }
            });
        });
        let edited = text.replacen("max = 3\n", "max = 35\n", 1);
        let edited = MemoryDisk::new([("bench.bean", &edited)]);
        group.bench_function(BenchmarkId::new("keystroke", size), |bencher| {
            bencher.iter(|| driver::check(Some(&compiled), entry, &edited, &options));
        });
        group.bench_function(BenchmarkId::new("whole", size), |bencher| {
            bencher.iter(|| driver::compile(entry, &disk, &options));
        });
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
