//! The rules a file can break by itself, whatever else the site holds.

use crate::diagnostic::Rule;

/// A file is not UTF-8.
pub const NOT_UTF8: Rule = Rule::error("not-utf8");
/// A text of more than 10 MB.
pub const TOO_LARGE: Rule = Rule::error("too-large");
/// A file holds a merge that git left to its author.
pub const MERGE_CONFLICT: Rule = Rule::error("merge-conflict");
/// TOML that cannot be read: the parser's first error.
pub const INVALID_TOML: Rule = Rule::error("invalid-toml");
/// A report or page does not begin with a `+++` line.
pub const MISSING_FRONT_MATTER: Rule = Rule::error("missing-front-matter");
/// The `+++` line below the front matter is missing.
pub const UNTERMINATED_FRONT_MATTER: Rule = Rule::error("unterminated-front-matter");
/// A key that means nothing in its place.
pub const UNKNOWN_KEY: Rule = Rule::error("unknown-key");
/// A key of the file that stands below a table's header and so belongs to the table.
pub const KEY_UNDER_TABLE: Rule = Rule::error("key-under-table");
/// A value of a type its key does not take.
pub const WRONG_TYPE: Rule = Rule::error("wrong-type");
/// A report, page or site without a title.
pub const MISSING_TITLE: Rule = Rule::error("missing-title");
/// Another key that must be there.
pub const MISSING_KEY: Rule = Rule::error("missing-key");
/// A heading of level 1 or 2 before the postmortem that is no update.
pub const UNKNOWN_HEADING: Rule = Rule::error("unknown-heading");
/// A heading underlined with `===` or `---` before the postmortem.
pub const SETEXT_HEADING: Rule = Rule::error("setext-heading");
/// `##Resolved, 10:33`: a heading without the space behind its `#`s.
pub const FORGOTTEN_HEADING: Rule = Rule::error("forgotten-heading");
/// A line that reads as an update's heading and is none.
pub const HEADING_LIKE_LINE: Rule = Rule::warning("heading-like-line");
/// Text above the first update.
pub const TEXT_BEFORE_UPDATE: Rule = Rule::error("text-before-update");
/// The first update has no date.
pub const BARE_FIRST_TIME: Rule = Rule::error("bare-first-time");
/// What stands where a time belongs is none.
pub const INVALID_TIME: Rule = Rule::error("invalid-time");
/// An update's status is unknown.
pub const UNKNOWN_STATUS: Rule = Rule::error("unknown-status");
/// A component's state is unknown.
pub const UNKNOWN_STATE: Rule = Rule::error("unknown-state");
/// An impact is unknown.
pub const UNKNOWN_IMPACT: Rule = Rule::error("unknown-impact");
/// `id` or `next_update` twice below one heading.
pub const REPEATED_SETTING: Rule = Rule::error("repeated-setting");
/// `id` without a value below a heading.
pub const EMPTY_SETTING: Rule = Rule::error("empty-setting");
/// A heading in the postmortem that reads as an update's.
pub const UPDATE_IN_POSTMORTEM: Rule = Rule::warning("update-in-postmortem");
/// A line below a heading that sets something in a form that is not read.
pub const MALFORMED_SETTING: Rule = Rule::error("malformed-setting");
/// An update that says nothing.
pub const EMPTY_UPDATE: Rule = Rule::warning("empty-update");
/// A comment that readers would see, or that hides the rest of the file.
pub const UNCLOSED_COMMENT: Rule = Rule::error("unclosed-comment");
/// Code or HTML that is never closed and holds what reads as a heading.
pub const UNCLOSED_CODE: Rule = Rule::warning("unclosed-code");
/// HTML that shows as text, or an attribute that is left out.
pub const UNSUPPORTED_HTML: Rule = Rule::hint("unsupported-html");
/// An element of HTML that does not begin and end in one place.
pub const UNBALANCED_HTML: Rule = Rule::error("unbalanced-html");
/// An update's heading inside `<details>`.
pub const HEADING_IN_DETAILS: Rule = Rule::error("heading-in-details");
/// An image without alternative text.
pub const MISSING_ALT_TEXT: Rule = Rule::hint("missing-alt-text");
/// A link or footnote whose definition stands in another section, so that it shows as it is written.
pub const DEFINITION_ELSEWHERE: Rule = Rule::error("definition-elsewhere");
/// Lists and quotes of more than 100 levels.
pub const NESTED_TOO_DEEP: Rule = Rule::error("nested-too-deep");
/// A line of recorded downtime that cannot be read, or whose day has not come.
pub const INVALID_DOWNTIME: Rule = Rule::error("invalid-downtime");
/// A file's name that makes no address.
pub const UNUSABLE_SLUG: Rule = Rule::error("unusable-slug");
/// A file's name with capitals, which its address does not keep.
pub const SLUG_LOWERED: Rule = Rule::warning("slug-lowered");
/// A maintenance among the incidents, or the other way round.
pub const WRONG_FOLDER: Rule = Rule::error("wrong-folder");
/// A file of `content/` that nothing reads.
pub const STRAY_FILE: Rule = Rule::warning("stray-file");

/// Every rule of this layer, in the order of the list above.
pub const ALL: &[Rule] = &[
    NOT_UTF8,
    TOO_LARGE,
    MERGE_CONFLICT,
    INVALID_TOML,
    MISSING_FRONT_MATTER,
    UNTERMINATED_FRONT_MATTER,
    UNKNOWN_KEY,
    KEY_UNDER_TABLE,
    WRONG_TYPE,
    MISSING_TITLE,
    MISSING_KEY,
    UNKNOWN_HEADING,
    SETEXT_HEADING,
    FORGOTTEN_HEADING,
    HEADING_LIKE_LINE,
    TEXT_BEFORE_UPDATE,
    BARE_FIRST_TIME,
    INVALID_TIME,
    UNKNOWN_STATUS,
    UNKNOWN_STATE,
    UNKNOWN_IMPACT,
    REPEATED_SETTING,
    EMPTY_SETTING,
    MALFORMED_SETTING,
    UPDATE_IN_POSTMORTEM,
    EMPTY_UPDATE,
    UNCLOSED_COMMENT,
    UNCLOSED_CODE,
    UNSUPPORTED_HTML,
    UNBALANCED_HTML,
    HEADING_IN_DETAILS,
    MISSING_ALT_TEXT,
    DEFINITION_ELSEWHERE,
    NESTED_TOO_DEEP,
    INVALID_DOWNTIME,
    UNUSABLE_SLUG,
    SLUG_LOWERED,
    WRONG_FOLDER,
    STRAY_FILE,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ALL;

    #[test]
    fn names_are_unique_and_hyphenated() {
        let names: BTreeSet<&str> = ALL.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), ALL.len());
        for name in names {
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{name}"
            );
        }
    }
}
