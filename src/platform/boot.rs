//! The user data of an instance: a generated header of variables in front of
//! the fixed scripts of `stdlib/boot`, which say what each variable means.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::pack::{USER_DATA_BYTES, packed};
use super::script::{Script, stripped};
use crate::model::{Platform, Tier};
use crate::resource::expr::{Expr, Text};
use crate::resource::{Lines, Term};
use crate::schema::Setting;
use crate::schema::platform::{Family, Proxy};
use crate::source::{FileId, Span};

/// Where people see what a platform says: in their own files, or where they name a
/// platform of the library.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// Where the platform is named.
    pub name: Option<Span>,
    /// The files of the library.
    pub library: &'a BTreeSet<FileId>,
}

impl Written<'_> {
    /// The expression behind a property of the platform.
    #[must_use]
    pub fn place(self, property: Option<Span>) -> Option<Span> {
        let own = property.filter(|it| !self.library.contains(&it.file));
        own.or(self.name)
    }
}

/// All that the boot script of an environment's instances is told, with the
/// expressions behind it.
#[derive(Debug)]
pub struct Boot<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The application's name.
    pub application: &'a str,
    /// The environment's tier.
    pub tier: Tier,
    /// What runs the application.
    pub platform: &'a Platform,
    /// Where its properties are written.
    pub written: Written<'a>,
    /// The region, known or not.
    pub region: Expr<Text>,
    /// The bucket with the versions.
    pub bucket: Term,
    /// The version that runs; empty for none.
    pub release: Expr<Text>,
    /// The port of the application behind the proxy.
    pub port: Option<u16>,
    /// Further processes: their Procfile names and ports.
    pub processes: Vec<(SmolStr, u16)>,
    /// What the balancer asks the default process.
    pub check: Check,
    /// What it asks further ones.
    pub checks: Vec<Check>,
    /// How long the boot may take, in seconds.
    pub timeout: Expr<Text>,
    /// How many seconds pass until the next batch of a deployment.
    pub pause: Expr<Text>,
    /// Environment properties, platform defaults included.
    pub properties: Vec<(SmolStr, Expr<Text>)>,
    /// Secrets: the property's name and where its value is kept.
    pub secrets: Vec<(SmolStr, Expr<Text>)>,
    /// Log files and their log groups.
    pub logs: Vec<(SmolStr, Expr<Text>)>,
    /// The cluster that the instance joins.
    pub cluster: Option<Term>,
    /// The object with the passwords of registries, behind its bucket.
    pub registries: Option<String>,
    /// What the proxy answers without the application: paths of requests and
    /// folders or files of the bundle.
    pub files: Vec<(SmolStr, Expr<Text>)>,
    /// The lines of the configuration of a worker's daemon; none without it.
    pub daemon: Vec<Expr<Text>>,
    /// How long whoever asks the proxy waits for an answer, in seconds, where
    /// that is longer than a minute.
    pub patience: Option<Expr<Text>>,
    /// The Elastic IP address that the instance takes.
    pub allocation: Option<Term>,
    /// Whether another instance has that address until this one answers.
    pub takes_over: bool,
    /// The lifecycle hook that waits for the instance.
    pub hook: &'a str,
}

/// What a balancer asks an instance before it sends requests there.
#[derive(Debug, Clone)]
pub struct Check {
    /// The statuses that are healthy; `tcp` where a connection is.
    pub codes: Expr<Text>,
    /// The path, with `:PORT` in front of it where it is asked past the proxy.
    pub place: Expr<Text>,
    /// Whether it is a request at the proxy's port that 200 answers.
    pub is_usual: bool,
}

impl Boot<'_> {
    /// The header and the scripts behind it, without the first line: targets
    /// put `#!/bin/bash` and lines of their own in front.
    #[must_use]
    pub fn script(&self) -> Lines {
        let settings = &self.platform.settings;
        let texts = |list: &[(SmolStr, Span)]| -> Vec<Expr<Text>> {
            let text = |(text, span): &(SmolStr, Span)| {
                Expr::from(text.clone()).at(self.written.place(Some(*span)))
            };
            list.iter().map(text).collect()
        };
        let pairs = |list: &[(SmolStr, Expr<Text>)]| -> Vec<Expr<Text>> {
            let pair = |(name, value): &(SmolStr, Expr<Text>)| {
                let term = Term::join([format!("{name}=").into(), value.term.clone()]);
                Expr::new(term).at(value.span)
            };
            list.iter().map(pair).collect()
        };
        let optional = |setting: Option<&Setting<SmolStr>>| {
            let text = setting.map(|it| it.value.clone()).unwrap_or_default();
            Expr::from(text).at(self.written.place(setting.and_then(Setting::span)))
        };

        let mut script = Script::of(self.platform.family.system());
        script.assign("BEAN_ENVIRONMENT", self.environment);
        script.assign("BEAN_APPLICATION", self.application);
        script.assign("BEAN_TIER", self.tier.word());
        script.assign("BEAN_REGION", self.region.clone());
        script.assign("BEAN_BUCKET", self.bucket.clone());
        script.assign("BEAN_RELEASE", self.release.clone());
        let name = Expr::from(self.platform.name.clone());
        script.assign("BEAN_PLATFORM", name.at(self.written.name));
        script.assign("BEAN_RUNTIME", optional(settings.runtime.as_ref()));
        script.array("BEAN_PACKAGES", texts(&settings.packages.value));
        script.array("BEAN_BUILD", texts(&settings.build.value));
        script.assign("BEAN_START", optional(settings.start.as_ref()));
        let port = self.port.map(|port| port.to_string()).unwrap_or_default();
        let span = settings.port.as_ref().and_then(Setting::span);
        script.assign("BEAN_PORT", Expr::from(port).at(self.written.place(span)));
        let proxy = Expr::from(settings.proxy.value.word());
        let span = self.written.place(settings.proxy.span());
        script.assign("BEAN_PROXY", proxy.at(span));
        let process = |(name, port): &(SmolStr, u16)| Term::from(format!("{name}={port}"));
        script.array("BEAN_PROCESSES", self.processes.iter().map(process));
        script.assign("BEAN_HEALTH_PATH", self.check.place.clone());
        script.assign("BEAN_HEALTH_CODES", self.check.codes.clone());
        if !self.checks.is_empty() {
            let check = |check: &Check| {
                let parts = [
                    check.codes.term.clone(),
                    "=".into(),
                    check.place.term.clone(),
                ];
                Expr::new(Term::join(parts)).at(check.place.span)
            };
            script.array("BEAN_CHECKS", self.checks.iter().map(check));
        }
        script.assign("BEAN_BOOT_TIMEOUT", self.timeout.clone());
        script.assign("BEAN_PAUSE", self.pause.clone());
        script.array("BEAN_PROPERTIES", pairs(&self.properties));
        script.array("BEAN_SECRETS", pairs(&self.secrets));
        script.array("BEAN_LOGS", pairs(&self.logs));
        let hooks = &settings.hooks;
        script.array("BEAN_PREBUILD", texts(&hooks.prebuild.value));
        script.array("BEAN_PREDEPLOY", texts(&hooks.predeploy.value));
        script.array("BEAN_POSTDEPLOY", texts(&hooks.postdeploy.value));
        if let Some(cluster) = &self.cluster {
            script.assign("BEAN_CLUSTER", cluster.clone());
        }
        // On Docker the bundle that runs says where they are.
        if let Some(registries) = &self.registries
            && self.cluster.is_some()
        {
            script.assign("BEAN_REGISTRIES", registries.as_str());
        }
        if !self.files.is_empty() {
            script.array("BEAN_STATIC", pairs(&self.files));
        }
        if let Some(patience) = &self.patience {
            script.assign("BEAN_PATIENCE", patience.clone());
        }
        if let Some(allocation) = &self.allocation {
            script.assign("BEAN_ALLOCATION_ID", allocation.clone());
            if self.takes_over {
                script.assign("BEAN_TAKES_OVER", "true");
            }
        }
        script.assign("BEAN_HOOK", self.hook);
        let kind = Kind {
            family: self.platform.family,
            proxy: settings.proxy.value,
            works: !self.daemon.is_empty(),
            has_checks: !self.checks.is_empty() || !self.check.is_usual,
            has_release: matches!(&self.release.term, Term::Text(it) if !it.is_empty()),
        };
        if kind.works {
            script.assign("BEAN_DAEMON", DAEMON_VERSION);
            script.array("BEAN_QUEUE", self.daemon.iter().cloned());
        }
        let fixed = kind.scripts();
        // The targets put some lines in front.
        let room = USER_DATA_BYTES - 256;
        let packed = match script.bytes() + fixed.plain.len() > room {
            true => fixed.packed(),
            false => None,
        };
        script.raw(packed.unwrap_or(&fixed.plain));
        script.finish()
    }
}

/// The daemon that worker environments run: that of the same release.
pub const DAEMON_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The file with what the daemon logs and measures.
pub const DAEMON_LOG: &str = "/var/log/bean-sqsd.log";

/// What decides which scripts an instance gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Kind {
    family: Family,
    proxy: Proxy,
    /// Whether it has a worker's daemon.
    works: bool,
    /// Whether the balancer asks more than is usual.
    has_checks: bool,
    /// Whether it is known that there is something to run.
    has_release: bool,
}

/// Scripts that are the same for many environments.
struct Fixed {
    plain: String,
    packed: OnceLock<Option<String>>,
}

impl Fixed {
    fn packed(&self) -> Option<&str> {
        let packed = self.packed.get_or_init(|| packed(&self.plain));
        packed.as_deref()
    }
}

impl Kind {
    /// Its scripts. Stripping and packing them takes longer than the rest of an
    /// environment does, so it is done once.
    fn scripts(self) -> Arc<Fixed> {
        static ALL: LazyLock<Mutex<FxHashMap<Kind, Arc<Fixed>>>> = LazyLock::new(Mutex::default);
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        let made = all.entry(self).or_insert_with(|| {
            let plain = self.sources().iter().map(|it| stripped(it)).collect();
            let packed = OnceLock::new();
            Arc::new(Fixed { plain, packed })
        });
        Arc::clone(made)
    }

    /// The files of its scripts, in the order in which they run.
    fn sources(self) -> Vec<&'static str> {
        const WORKER: &str = include_str!("../../stdlib/boot/worker.sh");
        const CHECKS: &str = include_str!("../../stdlib/boot/checks.sh");
        const WELCOME: &str = include_str!("../../stdlib/boot/welcome.sh");
        const CHECKS_WELCOME: &str = include_str!("../../stdlib/boot/checks-welcome.sh");
        const PROCFILE: &str = include_str!("../../stdlib/boot/procfile.sh");
        const REGISTRIES: &str = include_str!("../../stdlib/boot/registries.sh");
        const JAVA: &str = include_str!("../../stdlib/boot/java.sh");
        const PHP: &str = include_str!("../../stdlib/boot/php.sh");
        const TOMCAT: &str = include_str!("../../stdlib/boot/tomcat.sh");
        if self.family == Family::Windows {
            return vec![include_str!("../../stdlib/boot/windows/boot.ps1")];
        }
        let (server, welcome, checks, fpm) = match self.proxy {
            Proxy::Apache => (
                include_str!("../../stdlib/boot/apache.sh"),
                include_str!("../../stdlib/boot/welcome-apache.sh"),
                include_str!("../../stdlib/boot/checks-apache.sh"),
                include_str!("../../stdlib/boot/php-apache.sh"),
            ),
            // Without a proxy nginx shows the welcome page.
            Proxy::Nginx | Proxy::None => (
                include_str!("../../stdlib/boot/nginx.sh"),
                include_str!("../../stdlib/boot/welcome-nginx.sh"),
                include_str!("../../stdlib/boot/checks-nginx.sh"),
                include_str!("../../stdlib/boot/php-nginx.sh"),
            ),
        };
        let own: &[&str] = match self.family {
            Family::Windows => &[],
            Family::Nodejs => &[PROCFILE, include_str!("../../stdlib/boot/nodejs.sh")],
            Family::Python => &[PROCFILE, include_str!("../../stdlib/boot/python.sh")],
            Family::Php => &[PROCFILE, PHP, fpm],
            Family::Ruby => &[PROCFILE, include_str!("../../stdlib/boot/ruby.sh")],
            Family::Go => &[PROCFILE, include_str!("../../stdlib/boot/go.sh")],
            Family::Java => &[PROCFILE, JAVA],
            Family::Tomcat => &[PROCFILE, JAVA, TOMCAT],
            Family::Dotnet => &[PROCFILE, include_str!("../../stdlib/boot/dotnet.sh")],
            Family::Custom => &[PROCFILE, include_str!("../../stdlib/boot/custom.sh")],
            Family::Docker => &[REGISTRIES, include_str!("../../stdlib/boot/docker.sh")],
            Family::Ecs => &[REGISTRIES, include_str!("../../stdlib/boot/ecs.sh")],
        };
        let mut sources = vec![include_str!("../../stdlib/boot/common.sh"), server];
        if self.works {
            sources.push(WORKER);
        }
        if !self.has_release {
            sources.extend([WELCOME, welcome]);
        }
        if self.has_checks {
            sources.push(CHECKS);
        }
        // These take the place of some of what is in front of them.
        if self.has_checks && !self.has_release {
            sources.extend([CHECKS_WELCOME, checks]);
        }
        sources.extend(own);
        sources.push(include_str!("../../stdlib/boot/main.sh"));
        sources
    }
}
