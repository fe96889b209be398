//! Suggests the name that was probably meant.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// The most problems per kind and file that get suggestions, since each compares all candidates.
pub const MOST: usize = 20;

/// [`near`] for the first [`MOST`] problems; `found` counts earlier ones.
pub fn near_early<'a>(
    word: &str,
    found: usize,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if found < MOST { near(word, candidates) } else { None }
}

/// A name as on file systems that ignore case and Unicode normalisation, such as those of macOS and Windows.
pub fn folded(name: &str) -> String {
    name.to_lowercase().nfc().collect()
}

/// The text in Unicode normal form C, in which equal-looking texts are equal.
pub fn composed(text: &str) -> Cow<'_, str> {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes { text.into() } else { text.nfc().collect() }
}

/// The characters as a reader sees them, full-width letters as others (Unicode normal form KC).
pub fn as_seen(text: &str) -> impl Iterator<Item = char> + '_ {
    // ASCII is its own normal form.
    let (ascii, other) = if text.is_ascii() { (text, "") } else { ("", text) };
    ascii.chars().chain(other.nfkc())
}

pub fn is_misspelled(word: &str, correct: &str) -> bool {
    length_gap(word, correct) <= 1 && strsim::damerau_levenshtein(word, correct) <= 1
}

/// The least number of edits between two words, by their lengths alone: most words are told apart by it.
fn length_gap(a: &str, b: &str) -> usize {
    a.chars().count().abs_diff(b.chars().count())
}

/// The candidate that differs from `word` only in case or Unicode normalisation.
pub fn respelled<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = folded(word);
    candidates.into_iter().find(|candidate| folded(candidate) == word)
}

/// The nearest candidate, if one is near enough; ASCII case is ignored.
///
/// Near enough is one edit (insert, delete, replace or swap) per three letters, at least one for two letters or more;
/// or a common beginning of three letters or more that is all of one of them. The first of equals wins.
pub fn near<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.trim().to_ascii_lowercase();
    if word.is_empty() || word.len() > 64 {
        return None;
    }
    let rated = candidates.into_iter().filter_map(|candidate| Some((distance(&word, candidate)?, candidate)));
    rated.min_by_key(|&(distance, _)| distance).map(|(_, candidate)| candidate)
}

/// The distance from the lower-cased word; `None` when too far.
fn distance(word: &str, candidate: &str) -> Option<usize> {
    let lowered = candidate.to_ascii_lowercase();
    let length = word.chars().count();
    let begins =
        length >= 3 && (lowered.starts_with(word) || (lowered.len() >= 3 && word.starts_with(&lowered)));
    let allowed = if length < 2 { 0 } else { (length / 3).max(1) };
    if !begins && length_gap(word, &lowered) > allowed {
        return None;
    }
    let edits = strsim::damerau_levenshtein(word, &lowered);
    (edits <= allowed || begins).then_some(edits)
}

/// A help line: the nearest name, else what to do without one.
pub fn did_you_mean(near: Option<&str>, otherwise: impl Into<String>) -> String {
    near.map_or_else(|| otherwise.into(), |name| format!("did you mean `{name}`?"))
}

/// A help line: the nearest candidate, or all of them. `what` names their kind (`status`, `key`).
pub fn help_with<'a>(
    word: &str,
    what: &str,
    candidates: impl IntoIterator<Item = &'a str, IntoIter: Clone>,
) -> String {
    let candidates = candidates.into_iter();
    match near(word, candidates.clone()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None if candidates.clone().next().is_none() => format!("there is no {what} yet"),
        None => {
            let all: Vec<String> = candidates.map(|candidate| format!("`{candidate}`")).collect();
            format!("use a known {what}: {}", all.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{near, respelled};

    #[test]
    fn only_what_may_have_been_meant_is_offered() {
        let statuses = ["investigating", "identified", "monitoring", "resolved", "update"];
        let check = |word: &str, expected: Option<&str>| assert_eq!(near(word, statuses), expected, "{word}");
        check("Resolvd", Some("resolved"));
        check("resolevd", Some("resolved"));
        check("investigation", Some("investigating"));
        check("Updates", Some("update"));
        check("mon", Some("monitoring"));
        check("impact", None);
        check("", None);
        check("x", None);
        check("über", None);
    }

    #[test]
    fn a_name_may_be_spelled_in_another_way() {
        let names = ["Ab.png", "cafe\u{301}.png", "\u{1e9b}\u{323}.png"];
        let check =
            |word: &str, expected: Option<&str>| assert_eq!(respelled(word, names), expected, "{word}");
        check("aB.PNG", Some("Ab.png"));
        check("caf\u{e9}.png", Some("cafe\u{301}.png"));
        check("CAF\u{c9}.png", Some("cafe\u{301}.png"));
        check("cafe.png", None);
    }

    #[test]
    fn the_nearest_wins_and_the_first_of_equals() {
        assert_eq!(near("ap1", ["api", "app", "ap1x"]), Some("api"));
        assert_eq!(near("ab", ["ac", "ad"]), Some("ac"));
    }
}
