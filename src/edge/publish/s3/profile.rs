//! The shared configuration of Amazon's tools: `~/.aws/config` and `~/.aws/credentials`.
//!
//! AWS SDKs and Tools reference guide, "Shared config and credentials files". Only what credentials and the region need is
//! read; a setting of its own below another (`s3 =`) is passed over.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::host_access::HostAccess;

/// A profile's settings by name, those of the credentials file over those of the other.
pub(super) type Profile = BTreeMap<String, String>;

pub(super) fn name(host: &HostAccess<'_>, asked: Option<&str>) -> String {
    let named = asked.map(str::to_owned).or_else(|| host.var("AWS_PROFILE"));
    named.unwrap_or_else(|| "default".to_owned())
}

/// A profile; empty when there is none.
pub(super) fn read(host: &HostAccess<'_>, name: &str) -> Profile {
    let home = host.var("HOME").or_else(|| host.var("USERPROFILE")).map(PathBuf::from);
    let file = |variable: &str, file: &str| {
        let named = host.var(variable).map(PathBuf::from);
        let path = named.or_else(|| Some(home.as_ref()?.join(".aws").join(file)))?;
        (host.read)(&path).ok()
    };
    let mut profile = Profile::new();
    if let Some(text) = file("AWS_CONFIG_FILE", "config") {
        let header = if name == "default" { "default".to_owned() } else { format!("profile {name}") };
        profile.extend(section(&text, &header));
    }
    if let Some(text) = file("AWS_SHARED_CREDENTIALS_FILE", "credentials") {
        profile.extend(section(&text, name));
    }
    profile
}

pub(super) fn region(host: &HostAccess<'_>, profile: Option<&str>) -> Option<String> {
    let said = host.var("AWS_REGION").or_else(|| host.var("AWS_DEFAULT_REGION"));
    said.or_else(|| read(host, &name(host, profile)).remove("region"))
}

/// The domain of Amazon's services for a region.
pub(super) fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}

/// The settings below a header.
fn section(text: &str, wanted: &str) -> Profile {
    let mut settings = Profile::new();
    let mut is_wanted = false;
    for line in text.lines() {
        let trimmed = line.trim();
        let is_below = line.starts_with([' ', '\t']);
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(header) = trimmed.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            is_wanted = header.split_whitespace().eq(wanted.split_whitespace());
        } else if let (true, false, Some((key, value))) = (is_wanted, is_below, trimmed.split_once('=')) {
            let value = value.split(" #").next().unwrap_or_default().trim();
            settings.insert(key.trim().to_ascii_lowercase(), value.to_owned());
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::section;

    #[test]
    fn a_section_is_read_and_nothing_else() {
        let text = "[default]\nregion = a\n# x = y\n\n[profile  two]\nRegion=b # here\ns3 =\n  max = 5\naws_access_key_id = AK=IA\n[three]\nregion = c\n";
        let two = section(text, "profile two");
        let settings: Vec<(&str, &str)> =
            two.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(settings, [("aws_access_key_id", "AK=IA"), ("region", "b"), ("s3", "")]);
        assert_eq!(section(text, "default").len(), 1);
        assert!(section(text, "four").is_empty());
    }
}
