//! Whose credentials sign the requests: those of a profile, of a role, of SSO;
//! and what is said when there are none.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::double::Double;
use super::place::{PROGRAM, Place, assert_contains, text};
use super::proxy::Asked;
use crate::fate::{self, Fate, Server};
use crate::http::{Exchange, answer};
use crate::tools;

const CONFIG: &str = "\
[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = secret
region = eu-west-1

[profile chained]
role_arn = arn:aws:iam::123456789012:role/chained
source_profile = base
region = eu-west-1

[profile broken]
role_arn = arn:aws:iam::123456789012:role/chained
source_profile = nowhere
region = eu-west-1

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile signed-in]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-west-1
";

const ROLE: &str = "arn:aws:iam::123456789012:role/deployer";

/// A program whose environment is deployed with a role.
fn with_role(target: &str) -> String {
    PROGRAM.replace(
        "  release = input",
        &format!("  target {{\n    role = \"{ROLE}\"\n{target}  }}\n  release = input"),
    )
}

/// What a command says that has a profile and nothing else, and how it ends.
fn as_profile(place: &Place, profile: &str, arguments: &[&str], more: &[(&str, &str)]) -> String {
    place.write("config", CONFIG);
    let output = place
        .beanc(arguments)
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .env_remove("AWS_REGION")
        .env_remove("AWS_DEFAULT_REGION")
        .env("HOME", place.folder.path())
        .env("AWS_CONFIG_FILE", place.folder.path().join("config"))
        .env("AWS_PROFILE", profile)
        .envs(more.iter().copied())
        .output()
        .expect("beanc starts");
    let code = output.status.code().expect("it ends by itself");
    format!(
        "{}{}exit code {code}",
        text(&output.stdout),
        text(&output.stderr)
    )
}

/// The keys that signed requests to services other than the one that gives out
/// keys, each once.
fn keys(asked: &[Asked]) -> Vec<&str> {
    let asked = asked.iter().filter(|it| it.service != "sts");
    let mut keys: Vec<&str> = asked.map(|it| it.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The roles that were asked for, each time, and with whose key.
fn roles(asked: &[Asked]) -> Vec<(&str, &str)> {
    let asked = asked.iter().filter(|it| it.service == "sts");
    let role = |it: &Asked| {
        let names = ["chained", "deployer"];
        let is_meant = |name: &&&str| it.body.contains(&format!("role%2F{name}"));
        names.iter().find(is_meant).copied()
    };
    asked
        .filter_map(|it| Some((it.key.as_str(), role(it)?)))
        .collect()
}

#[test]
fn requests_are_signed_by_the_profile_and_by_the_role() {
    let Some(mut place) = Place::new() else {
        return;
    };
    let proxy = place.behind_proxy();
    let said = as_profile(&place, "base", &["apply", "blog", "--yes"], &[]);
    assert_contains(&said, &["done (CREATE_COMPLETE)", "exit code 0"]);
    assert_eq!(keys(&proxy.asked()), ["AKIABASE"]);

    // The role of a profile.
    let said = as_profile(&place, "chained", &["push", "--label", "v1"], &[]);
    assert_contains(&said, &["version v1 of blog uploaded", "exit code 0"]);
    let asked = proxy.asked();
    assert_eq!(roles(&asked), [("AKIABASE", "chained")]);
    assert!(
        keys(&asked).iter().all(|key| key.starts_with("ASIA")),
        "{asked:?}"
    );

    // The role of the target, also for what belongs to the application.
    place.write("env.bean", &with_role(""));
    for command in [
        &["push", "--label", "v2"][..],
        &["deploy", "blog-test", "--label", "v2", "--yes"],
        &["health", "blog-test"],
    ] {
        let said = as_profile(&place, "base", command, &[]);
        assert_contains(&said, &["exit code 0"]);
        let asked = proxy.asked();
        assert_eq!(roles(&asked), [("AKIABASE", "deployer")], "{command:?}");
        assert!(
            keys(&asked).iter().all(|key| key.starts_with("ASIA")),
            "{command:?} {asked:?}"
        );
    }
    // With the keys of a role, another role.
    let said = as_profile(&place, "chained", &["status"], &[]);
    assert_contains(&said, &["exit code 0"]);
    let asked = proxy.asked();
    let roles = roles(&asked);
    let [chained, (key, "deployer")] = roles.as_slice() else {
        panic!("each is asked for once: {roles:?}");
    };
    assert_eq!(*chained, ("AKIABASE", "chained"));
    assert!(key.starts_with("ASIA"), "{roles:?}");

    // The keys are of another account than the target.
    place.program(
        "  release = input",
        "  target {\n    account = \"210987654321\"\n  }\n  release = input",
    );
    let said = as_profile(&place, "base", &["health", "blog-test"], &[]);
    let of_another = "env.bean:15:15: the credentials are of account 123456789012";
    assert_contains(&said, &[of_another, "exit code 2"]);
}

#[test]
fn terraform_takes_the_role_on_for_resources_and_for_its_state() {
    let Some(plugins) = tools::terraform_plugins() else {
        return;
    };
    let Some(mut place) = Place::new() else {
        return;
    };
    place.python("import boto3; boto3.client('s3').create_bucket(Bucket='state', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})");
    place.says(0, &["apply", "blog", "--yes"]);
    place.says(0, &["push", "--label", "v1"]);
    let proxy = place.behind_proxy();
    let state = "    region = \"eu-west-1\"\n    state {\n      bucket = \"state\"\n    }\n";
    place.write("env.bean", &with_role(state));
    let init = format!("-plugin-dir={plugins}");
    let said = as_profile(
        &place,
        "base",
        &["plan", "blog-test", "--release", "v1"],
        &[("BEANC_ENGINE", "terraform"), ("TF_CLI_ARGS_init", &init)],
    );
    assert_contains(&said, &["to make", "exit code 2"]);
    let asked = proxy.asked();
    let keys = keys(&asked);
    assert!(
        keys.iter().all(|key| key.starts_with("ASIA")),
        "{keys:?}: all but the requests for the role are signed by it"
    );
    // Once by `beanc`, and by Terraform for its backend and for its provider, with
    // each of its commands.
    let mut roles = roles(&asked);
    roles.dedup();
    assert_eq!(roles, [("AKIABASE", "deployer")]);
    let is_lock = |it: &Asked| {
        it.what
            .contains("/state/bean/environment.blog-test.tfstate.tflock")
    };
    assert!(
        asked.iter().any(is_lock),
        "the state is locked in its bucket"
    );
    let of_resources = |it: &Asked| it.service == "ec2" || it.service == "ssm";
    assert!(asked.iter().any(of_resources), "resources are asked for");

    // Terraform is refused what `beanc` was given: first by its backend, and then
    // by its provider.
    for (backend, why) in [
        (true, "init failed: Cannot assume IAM Role"),
        (false, "Cannot assume IAM Role"),
    ] {
        let state = if backend { state } else { "" };
        place.write("env.bean", &with_role(state));
        proxy.treats(|asked, before| {
            let is_role = asked.body.contains("Action=AssumeRole&");
            match is_role && before > 1 {
                true => Fate::Refused(403, "AccessDenied"),
                false => Fate::Answered,
            }
        });
        let said = as_profile(
            &place,
            "base",
            &["plan", "blog-test", "--release", "v1", "--out", "anew"],
            &[
                ("BEANC_ENGINE", "terraform"),
                ("TF_CLI_ARGS_init", &init),
                ("AWS_REGION", "eu-west-1"),
            ],
        );
        assert_contains(&said, &["E0890", why, "[env.bean:15:12]", "exit code 1"]);
    }
}

/// A portal of SSO that gives out the keys of a role to whoever has its token.
struct Portal;

impl Server for Portal {
    fn fate(&self, request: &Exchange) -> Fate {
        match request.header("x-amz-sso_bearer_token") {
            Some("good") => Fate::Answered,
            _ => Fate::Refused(401, "UnauthorizedException"),
        }
    }

    fn refuse(&self, _: &Exchange, status: u16, code: &str) -> Exchange {
        let body = r#"{"message": "Session token not found or invalid"}"#;
        answer(status, &[("x-amzn-errortype", code)], body)
    }

    fn carry_out(&self, request: Exchange) -> io::Result<Exchange> {
        assert_eq!(
            request.first,
            "GET /federation/credentials?role_name=Developer&account_id=123456789012 HTTP/1.1"
        );
        let keys = r#"{"roleCredentials": {"accessKeyId": "ASIASSO", "secretAccessKey": "secret",
            "sessionToken": "token", "expiration": 4102444800000}}"#;
        Ok(answer(200, &[("content-type", "application/json")], keys))
    }
}

#[test]
fn a_session_of_sso_signs_until_it_is_over() {
    let double = Double::start();
    let mut place = Place::at(double.endpoint.clone(), None);
    let proxy = place.behind_proxy();
    let portal = format!("http://{}", fate::serve(&Arc::new(Portal)));
    let more = [("AWS_ENDPOINT_URL_SSO", portal.as_str())];
    let sign_in = |token: &str, until: &str| {
        // The SHA-1 of the session's name, where the AWS CLI keeps its token.
        place.write(
            ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json",
            &format!(
                "{{\"startUrl\": \"https://corp.awsapps.com/start\", \"region\": \"eu-west-1\", \
                 \"accessToken\": \"{token}\", \"expiresAt\": \"{until}\"}}"
            ),
        );
    };
    let over = [
        "there is no session of SSO, or it is over",
        "sign in again: `aws sso login`",
        "exit code 2",
    ];
    let said = as_profile(&place, "signed-in", &["status"], &more);
    assert_contains(&said, &over);
    sign_in("good", "2099-01-01T00:00:00Z");
    let said = as_profile(&place, "signed-in", &["status"], &more);
    assert_contains(
        &said,
        &["environment.blog-test not deployed", "exit code 0"],
    );
    assert_eq!(keys(&proxy.asked()), ["ASIASSO"]);
    for (token, until) in [
        ("good", "2019-01-01T00:00:00Z"),
        ("bad", "2099-01-01T00:00:00Z"),
    ] {
        sign_in(token, until);
        let said = as_profile(&place, "signed-in", &["status"], &more);
        assert_contains(&said, &over);
        assert_eq!(proxy.asked(), []);
    }
}

/// Gives a role to whoever asks, until a time, and counts.
struct Roles {
    until: &'static str,
    asked: AtomicUsize,
}

impl Server for Roles {
    fn fate(&self, _: &Exchange) -> Fate {
        Fate::Answered
    }

    fn refuse(&self, _: &Exchange, status: u16, _: &str) -> Exchange {
        answer(status, &[], "")
    }

    fn carry_out(&self, request: Exchange) -> io::Result<Exchange> {
        assert!(request.text().contains("Action=AssumeRole&"));
        self.asked.fetch_add(1, Ordering::Relaxed);
        let keys = format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>\
             <SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>\
             <Expiration>{}</Expiration></Credentials><AssumedRoleUser><Arn>{ROLE}</Arn>\
             <AssumedRoleId>AROA:beanc</AssumedRoleId></AssumedRoleUser></AssumeRoleResult>\
             </AssumeRoleResponse>",
            self.until
        );
        Ok(answer(200, &[("content-type", "text/xml")], &keys))
    }
}

#[test]
fn a_role_is_asked_for_once_and_again_when_it_is_over() {
    let double = Double::start();
    let mut place = Place::at(double.endpoint.clone(), None);
    let proxy = place.behind_proxy();
    place.write("env.bean", &with_role("    region = \"eu-west-1\"\n"));
    for (until, is_kept) in [
        ("2099-01-01T00:00:00Z", true),
        ("2019-01-01T00:00:00Z", false),
    ] {
        let roles = Arc::new(Roles {
            until,
            asked: AtomicUsize::new(0),
        });
        let endpoint = format!("http://{}", fate::serve(&roles));
        let more = [("AWS_ENDPOINT_URL_STS", endpoint.as_str())];
        // Each of the two units has a connection.
        let said = as_profile(&place, "base", &["status"], &more);
        assert_contains(&said, &["not deployed", "exit code 0"]);
        assert_eq!(keys(&proxy.asked()), ["ASIAROLE"]);
        let asked = roles.asked.load(Ordering::Relaxed);
        assert_eq!(asked == 1, is_kept, "{asked}");
        assert!(asked > 0);
    }
}

#[test]
fn credentials_that_cannot_be_had_are_said_in_a_sentence() {
    let double = Double::start();
    let place = Place::at(double.endpoint.clone(), None);
    let region = ("AWS_REGION", "eu-west-1");
    for (profile, why) in [
        (
            "missing",
            "profile `missing` was not defined: could not find source profile missing; AWS_PROFILE \
             names the profile",
        ),
        (
            "broken",
            "profile `nowhere` was not defined: could not find source profile nowhere referenced \
             from broken",
        ),
        (
            "default",
            "no credentials were found; set AWS_PROFILE to one of your profiles, or sign in",
        ),
    ] {
        let said = as_profile(&place, profile, &["status"], &[region]);
        assert_contains(&said, &[why, "exit code 2"]);
        assert!(said.lines().count() <= 2, "{said}");
    }
    assert_contains(
        &as_profile(&place, "default", &["status"], &[]),
        &["no region is known", "exit code 2"],
    );

    // The role is refused, and so are keys that are over.
    place.write("env.bean", &with_role(""));
    for (code, why) in [
        (
            "AccessDenied",
            "the role cannot be taken on: said the double (AccessDenied)",
        ),
        ("ExpiredToken", "the credentials have expired"),
    ] {
        double.treats(move |action, _| match action {
            "AssumeRole" => Fate::Refused(403, code),
            _ => Fate::Answered,
        });
        let said = as_profile(
            &place,
            "base",
            &["plan", "blog-test", "--release", "v1"],
            &[],
        );
        assert_contains(&said, &["E0890", why, "exit code 1"]);
        assert!(!said.contains("dispatch"), "{said}");
    }
}

#[test]
fn what_is_wrong_with_a_target_is_said_at_its_line() {
    let double = Double::start();
    let place = Place::at(double.endpoint.clone(), None);
    let region = "    region = \"eu-west-1\"\n";
    for (what, refused) in [
        ("role", "AccessDenied"),
        ("region", "RegionDisabledException"),
        ("keys", "ExpiredToken"),
    ] {
        place.write("env.bean", &with_role(region));
        double.treats(move |action, _| match action {
            "AssumeRole" => Fate::Refused(403, refused),
            _ => Fate::Answered,
        });
        let plan = ["plan", "blog-test", "--release", "v1"];
        let said = as_profile(&place, "base", &plan, &[]);
        insta::with_settings!({
            snapshot_path => "../../../snapshots/apply",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(format!("target_{what}"), said);
        });
    }
    // Commands that say it in a line say where as well.
    place.write("env.bean", &with_role(""));
    double.treats(|action, _| match action {
        "AssumeRole" => Fate::Refused(403, "AccessDenied"),
        _ => Fate::Answered,
    });
    let said = as_profile(&place, "base", &["health", "blog-test"], &[]);
    assert_contains(
        &said,
        &["env.bean:15:12: the role cannot be taken on", "exit code 2"],
    );
    // The role of the profile is not the target's.
    let said = as_profile(&place, "chained", &["health", "blog-test"], &[]);
    assert_contains(&said, &["the role cannot be taken on", "exit code 2"]);
    assert!(!said.contains("env.bean"), "{said}");
}
