//! The table of rules: what can be wrong with a site, and how bad it is unless `[checks]` says otherwise.

use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::parse::rules as parse;

// site.toml

/// There is no site.toml.
pub const MISSING_SITE_TOML: Rule = Rule::error("missing-site-toml");
/// `base_url` is no address.
pub const INVALID_BASE_URL: Rule = Rule::error("invalid-base-url");
/// `base_url` is the one that `init` writes where it knows none.
pub const PLACEHOLDER_BASE_URL: Rule = Rule::warning("placeholder-base-url");
/// `time_zone` is no IANA zone.
pub const UNKNOWN_TIME_ZONE: Rule = Rule::error("unknown-time-zone");
/// `language` or one of `languages` is no BCP 47 tag, or they do not fit together.
pub const INVALID_LANGUAGE: Rule = Rule::error("invalid-language");
/// A translation of a report or page, which no page shows yet.
pub const UNBUILT_TRANSLATION: Rule = Rule::error("unbuilt-translation");
/// The theme has no words in the site's `language`.
pub const MISSING_MESSAGES: Rule = Rule::warning("missing-messages");
/// `url_style` is neither `directory` nor `file`.
pub const UNKNOWN_URL_STYLE: Rule = Rule::error("unknown-url-style");
/// `theme` is no folder of `themes/`.
pub const UNKNOWN_THEME: Rule = Rule::error("unknown-theme");
/// A folder of `themes/` that the site does not use.
pub const UNUSED_THEME: Rule = Rule::warning("unused-theme");
/// Another setting of site.toml has a value out of its range or form.
pub const INVALID_SETTING: Rule = Rule::error("invalid-setting");
/// `[checks]` names no rule, gives no level, or lowers a rule that must hold.
pub const INVALID_CHECK: Rule = Rule::error("invalid-check");
/// A component's group is not defined.
pub const UNKNOWN_GROUP: Rule = Rule::error("unknown-group");

// Names and addresses

/// An id with characters that cannot stand in an address.
pub const INVALID_ID: Rule = Rule::error("invalid-id");
/// An alias that is no address of this site.
pub const INVALID_ALIAS: Rule = Rule::error("invalid-alias");
/// One id for two things.
pub const DUPLICATE_ID: Rule = Rule::error("duplicate-id");
/// One address for two reports or pages.
pub const DUPLICATE_SLUG: Rule = Rule::error("duplicate-slug");
/// `after` names no report.
pub const UNKNOWN_REPORT: Rule = Rule::error("unknown-report");
/// A link or an image to a file that does not exist.
pub const DEAD_LINK: Rule = Rule::error("dead-link");
/// A name in the output that Windows cannot hold.
pub const UNPORTABLE_NAME: Rule = Rule::warning("unportable-name");
/// An image from another host, which the pages' policy blocks.
pub const REMOTE_IMAGE: Rule = Rule::warning("remote-image");

// Times

/// An abbreviation that the site's zone does not go by.
pub const FOREIGN_ZONE: Rule = Rule::error("foreign-zone");
/// A local time that daylight saving skips.
pub const SKIPPED_TIME: Rule = Rule::error("skipped-time");
/// A local time that daylight saving doubles.
pub const DOUBLED_TIME: Rule = Rule::error("doubled-time");
/// An update before the one above it.
pub const BACK_IN_TIME: Rule = Rule::error("back-in-time");
/// An end that is not after its beginning.
pub const END_BEFORE_BEGINNING: Rule = Rule::error("end-before-beginning");
/// A `next_update` that is not after its update.
pub const NEXT_UPDATE_TOO_EARLY: Rule = Rule::error("next-update-too-early");

// The course of a report

/// A report that says neither in updates nor in windows when it was.
pub const NO_UPDATES: Rule = Rule::error("no-updates");
/// An update below the one that ends the report.
pub const UPDATE_AFTER_RESOLVED: Rule = Rule::error("update-after-resolved");
/// A state other than operational where all is over.
pub const STATE_UNDER_RESOLVED: Rule = Rule::error("state-under-resolved");
/// A maintenance that is completed and never began.
pub const NEVER_BEGAN: Rule = Rule::error("never-began");
/// A maintenance ahead that is neither announced nor has an update, so that nothing of it is public.
pub const UNANNOUNCED: Rule = Rule::error("unannounced");
/// A component that site.toml does not define.
pub const UNKNOWN_COMPONENT: Rule = Rule::error("unknown-component");
/// A component named by a report that began before or after its life.
pub const OUTSIDE_LIFE: Rule = Rule::error("outside-life");
/// A component whose state is said twice for the same time.
pub const REPEATED_STATE: Rule = Rule::error("repeated-state");
/// A window or a state outside `started` and `ended`.
pub const OUTSIDE_BOUNDS: Rule = Rule::error("outside-bounds");
/// Two windows of one component that share time.
pub const OVERLAPPING_OUTAGES: Rule = Rule::error("overlapping-outages");
/// A line that may have been meant as a setting.
pub const UNCLEAR_SETTING: Rule = Rule::warning("unclear-setting");
/// An incident that names no component.
pub const NO_COMPONENTS: Rule = Rule::warning("no-components");

// What time brings

/// Content dated more than five minutes ahead.
pub const FUTURE_UPDATE: Rule = Rule::warning("future-update");
/// The promised next update of an open incident is overdue.
pub const NEXT_UPDATE_OVERDUE: Rule = Rule::warning("next-update-overdue");
/// An open incident about which nothing was said for a day.
pub const SILENT_INCIDENT: Rule = Rule::warning("silent-incident");
/// An incident that has ended without an update that says so.
pub const ENDED_UNRESOLVED: Rule = Rule::warning("ended-unresolved");
/// A maintenance whose beginning or end is still to be said, after its time.
pub const MAINTENANCE_OVERDUE: Rule = Rule::warning("maintenance-overdue");
/// A major or critical incident that is over for two weeks and has no postmortem.
pub const MISSING_POSTMORTEM: Rule = Rule::warning("missing-postmortem");
/// A corrective action past its day.
pub const FOLLOW_UP_OVERDUE: Rule = Rule::warning("follow-up-overdue");

// Postmortems and what is not for readers

/// A published postmortem lacks a section of the template it follows.
pub const MISSING_SECTION: Rule = Rule::warning("missing-section");
/// A section of a published postmortem holds nothing.
pub const EMPTY_SECTION: Rule = Rule::warning("empty-section");
/// A line of a published postmortem that is still to be written.
pub const PLACEHOLDER_LEFT: Rule = Rule::warning("placeholder-left");
/// A timeline that goes back in time.
pub const TIMELINE_OUT_OF_ORDER: Rule = Rule::warning("timeline-out-of-order");
/// A phrase of a postmortem that looks for someone to blame.
pub const BLAMING_PHRASE: Rule = Rule::hint("blaming-phrase");
/// An open corrective action that nobody owns.
pub const FOLLOW_UP_WITHOUT_OWNER: Rule = Rule::warning("follow-up-without-owner");
/// An open corrective action without a day.
pub const FOLLOW_UP_WITHOUT_DAY: Rule = Rule::warning("follow-up-without-day");
/// What `[checks.redact]` says is not to be published.
pub const UNREDACTED: Rule = Rule::error("unredacted");
/// An address that means something inside a private network only.
pub const PRIVATE_ADDRESS: Rule = Rule::warning("private-address");

/// Every rule there is, in the order of the documentation: of single files, then of the site as a whole.
pub const ALL: &[Rule] = &joined::<{ parse::ALL.len() + OWN.len() }>(parse::ALL, OWN);

/// Errors that `[checks]` may turn off or make warnings. Without them the site is still whole: a line is
/// text, a link leads nowhere, time outside a component's life is not counted. Every other error marks
/// content that has no one meaning, or leaves out what the site needs, so it cannot be built.
pub const YIELDING: &[Rule] = &[parse::FORGOTTEN_HEADING, DEAD_LINK, OUTSIDE_LIFE, UNREDACTED];

/// Rules of the layers below, whose names `[checks]` may use too: errors that never yield.
pub const LATER: &[&str] = &[
    "output-collision",
    "unusable-path",
    "template-error",
    "message-error",
    "unknown-message",
    "asset-error",
    "unknown-theme-option",
    "invalid-theme-option",
    "low-contrast",
];

/// The warnings among them, which do yield.
pub(super) const LATER_WARNINGS: &[&str] = &["unknown-message", "low-contrast"];

/// The rules of this layer.
const OWN: &[Rule] = &[
    MISSING_SITE_TOML,
    INVALID_BASE_URL,
    PLACEHOLDER_BASE_URL,
    UNKNOWN_TIME_ZONE,
    INVALID_LANGUAGE,
    UNBUILT_TRANSLATION,
    MISSING_MESSAGES,
    UNKNOWN_URL_STYLE,
    UNKNOWN_THEME,
    UNUSED_THEME,
    INVALID_SETTING,
    INVALID_CHECK,
    UNKNOWN_GROUP,
    INVALID_ID,
    INVALID_ALIAS,
    DUPLICATE_ID,
    DUPLICATE_SLUG,
    UNKNOWN_REPORT,
    DEAD_LINK,
    UNPORTABLE_NAME,
    REMOTE_IMAGE,
    FOREIGN_ZONE,
    SKIPPED_TIME,
    DOUBLED_TIME,
    BACK_IN_TIME,
    END_BEFORE_BEGINNING,
    NEXT_UPDATE_TOO_EARLY,
    NO_UPDATES,
    UPDATE_AFTER_RESOLVED,
    STATE_UNDER_RESOLVED,
    NEVER_BEGAN,
    UNANNOUNCED,
    UNKNOWN_COMPONENT,
    OUTSIDE_LIFE,
    REPEATED_STATE,
    OUTSIDE_BOUNDS,
    OVERLAPPING_OUTAGES,
    UNCLEAR_SETTING,
    NO_COMPONENTS,
    FUTURE_UPDATE,
    NEXT_UPDATE_OVERDUE,
    SILENT_INCIDENT,
    ENDED_UNRESOLVED,
    MAINTENANCE_OVERDUE,
    MISSING_POSTMORTEM,
    FOLLOW_UP_OVERDUE,
    MISSING_SECTION,
    EMPTY_SECTION,
    PLACEHOLDER_LEFT,
    TIMELINE_OUT_OF_ORDER,
    BLAMING_PHRASE,
    FOLLOW_UP_WITHOUT_OWNER,
    FOLLOW_UP_WITHOUT_DAY,
    UNREDACTED,
    PRIVATE_ADDRESS,
];

/// Two tables as one of `N` rows, which must be the sum of theirs.
const fn joined<const N: usize>(first: &[Rule], second: &[Rule]) -> [Rule; N] {
    let mut all = [first[0]; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < first.len() { first[at] } else { second[at - first.len()] };
        at += 1;
    }
    all
}

/// The rule of that name.
pub fn named(name: &str) -> Option<Rule> {
    ALL.iter().copied().find(|rule| rule.name == name)
}

/// Whether a site can be built although the rule of that name is broken.
pub(super) fn yields(name: &str) -> bool {
    YIELDING.iter().any(|rule| rule.name == name)
}

/// Whether a problem leaves no one meaning, whatever `[checks]` says.
pub(super) fn stops(problem: &Diagnostic) -> bool {
    problem.severity == Severity::Error && !yields(problem.rule)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{ALL, YIELDING, named};

    #[test]
    fn names_are_unique_over_all_layers() {
        let names: BTreeSet<&str> = ALL.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(YIELDING.iter().all(|rule| named(rule.name) == Some(*rule)));
    }
}
