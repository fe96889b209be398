//! Writes a site of made-up reports, the same for the same numbers: `corpus N DIR [COMPONENTS]`.
//!
//! N incidents of about 250 words with headings, a list and a table, three updates each, over the three years 2022 to
//! 2024; 20 components, or fewer, in groups of five. A build of it wants `--now 2025-01-01T00:00:00Z`.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a tool of its own, which ends at the first thing that goes wrong"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use allclear::time::Instant;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// 2022-01-01T00:00:00Z.
const FIRST_SECS: i64 = 1_640_995_200;

/// Three years but a week, so that every report has ended by the end of 2024.
const SPAN_SECS: i64 = (3 * 365 + 1 - 7) * 86_400;

const GROUPS: [&str; 4] = ["Storefront", "Payments", "Accounts", "Platform"];

const PARTS: [&str; 5] = ["API", "Web", "Search", "Exports", "Webhooks"];

const STATES: [&str; 3] = ["degraded_performance", "partial_outage", "major_outage"];

const WORDS: &str = "account address alert balance batch broker bucket cache cart certificate change checkout client \
    cluster commit config connection consumer customer database deadline deploy device disk edge error event export \
    failover file filter firewall gateway handler health header host import index instance invoice job key latency \
    ledger limit listener lock log login market memory message metric migration mirror monitor network node \
    notification order origin packet page partition password payment peer pipeline policy pool port primary process \
    product profile provider proxy query queue quota rate record region release replica report request response \
    retry route rule scheduler schema script search secondary server service session shard shipment signal snapshot \
    socket storage stream subscriber switch table tenant thread timeout token topic trace traffic transfer upload \
    user vendor version volume webhook window worker zone";

const VERBS: [&str; 8] =
    ["delayed", "dropped", "filled", "held back", "overloaded", "refused", "rejected", "slowed down"];

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [count, folder, components @ ..] = &arguments[..] else { panic!("usage: corpus N DIR [COMPONENTS]") };
    let count: u64 = count.parse().unwrap();
    let components: usize = components.first().map_or(20, |components| components.parse().unwrap());
    assert!((1..=20).contains(&components), "1 to 20 components");
    let folder = Path::new(folder);
    for year in 2022..2025 {
        fs::create_dir_all(folder.join(format!("content/incidents/{year}"))).unwrap();
    }
    fs::write(folder.join("site.toml"), site(components)).unwrap();
    (0..count).into_par_iter().for_each(|number| {
        let (path, text) = incident(number, count, components);
        fs::write(folder.join(path), text).unwrap();
    });
}

fn site(components: usize) -> String {
    let mut site = "title = \"Corpus status\"\nbase_url = \"https://status.example.org/\"\n".to_owned();
    for group in &GROUPS[..components.div_ceil(5)] {
        write!(site, "\n[[groups]]\nid = \"{}\"\nname = \"{group}\"\n", group.to_lowercase()).unwrap();
    }
    for number in 0..components {
        let (group, part) = (GROUPS[number / 5], PARTS[number % 5]);
        let group_id = group.to_lowercase();
        let id = component(number);
        let name = format!("{group} {part}");
        write!(site, "\n[[components]]\nid = \"{id}\"\nname = \"{name}\"\ngroup = \"{group_id}\"\n").unwrap();
        site.push_str("since = 2021-06-01\n");
    }
    site
}

/// The id of a component, which are numbered from 0 to 19.
fn component(number: usize) -> String {
    format!("{}-{}", GROUPS[number / 5], PARTS[number % 5]).to_lowercase()
}

/// Path and text of one report. The reports are spread evenly, and each lasts from half an hour to four hours.
fn incident(number: u64, count: u64, components: usize) -> (String, String) {
    let mut dice = Dice(number);
    let share = SPAN_SECS / i64::try_from(count).unwrap();
    let began = FIRST_SECS + i64::try_from(number).unwrap() * share + dice.secs(share.max(60));
    let lasted = 1_800 + dice.secs(3 * 3_600 + 1_800);
    let words: Vec<&str> = (0..3).map(|_| dice.word()).collect();
    let path = format!(
        "content/incidents/{}/{}-{}-{number}.md",
        &time(began)[..4],
        &time(began)[..10],
        words.join("-")
    );
    let mut text = format!("+++\ntitle = \"{} {} fails\"\n", capitalised(words[0]), words[1]);
    let state = STATES[usize::try_from(dice.below(3)).unwrap()];
    let affected = usize::try_from(dice.below(20)).unwrap() % components;
    let neighbour = (affected + 7) % components;
    let second = if dice.below(3) == 0 {
        format!(", {} = \"{}\"", component(neighbour), STATES[0])
    } else {
        String::new()
    };
    writeln!(text, "components = {{ {} = \"{state}\"{second} }}\n+++\n", component(affected)).unwrap();
    update(&mut text, &mut dice, "Investigating", began);
    update(&mut text, &mut dice, "Identified", began + lasted / 3);
    text.push_str(&list(&mut dice));
    update(&mut text, &mut dice, "Resolved", began + lasted);
    postmortem(&mut text, &mut dice, began + lasted + 86_400);
    (path, text)
}

fn update(text: &mut String, dice: &mut Dice, status: &str, at: i64) {
    write!(text, "## {status}, {}\n\n{}\n\n", time(at), paragraph(dice, 2)).unwrap();
}

fn postmortem(text: &mut String, dice: &mut Dice, at: i64) {
    write!(text, "# Postmortem, {}\n\n{}\n\n", time(at), paragraph(dice, 2)).unwrap();
    write!(text, "### What happened\n\n{}\n\n{}", paragraph(dice, 4), list(dice)).unwrap();
    write!(text, "### What we do\n\n{}\n\n", paragraph(dice, 3)).unwrap();
    text.push_str("| Action | Owner | Weeks |\n|---|---|---:|\n");
    for _ in 0..3 {
        let (what, where_, owner) = (dice.word(), dice.word(), dice.word());
        writeln!(text, "| Move the {what} to the {where_} | {owner} team | {} |", 1 + dice.below(8)).unwrap();
    }
}

/// A list of three points with a blank line below.
fn list(dice: &mut Dice) -> String {
    let point = |_| {
        let (what, whose) = (dice.word(), dice.word());
        format!("- watch the **{what}** of the `{whose}`\n")
    };
    (0..3).map(point).collect::<String>() + "\n"
}

/// Sentences of nine to twelve words.
fn paragraph(dice: &mut Dice, sentences: usize) -> String {
    let sentence = |_| {
        let verb = VERBS[usize::try_from(dice.below(8)).unwrap()];
        let nouns: Vec<&str> = (0..4).map(|_| dice.word()).collect();
        format!("The {} {} {verb} the {} of each {}.", nouns[0], nouns[1], nouns[2], nouns[3])
    };
    (0..sentences).map(sentence).collect::<Vec<_>>().join(" ")
}

/// `2024-04-16 10:03:27`, in UTC.
fn time(secs: i64) -> String {
    Instant::from_epoch_secs(secs).to_string().replace('T', " ").replace('Z', "")
}

fn capitalised(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct Dice(u64);

impl Dice {
    /// A number from 0 to just below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn secs(&mut self, end: i64) -> i64 {
        i64::try_from(self.below(u64::try_from(end).unwrap())).unwrap()
    }

    fn word(&mut self) -> &'static str {
        let count = WORDS.split(' ').count() as u64;
        WORDS.split(' ').nth(usize::try_from(self.below(count)).unwrap()).unwrap()
    }
}
