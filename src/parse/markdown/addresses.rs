//! URLs in links, images and HTML.

use super::escape::push_address;
use super::options::HtmlOptions;
use super::tags::Tag;
use crate::parse::draft::LinkKind;

/// RFC 3986 §3.1: a letter, then letters, digits, `+`, `-` and `.`, then a colon.
pub(crate) fn has_scheme(target: &str) -> bool {
    let Some((scheme, _)) = target.split_once(':') else { return false };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(fits)
}

/// Whether the image is on another host, which the pages' policy does not allow.
pub(crate) fn is_remote_image(target: &str) -> bool {
    let is_data = target.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
    target.starts_with("//") || (has_scheme(target) && !is_data)
}

/// Whether the URL runs no script of its author.
pub(crate) fn is_harmless(address: &str) -> bool {
    let seen: String = address.chars().filter(|c| !c.is_ascii_control() && !c.is_whitespace()).collect();
    let scheme = seen.split(['/', '?', '#']).next().and_then(|start| start.split_once(':'));
    let scheme = scheme.map(|(scheme, _)| scheme.to_ascii_lowercase());
    !matches!(scheme.as_deref(), Some("javascript" | "vbscript" | "data"))
}

/// The kind of URL that an attribute holds, if any.
fn kind_of(attribute: &str) -> Option<LinkKind> {
    match attribute {
        "href" => Some(LinkKind::Link),
        "src" | "srcset" | "poster" => Some(LinkKind::Image),
        _ => None,
    }
}

pub(super) fn targets(tag: &Tag) -> Vec<(String, LinkKind)> {
    let of = |name: &str, value: &str| match (kind_of(name), name) {
        (Some(kind), "srcset") => {
            candidates(value).into_iter().map(|(target, _)| (target.to_owned(), kind)).collect()
        }
        (Some(kind), _) if !value.trim().is_empty() => vec![(value.trim().to_owned(), kind)],
        _ => Vec::new(),
    };
    tag.attributes.iter().flat_map(|attribute| of(&attribute.name, &attribute.value)).collect()
}

/// The tag as written, with resolved URLs; those without a target are left out.
pub(super) fn resolved(written: &str, tag: &Tag, options: &HtmlOptions<'_>) -> String {
    let mut out = String::with_capacity(written.len());
    let mut at = 0;
    for attribute in &tag.attributes {
        let Some(kind) = kind_of(&attribute.name) else { continue };
        let value = attribute.value.trim();
        let address = match attribute.name.as_str() {
            _ if value.is_empty() => continue,
            "srcset" => resolved_candidates(value, options),
            _ => (options.links)(value, kind).map(|address| encoded(&address)),
        };
        out.push_str(&written[at..attribute.place.start]);
        if let Some(address) = address {
            out.push_str(&format!("{}=\"{address}\"", attribute.name));
        }
        at = attribute.place.end;
    }
    out.push_str(&written[at..]);
    out
}

fn encoded(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    push_address(&mut out, address);
    out
}

/// The candidates of a `srcset` that pages may load.
fn resolved_candidates(srcset: &str, options: &HtmlOptions<'_>) -> Option<String> {
    let local = candidates(srcset).into_iter().filter(|(target, _)| !is_remote_image(target));
    let resolved = local.filter_map(|(target, descriptor)| {
        let address = encoded(&(options.links)(target, LinkKind::Image)?);
        Some(format!("{address} {}", descriptor.replace('"', "")).trim_end().to_owned())
    });
    let resolved: Vec<String> = resolved.collect();
    (!resolved.is_empty()).then(|| resolved.join(", "))
}

/// The URLs of a `srcset` with their descriptors: HTML, "Parsing a srcset attribute".
fn candidates(srcset: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = srcset;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return found;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (target, behind) = rest.split_at(end);
        let bare = target.trim_end_matches(',');
        let descriptor = if bare.len() < target.len() { 0 } else { behind.find(',').unwrap_or(behind.len()) };
        found.push((bare, behind[..descriptor].trim()));
        rest = &behind[descriptor..];
    }
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn candidates_are_split_as_browsers_do() {
        let check =
            |srcset: &str, expected: &[(&str, &str)]| assert_eq!(candidates(srcset), expected, "{srcset}");
        check("a.png", &[("a.png", "")]);
        check(" a.png 1x,b,c.png 2x , ", &[("a.png", "1x"), ("b,c.png", "2x")]);
        check("a.png, b.png 100w", &[("a.png", ""), ("b.png", "100w")]);
        check("data:image/png,x 2x", &[("data:image/png,x", "2x")]);
        check(",", &[]);
    }
}
