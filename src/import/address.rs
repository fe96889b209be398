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

/// The address of a file of the folder with the target that leads there, as it is written; another address stays.
pub(super) fn as_written(address: String, target: &str) -> String {
    match address.starts_with(FOLDER) {
        true => format!(
            "{}#{}",
            address.split(['?', '#']).next().unwrap_or_default(),
            percent::encode_part(target)
        ),
        false => address,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FolderFile {
    pub(super) path: String,
    /// Whether it is shown as an image.
    pub(super) is_image: bool,
    /// The target in the text.
    pub(super) written: String,
}

/// The file of the folder at an address; `None` for other addresses.
pub(super) fn file(address: &str) -> Option<FolderFile> {
    let place = address.strip_prefix(FOLDER)?;
    let (place, is_image) = place.strip_suffix(IMAGE).map_or((place, false), |place| (place, true));
    let plain = |text: &str| percent::decode(text).unwrap_or_else(|| text.to_owned());
    let (path, written) = place.split_once('#').unwrap_or((place, place));
    Some(FolderFile {
        path: plain(path.split('?').next().unwrap_or_default()),
        is_image,
        written: plain(written),
    })
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
    use super::{FOLDER, FolderFile, as_written, beside, file};

    #[test]
    fn no_address_leaves_the_folder() {
        let check = |target: &str, expected: &str| {
            let found = file(&as_written(beside(&format!("{FOLDER}2024/x.md"), target), target));
            let (path, written) = (expected.to_owned(), target.to_owned());
            assert_eq!(found, Some(FolderFile { path, is_image: false, written }), "{target}");
        };
        check("a%20b.png?raw=1", "2024/a b.png");
        check("./../img/a.png", "img/a.png");
        check("../../../etc/passwd", "etc/passwd");
        assert_eq!(file("https://elsewhere.example/a.png"), None);
    }
}
