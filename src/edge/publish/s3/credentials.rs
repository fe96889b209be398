//! Where credentials come from, in the order of Amazon's own tools: the environment, a web identity, a profile of the shared
//! configuration, the role of a container, the role of a machine.
//!
//! Not supported: single sign-on, `credential_process`, and roles that are assumed with another profile's credentials.
//! Each is told with a way round.

use std::path::Path;

use serde::Deserialize;

use super::host_access::{CONTAINER, HostAccess, METADATA};
use super::profile::domain;
use super::profile::{self, Profile};
use super::response::{element, in_words};
use crate::diagnostic::visible::quoted;
use crate::edge::deploy::{DeployError, Refusal};
use crate::edge::http::{Request, Response, form_encoded};

/// The keys that sign requests.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token: Option<String>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

/// Credentials from the first place that has any. A profile that is asked for by name goes before the environment.
pub(super) fn find(host: &HostAccess<'_>, asked: Option<&str>, region: &str) -> Result<Keys, DeployError> {
    let name = profile::name(host, asked);
    let profile = profile::read(host, &name);
    if asked.is_some() {
        let found = of_profile(host, &name, &profile, region)?;
        return found.ok_or_else(|| nothing(&format!("the profile `{name}` holds none")).into());
    }
    if let Some(keys) = of_environment(host) {
        return Ok(keys);
    }
    let identity = host.var("AWS_WEB_IDENTITY_TOKEN_FILE").zip(host.var("AWS_ROLE_ARN"));
    if let Some((file, role)) = identity {
        return of_web_identity(host, &file, &role, region);
    }
    if let Some(keys) = of_profile(host, &name, &profile, region)? {
        return Ok(keys);
    }
    if let Some(keys) = of_container(host)? {
        return Ok(keys);
    }
    let why = "none in the environment, in a profile, or from a role of this machine";
    of_machine(host).ok_or_else(|| nothing(why).into())
}

fn nothing(why: &str) -> Refusal {
    Refusal::new(
        format!("there are no credentials for S3: {why}"),
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    )
}

fn of_environment(host: &HostAccess<'_>) -> Option<Keys> {
    Some(Keys {
        id: host.var("AWS_ACCESS_KEY_ID")?,
        secret: host.var("AWS_SECRET_ACCESS_KEY")?,
        token: host.var("AWS_SESSION_TOKEN"),
    })
}

fn of_profile(
    host: &HostAccess<'_>,
    name: &str,
    profile: &Profile,
    region: &str,
) -> Result<Option<Keys>, DeployError> {
    let setting = |key: &str| profile.get(key).cloned();
    if let Some((file, role)) = setting("web_identity_token_file").zip(setting("role_arn")) {
        return of_web_identity(host, &file, &role, region).map(Some);
    }
    if let Some((id, secret)) = setting("aws_access_key_id").zip(setting("aws_secret_access_key"))
        && !profile.contains_key("role_arn")
    {
        return Ok(Some(Keys { id, secret, token: setting("aws_session_token") }));
    }
    let unsupported = ["role_arn", "sso_session", "sso_start_url", "credential_process", "login_session"];
    match unsupported.into_iter().find(|key| profile.contains_key(*key)) {
        None => Ok(None),
        Some(key) => Err(Refusal::new(
            format!("the profile `{name}` comes by its credentials through `{key}`, which is not supported"),
            format!(
                "run `eval \"$(aws configure export-credentials --profile {name} --format env)\"` before"
            ),
        )
        .into()),
    }
}

/// AWS Security Token Service API reference, `AssumeRoleWithWebIdentity`: a request that needs no signature.
fn of_web_identity(host: &HostAccess<'_>, file: &str, role: &str, region: &str) -> Result<Keys, DeployError> {
    let failed = |why: String| {
        Refusal::new(
            format!("the role `{role}` cannot be assumed: {}", quoted(&why)),
            "see that the role trusts this identity, and that the token is fresh",
        )
    };
    let token = (host.read)(Path::new(file)).map_err(|error| failed(format!("`{file}`: {error}")))?;
    let session = host.var("AWS_ROLE_SESSION_NAME").unwrap_or_else(|| "allclear".to_owned());
    let form = form_encoded(&[
        ("Action", "AssumeRoleWithWebIdentity"),
        ("Version", "2011-06-15"),
        ("RoleArn", role),
        ("RoleSessionName", &session),
        ("WebIdentityToken", token.trim()),
    ]);
    let amazon = || format!("https://sts.{region}.{}", domain(region));
    let address = host.var("AWS_ENDPOINT_URL_STS").unwrap_or_else(amazon);
    let request = Request {
        method: "POST",
        address: &format!("{}/", address.trim_end_matches('/')),
        headers: &[("content-type", "application/x-www-form-urlencoded")],
        body: Some(form.as_bytes()),
    };
    let response = (host.send)(&request).map_err(|error| failed(error.to_string()))?;
    let text = |name: &str| Some(element(&response.body, name)).filter(|text| !text.is_empty());
    let keys = text("AccessKeyId").zip(text("SecretAccessKey"));
    match keys {
        Some((id, secret)) if response.is_success() => Ok(Keys { id, secret, token: text("SessionToken") }),
        _ => Err(failed(in_words(&response)).into()),
    }
}

/// Credentials as containers and machines are told them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Told {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
}

impl Told {
    fn keys(response: &Response) -> Option<Keys> {
        let told: Self = serde_json::from_slice(&response.body).ok().filter(|_| response.is_success())?;
        Some(Keys { id: told.access_key_id, secret: told.secret_access_key, token: told.token })
    }
}

/// AWS SDKs and Tools reference guide, "Container credential provider".
fn of_container(host: &HostAccess<'_>) -> Result<Option<Keys>, DeployError> {
    let relative = host.var("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    let relative = relative.map(|path| format!("{CONTAINER}{path}"));
    let Some(address) = relative.or_else(|| host.var("AWS_CONTAINER_CREDENTIALS_FULL_URI")) else {
        return Ok(None);
    };
    let file = host.var("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    let token = file.and_then(|file| (host.read)(Path::new(&file)).ok());
    let token = token.or_else(|| host.var("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
    let token = token.map(|token| token.trim().to_owned());
    let headers: Vec<(&str, &str)> = token.iter().map(|token| ("authorization", token.as_str())).collect();
    let request = Request { method: "GET", address: &address, headers: &headers, body: None };
    let told = (host.send)(&request).ok().as_ref().and_then(Told::keys);
    told.map(Some).ok_or_else(|| nothing("the container's role gives none").into())
}

/// Amazon EC2 user guide, "Retrieve security credentials from instance metadata", version 2.
fn of_machine(host: &HostAccess<'_>) -> Option<Keys> {
    if host.var("AWS_EC2_METADATA_DISABLED").is_some_and(|flag| flag.eq_ignore_ascii_case("true")) {
        return None;
    }
    let base = host.var("AWS_EC2_METADATA_SERVICE_ENDPOINT").unwrap_or_else(|| METADATA.to_owned());
    let base = base.trim_end_matches('/');
    let ask = |method, path: &str, headers: &[(&str, &str)]| {
        let address = format!("{base}/latest/{path}");
        let body = (method == "PUT").then_some(&b""[..]);
        let request = Request { method, address: &address, headers, body };
        (host.send)(&request).ok().filter(Response::is_success)
    };
    let text = |response: Response| String::from_utf8(response.body).ok();
    let token = ask("PUT", "api/token", &[("x-aws-ec2-metadata-token-ttl-seconds", "300")]).and_then(text)?;
    let headers = [("x-aws-ec2-metadata-token", token.as_str())];
    let roles = "meta-data/iam/security-credentials/";
    let role = ask("GET", roles, &headers).and_then(text)?;
    let role = role.lines().next()?.trim();
    ask("GET", &format!("{roles}{role}"), &headers).as_ref().and_then(Told::keys)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io;
    use std::path::Path;

    use super::{HostAccess, Keys, Request, Response, find};

    const TOLD: &str = r#"{"AccessKeyId": "I", "SecretAccessKey": "S", "Token": "T", "Code": "Success"}"#;

    /// The credentials found with these variables and files, by a service that answers addresses as told; `id secret token`, or
    /// the error.
    fn found(asked: Option<&str>, world: &[(&str, &str)]) -> String {
        let world: BTreeMap<&str, &str> = world.iter().copied().collect();
        let env = |name: &str| world.get(name).map(|value| (*value).to_owned());
        let read = |path: &Path| {
            let text = world.get(path.to_str().unwrap());
            text.map(|text| (*text).to_owned()).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
        };
        let send = |request: &Request<'_>| {
            let answer = world.get(format!("{} {}", request.method, request.address).as_str());
            let answer = answer.or_else(|| world.get(request.address));
            let body = answer.ok_or_else(|| io::Error::from(io::ErrorKind::ConnectionRefused))?;
            let status = if body.contains("<Error>") { 403 } else { 200 };
            Ok(Response { status, body: body.as_bytes().to_vec(), ..Response::default() })
        };
        let host = HostAccess { env: &env, read: &read, send: &send };
        match find(&host, asked, "eu-west-1") {
            Ok(Keys { id, secret, token }) => format!("{id} {secret} {}", token.unwrap_or_default()),
            Err(error) => format!("{error} / {}", error.help().unwrap_or_default()),
        }
    }

    const CREDENTIALS: (&str, &str) = (
        "/home/.aws/credentials",
        "[default]\naws_access_key_id = D\naws_secret_access_key = E\n[other]\naws_access_key_id = O\n\
         aws_secret_access_key = P\naws_session_token = Q\n",
    );
    const HOME: (&str, &str) = ("HOME", "/home");
    const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "B")];

    #[test]
    fn the_environment_goes_before_profiles() {
        assert_eq!(found(None, &[KEYS[0], KEYS[1], HOME, CREDENTIALS]), "A B ");
        assert_eq!(found(None, &[KEYS[0], KEYS[1], ("AWS_SESSION_TOKEN", "C")]), "A B C");
        assert_eq!(found(None, &[KEYS[0], HOME, CREDENTIALS]), "D E ");
    }

    #[test]
    fn a_profile_is_named_by_the_target_or_the_environment() {
        assert_eq!(found(None, &[HOME, CREDENTIALS, ("AWS_PROFILE", "other")]), "O P Q");
        assert_eq!(found(Some("other"), &[KEYS[0], KEYS[1], HOME, CREDENTIALS]), "O P Q");
        let moved = ("AWS_SHARED_CREDENTIALS_FILE", "/home/.aws/credentials");
        assert_eq!(found(None, &[moved, CREDENTIALS]), "D E ");
        assert!(found(Some("none"), &[KEYS[0], KEYS[1]]).contains("the profile `none` holds none"));
    }

    #[test]
    fn what_is_not_supported_is_told_with_a_way_round() {
        let config = (
            "/home/.aws/config",
            "[profile sso]\nsso_session = x\n[profile role]\nrole_arn = y\nsource_profile = z\n",
        );
        for (profile, key) in [("sso", "sso_session"), ("role", "role_arn")] {
            let said = found(None, &[HOME, config, ("AWS_PROFILE", profile)]);
            assert!(said.contains(&format!("through `{key}`, which is not supported")), "{said}");
            assert!(said.contains("aws configure export-credentials"), "{said}");
        }
    }

    #[test]
    fn a_web_identity_becomes_a_role() {
        let answer = "<R><Credentials><AccessKeyId>I</AccessKeyId><SecretAccessKey>S</SecretAccessKey>\
            <SessionToken>T</SessionToken></Credentials></R>";
        let identity =
            [("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_ARN", "arn:r"), ("/token", "jwt\n")];
        let service = "POST https://sts.eu-west-1.amazonaws.com/";
        let [file, role, token] = identity;
        assert_eq!(found(None, &[file, role, token, (service, answer)]), "I S T");
        let refusal = "<Error><Code>AccessDenied</Code><Message>Not authorized</Message></Error>";
        let said = found(None, &[file, role, token, (service, refusal)]);
        assert!(
            said.contains("the role `arn:r` cannot be assumed: the service answers 403 AccessDenied: Not"),
            "{said}"
        );
        assert!(!said.contains("jwt"), "{said}");
    }

    #[test]
    fn containers_and_machines_have_roles() {
        let container = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x");
        assert_eq!(found(None, &[container, ("GET http://169.254.170.2/v2/x", TOLD)]), "I S T");
        let machine = [
            ("PUT http://169.254.169.254/latest/api/token", "token"),
            ("GET http://169.254.169.254/latest/meta-data/iam/security-credentials/", "role\n"),
            ("GET http://169.254.169.254/latest/meta-data/iam/security-credentials/role", TOLD),
        ];
        assert_eq!(found(None, &machine), "I S T");
        let mut forbidden = machine.to_vec();
        forbidden.push(("AWS_EC2_METADATA_DISABLED", "true"));
        assert!(found(None, &forbidden).starts_with("there are no credentials for S3"));
    }
}
