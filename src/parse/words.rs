//! Words of a text in lowercase ASCII, for addresses.

use crate::digest::Digest;
use crate::model::report::Tag;
use crate::parse::files::in_latin;
use crate::parse::near;

/// The longest slug, in bytes; further words of the title are left out.
pub(crate) const MOST_BYTES: usize = 60;

/// The title's words in lowercase ASCII, joined by hyphens; empty when there are none.
///
/// Other scripts are transliterated: `Störung: 支付` becomes `storung-zhi-fu`.
pub fn words(title: &str) -> String {
    first_words(title, MOST_BYTES)
}

/// The first words of at most so many bytes.
fn first_words(title: &str, most: usize) -> String {
    let spelled = in_latin(title).replace(['\'', '\u{2019}'], "").to_ascii_lowercase();
    let all = spelled.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in all {
        let word = &word[..word.len().min(most)];
        let has_room = slug.is_empty() || slug.len() + 1 + word.len() <= most;
        if !has_room {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug
}

/// A tag as written. Tags are the same when they differ in case, spaces and punctuation alone; `C`, `C++` and `C#` are three.
pub fn tag(name: &str) -> Tag {
    let seen: String = near::as_seen(name).collect();
    let is_kept =
        |c: char| c.is_alphanumeric() || matches!(c, '+' | '#') || !c.is_ascii() && !c.is_whitespace();
    let folded = near::folded(&seen);
    let key: Vec<&str> = folded.split(|c| !is_kept(c)).filter(|word| !word.is_empty()).collect();
    let spelled = seen.replace('+', " plus ").replace('#', " sharp ");
    let key = key.join("-");
    Tag { name: name.to_owned(), slug: tag_slug(&spelled, &key), key }
}

/// The digits that tell tags apart of which only the beginning has room in an address.
const DIGITS: usize = 8;

fn tag_slug(spelled: &str, key: &str) -> String {
    let slug = words(spelled);
    if slug == first_words(spelled, usize::MAX) {
        return slug;
    }
    let digits = Digest::of(key.as_bytes()).short(DIGITS);
    format!("{}-{digits}", first_words(spelled, MOST_BYTES - 1 - DIGITS))
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn tags_become_addresses() {
        let check = |name: &str, key: &str, slug: &str| {
            let tag = tag(name);
            assert_eq!((tag.key.as_str(), tag.slug.as_str()), (key, slug), "{name}");
        };
        check("third-party", "third-party", "third-party");
        check("Third party", "third-party", "third-party");
        check("DNS (!)", "dns", "dns");
        check("C++", "c++", "c-plus-plus");
        check("C#", "c#", "c-sharp");
        check("../x", "x", "x");
        check("طرف ثالث", "طرف-ثالث", "trf-thlth");
        check("故障", "故障", "gu-zhang");
        check("鼓掌", "鼓掌", "gu-zhang");
        check("!!!", "", "");
    }

    #[test]
    fn long_tags_have_addresses_of_their_own() {
        let long = "connections between the two data centres of the northern region";
        let slugs =
            [" and the southern one", " and the western one"].map(|end| tag(&format!("{long}{end}")).slug);
        for slug in &slugs {
            assert!(
                slug.len() <= super::MOST_BYTES && slug.starts_with("connections-between-the-two"),
                "{slug}"
            );
        }
        assert_ne!(slugs[0], slugs[1]);
        let word = "x".repeat(80);
        assert_ne!(tag(&format!("{word}a")).slug, tag(&format!("{word}b")).slug);
        assert_eq!(tag(&format!("{long} AND  more")).slug, tag(&format!("{long} and more")).slug);
    }
}
