//! `/embed.js`: a live status line for other websites, in one script.

use std::collections::BTreeMap;

use crate::model::overall::Overall;
use crate::render::machine::context::Context;
use crate::render::view::overall::overall_id;

/// The script; [`WORDS`] is replaced by its texts.
const SCRIPT: &str = include_str!("embed.js");

/// The placeholder of the texts.
const WORDS: &str = "/* WORDS */ {}";

/// The placeholder of `stale_after` in seconds.
const STALE: &str = "/* STALE */ 0";

/// The script with the site's texts for Statuspage's descriptions.
pub(in crate::render) fn script(context: &Context<'_>) -> Vec<u8> {
    let all = [
        Overall::Operational,
        Overall::Maintenance,
        Overall::Degraded,
        Overall::Minor,
        Overall::Major,
        Overall::Critical,
    ];
    let said = |overall: Overall| context.say(&format!("overall-{}", overall_id(overall)), &[]);
    let mut words: BTreeMap<&str, String> =
        all.into_iter().map(|overall| (overall.description(), said(overall))).collect();
    words.insert("close", context.say("close", &[]));
    words.insert("unknown", context.say("status-unknown", &[]));
    let words = serde_json::to_string(&words).expect("texts become JSON");
    // A page may contain the script inline, so no text may end its element.
    let script = SCRIPT.replacen(WORDS, &words.replace("</", "<\\/"), 1);
    script.replacen(STALE, &context.edition.site.config.stale_after_secs.to_string(), 1).into_bytes()
}
