//! The table of rules: what can be wrong with a site, and how bad it is unless `[checks]` says otherwise.

use crate::diagnostic::{Diagnostic, Rule, Severity};

pub mod explain;

/// A constant for each line, and [`ALL`] of them in order.
///
/// An `overridable` rule is an error that `[checks]` may turn off or make a warning: without it the site is still whole. A line
/// is text, a link leads nowhere, time outside a component's life is not counted. Every other error marks content that has
/// no one meaning, or leaves out what the site needs, so it cannot be built.
macro_rules! rules {
    ($($rule:ident: $level:ident $name:literal, $about:literal;)*) => {
        $(#[doc = $about] pub const $rule: Rule = Rule { about: $about, ..Rule::$level($name) };)*

        /// Every rule, in the order of the documentation: of single files, of the site as a whole, of outputs and of themes.
        pub const ALL: &[Rule] = &[$($rule),*];
    };
}

rules! {
    // One file by itself
    NOT_UTF8: error "not-utf8", "A file is not UTF-8";
    TOO_LARGE: error "too-large", "A text of more than 10 MB";
    MERGE_CONFLICT: error "merge-conflict", "A file with an unresolved merge conflict, or with a part of its markers";
    INVALID_TOML: error "invalid-toml", "TOML that cannot be parsed";
    MISSING_FRONT_MATTER: error "missing-front-matter", "A report or page does not begin with a `+++` line";
    UNTERMINATED_FRONT_MATTER: error "unterminated-front-matter", "The `+++` line below the front matter is missing";
    UNKNOWN_KEY: error "unknown-key", "An unknown key";
    KEY_UNDER_TABLE: error "key-under-table", "A key of the file below a table's header, which makes it a key of the table";
    WRONG_TYPE: error "wrong-type", "A value of a type its key does not take";
    MISSING_TITLE: error "missing-title", "A report, page or site without a title";
    MISSING_KEY: error "missing-key", "Another required key is missing";
    UNKNOWN_HEADING: error "unknown-heading", "A heading of level 1 or 2 before the postmortem that is not an update, or a line that only resembles `# Postmortem, draft`";
    SETEXT_HEADING: error "setext-heading", "A heading underlined with `===` or `---` before the postmortem";
    FORGOTTEN_HEADING: overridable "forgotten-heading", "A heading that is text, as `##Resolved, 10:33` without a space, or one after an invisible character";
    HEADING_LIKE_LINE: warning "heading-like-line", "A line that looks like the heading of an update or of a draft, but is not one";
    TEXT_BEFORE_UPDATE: error "text-before-update", "Text above the first update";
    BARE_FIRST_TIME: error "bare-first-time", "The first update has no date";
    INVALID_TIME: error "invalid-time", "A value that is not a time where a time is needed";
    UNKNOWN_STATUS: error "unknown-status", "An update's status is unknown";
    UNKNOWN_STATE: error "unknown-state", "A component's state is unknown";
    UNKNOWN_IMPACT: error "unknown-impact", "An impact is unknown";
    REPEATED_SETTING: error "repeated-setting", "`id` or `next_update` twice below one heading";
    EMPTY_SETTING: error "empty-setting", "`id` without a value below a heading";
    MALFORMED_SETTING: error "malformed-setting", "A line below a heading that sets something in a form that is not read";
    UPDATE_IN_POSTMORTEM: warning "update-in-postmortem", "A heading in the postmortem that looks like the heading of an update";
    EMPTY_UPDATE: warning "empty-update", "An update without text, unless it ends the report";
    UNCLOSED_COMMENT: error "unclosed-comment", "A comment that readers would see, or that hides the rest of the file";
    UNCLOSED_CODE: warning "unclosed-code", "Code or HTML that is not closed and contains a heading";
    UNSUPPORTED_HTML: hint "unsupported-html", "HTML that shows as text, or an attribute that is left out";
    UNBALANCED_HTML: error "unbalanced-html", "An element of HTML that does not begin and end in one place";
    HEADING_IN_DETAILS: error "heading-in-details", "An update's heading inside `<details>`";
    MISSING_ALT_TEXT: hint "missing-alt-text", "An image without alternative text";
    DEFINITION_ELSEWHERE: error "definition-elsewhere", "A link or footnote whose definition is in another section, so that it shows as it is written";
    NESTED_TOO_DEEP: error "nested-too-deep", "Lists and quotes of more than 100 levels";
    INVALID_DOWNTIME: error "invalid-downtime", "A line of recorded downtime that cannot be read, or whose day has not come";
    UNUSABLE_SLUG: error "unusable-slug", "A file name that cannot become an address";
    EMPTY_TAG: warning "empty-tag", "A tag without a letter or digit, which has no page";
    SLUG_LOWERED: warning "slug-lowered", "A file name with capitals, which become small letters in its address";
    WRONG_FOLDER: error "wrong-folder", "A maintenance among the incidents, or an incident among the maintenance";
    STRAY_FILE: warning "stray-file", "A file of `content/` that nothing reads";

    // site.toml
    MISSING_SITE_TOML: error "missing-site-toml", "There is no site.toml";
    INVALID_BASE_URL: error "invalid-base-url", "`base_url` is not the address of a site";
    PLACEHOLDER_BASE_URL: warning "placeholder-base-url", "`base_url` is still the placeholder that `init` wrote";
    UNKNOWN_TIME_ZONE: error "unknown-time-zone", "`time_zone` is not an IANA time zone";
    INVALID_LANGUAGE: error "invalid-language", "`language` or one of `languages` is not a BCP 47 tag, or they do not fit together";
    UNBUILT_TRANSLATION: error "unbuilt-translation", "A translation of a report or page, which no page shows yet";
    MISSING_MESSAGES: warning "missing-messages", "The theme has no messages in the site's `language`";
    UNKNOWN_URL_STYLE: error "unknown-url-style", "`url_style` is neither `directory` nor `file`";
    UNKNOWN_THEME: error "unknown-theme", "`theme` names no folder of `themes/`";
    UNUSED_THEME: warning "unused-theme", "A folder of `themes/` that the site does not use";
    INVALID_SETTING: error "invalid-setting", "Another setting of site.toml has a value out of its range or form";
    INVALID_CHECK: error "invalid-check", "`[checks]` names no rule, gives no level, or lowers a rule that must hold";
    UNKNOWN_GROUP: error "unknown-group", "A component's group is not defined";
    MISSING_SINCE: warning "missing-since", "A component without `since` counts from its earliest report or recorded day";

    // Names and addresses
    INVALID_ID: error "invalid-id", "An id with characters that an address cannot have";
    INVALID_ALIAS: error "invalid-alias", "An alias that is not an address of this site";
    DUPLICATE_ID: error "duplicate-id", "One id for two things";
    DUPLICATE_SLUG: error "duplicate-slug", "One address for two reports or pages";
    UNKNOWN_REPORT: error "unknown-report", "`after` names no report";
    DEAD_LINK: overridable "dead-link", "A link or an image to a file that does not exist, or to an address such as `javascript:`, which pages leave out";
    UNPORTABLE_NAME: warning "unportable-name", "A name in the output that Windows cannot hold";
    REMOTE_IMAGE: warning "remote-image", "An image from another host, which the pages' policy blocks";

    // Times
    FOREIGN_ZONE: error "foreign-zone", "A time zone abbreviation that the site's time zone does not use";
    SKIPPED_TIME: error "skipped-time", "A local time that daylight saving skips";
    DOUBLED_TIME: error "doubled-time", "A local time that daylight saving doubles";
    BACK_IN_TIME: error "back-in-time", "An update that is earlier than the one above it";
    END_BEFORE_BEGINNING: error "end-before-beginning", "An end that is not after its beginning";
    NEXT_UPDATE_TOO_EARLY: error "next-update-too-early", "A `next_update` that is not after its update";

    // The course of a report
    NO_UPDATES: error "no-updates", "A report without an update or a window that says when it was";
    UPDATE_AFTER_RESOLVED: error "update-after-resolved", "An update after the one that ends the report";
    STATE_UNDER_RESOLVED: error "state-under-resolved", "A state other than operational in the update that ends the report";
    NEVER_BEGAN: error "never-began", "A maintenance that is completed but never began";
    UNANNOUNCED: error "unannounced", "A maintenance ahead that is neither announced nor has an update, so that nothing of it is public";
    UNKNOWN_COMPONENT: error "unknown-component", "A component that site.toml does not define";
    OUTSIDE_LIFE: overridable "outside-life", "A component named by a report that began before or after its life";
    REPEATED_STATE: error "repeated-state", "A component whose state is said twice for the same time";
    OUTSIDE_BOUNDS: error "outside-bounds", "A window or a state outside `started` and `ended`";
    OVERLAPPING_OUTAGES: error "overlapping-outages", "Two windows of one component that share time";
    UNCLEAR_SETTING: warning "unclear-setting", "A line that may have been meant as a setting";
    NO_COMPONENTS: warning "no-components", "An incident that names no component";

    // What time brings
    FUTURE_UPDATE: warning "future-update", "Content dated more than five minutes ahead";
    NEXT_UPDATE_OVERDUE: warning "next-update-overdue", "The promised next update of an open incident is overdue";
    SILENT_INCIDENT: warning "silent-incident", "An open incident without an update for a day";
    ENDED_UNRESOLVED: warning "ended-unresolved", "An incident that has ended, without an update that says so";
    MAINTENANCE_OVERDUE: warning "maintenance-overdue", "A maintenance that should have begun or ended, without an update that says so";
    MISSING_POSTMORTEM: warning "missing-postmortem", "A major or critical incident that ended two weeks ago and has no postmortem";
    FOLLOW_UP_OVERDUE: warning "follow-up-overdue", "A corrective action past its day";

    // Postmortems and what is not for readers
    MISSING_SECTION: warning "missing-section", "A published postmortem lacks a section of the template it follows";
    EMPTY_SECTION: warning "empty-section", "An empty section in a published postmortem";
    PLACEHOLDER_LEFT: warning "placeholder-left", "A placeholder in a published postmortem";
    TIMELINE_OUT_OF_ORDER: warning "timeline-out-of-order", "A timeline that goes back in time";
    BLAMING_PHRASE: hint "blaming-phrase", "A phrase in a postmortem that blames somebody";
    FOLLOW_UP_WITHOUT_OWNER: warning "follow-up-without-owner", "An open corrective action that nobody owns";
    FOLLOW_UP_WITHOUT_DAY: warning "follow-up-without-day", "An open corrective action without a day";
    UNREDACTED: overridable "unredacted", "Text that `[checks.redact]` forbids to publish";
    PRIVATE_ADDRESS: warning "private-address", "An address that works only inside a private network";

    // Outputs
    OUTPUT_COLLISION: error "output-collision", "Two outputs at one path, names that differ only in case included";
    UNUSABLE_PATH: error "unusable-path", "An output path that no disk can hold, or that is reserved";

    // Builds with `--last-good`
    LAST_GOOD: warning "last-good", "A file with errors, which `--last-good` publishes as it last stood without any";
    LEFT_OUT: warning "left-out", "A file with errors that was never published, which `--last-good` leaves out";
    LOST_REPORT: error "lost-report", "A published file with errors of which no earlier version can be published any more";

    // Themes
    TEMPLATE_ERROR: error "template-error", "A template does not parse, names something that does not exist, or fails while it is rendered";
    MESSAGE_ERROR: error "message-error", "A message file does not parse";
    UNKNOWN_MESSAGE: warning "unknown-message", "A message that nothing uses";
    ASSET_ERROR: error "asset-error", "A theme's asset names another asset that does not exist, or assets name each other in a circle";
    OUTDATED_COPY: warning "outdated-copy", "A file was copied from the built-in theme, and the original has changed since";
    UNKNOWN_THEME_OPTION: error "unknown-theme-option", "`[theme_options]` has a key that the theme does not know";
    INVALID_THEME_OPTION: error "invalid-theme-option", "An option has a value of another kind than the theme asks for, or names a file that is not there";
    LOW_CONTRAST: warning "low-contrast", "A colour of `[theme_options]` that is hard to see on its background";
}

pub fn named(name: &str) -> Option<Rule> {
    ALL.iter().copied().find(|rule| rule.name == name)
}

/// Whether a problem leaves no one meaning, whatever `[checks]` says.
pub fn stops(problem: &Diagnostic) -> bool {
    problem.severity == Severity::Error && named(problem.rule).is_none_or(|rule| !rule.overridable)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ALL;

    #[test]
    fn names_are_unique_and_hyphenated() {
        let names: BTreeSet<&str> = ALL.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), ALL.len());
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        assert!(names.iter().all(|name| name.bytes().all(fits)), "{names:?}");
    }
}
