//! Addresses that are relative to a page, and files beside a text.

use crate::percent;

/// The page of texts in a folder: what leads below it leads to a file of the folder.
pub(super) const FOLDER: &str = "https://folder.invalid/";

/// The words of an image without any.
pub(super) const NO_WORDS: &str = "image";

/// What the address of an image in the folder ends with.
const IMAGE: &str = "#image";

/// The address of a file of the folder.
pub(super) fn of_file(path: &str) -> String {
    format!("{FOLDER}{}", percent::encode_path(path))
}

/// The address of an image, which is told from that of a link when it leads to a file of the folder.
pub(super) fn of_image(address: String) -> String {
    if address.starts_with(FOLDER) { address + IMAGE } else { address }
}

/// The path of a file of the folder, and whether it is shown as an image; `None` for other addresses.
pub(super) fn file(address: &str) -> Option<(String, bool)> {
    let path = address.strip_prefix(FOLDER)?;
    let is_image = path.ends_with(IMAGE);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    Some((percent::decode(path).unwrap_or_else(|| path.to_owned()), is_image))
}

/// `https://host` of a URL.
pub(super) fn site_of(page: &str) -> &str {
    let start = page.find("://").map_or(0, |at| at + 3);
    page[start..].find('/').map_or(page, |at| &page[..start + at])
}

/// A relative target, resolved against the page's folder.
pub(super) fn beside(page: &str, target: &str) -> String {
    let site = site_of(page);
    let folder = page[site.len()..].rsplit_once('/').map_or("", |(folder, _)| folder);
    let (path, rest) = target.find(['?', '#']).map_or((target, ""), |at| target.split_at(at));
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            part => parts.push(part),
        }
    }
    format!("{site}/{}{rest}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{FOLDER, beside, file};

    #[test]
    fn no_address_leaves_the_folder() {
        let check = |target: &str, expected: &str| {
            let found = file(&beside(&format!("{FOLDER}2024/x.md"), target));
            assert_eq!(found, Some((expected.to_owned(), false)), "{target}");
        };
        check("a%20b.png?raw=1", "2024/a b.png");
        check("./../img/a.png", "img/a.png");
        check("../../../etc/passwd", "etc/passwd");
        assert_eq!(file("https://elsewhere.example/a.png"), None);
    }
}
